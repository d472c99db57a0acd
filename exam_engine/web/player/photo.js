/** A picture as it travels: what a page of handwriting needs and no more, without place and time of the camera. */
const SIDE = 1600;
const QUALITY = 0.8;
const SMALLER = 0.6;
const ENOUGH = 900_000;
const MOST = 5 * 2 ** 20;

/**
 * The file's bytes, a picture as a JPEG of at most 1600 pixels a side. null: it can't be read, or is too large.
 * @param {File} file @returns {Promise<{bytes: Uint8Array, name: string} | null>}
 */
export async function prepared(file) {
  if (file.type === "application/pdf" || /\.pdf$/i.test(file.name))
    return file.size <= MOST ? { bytes: new Uint8Array(await file.arrayBuffer()), name: plain(file.name, "pdf") } : null;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * share));
    canvas.height = Math.max(1, Math.round(bitmap.height * share));
    const pencil = canvas.getContext("2d");
    if (!pencil) return null;
    // What a drawing leaves clear is paper.
    pencil.fillStyle = "white";
    pencil.fillRect(0, 0, canvas.width, canvas.height);
    pencil.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const large = await blobOf(canvas, QUALITY);
    const blob = large && large.size > ENOUGH ? await blobOf(canvas, SMALLER) : large;
    return blob && { bytes: new Uint8Array(await blob.arrayBuffer()), name: plain(file.name, "jpg") };
  } catch {
    return null;
  }
}

/** @param {HTMLCanvasElement} canvas @param {number} quality @returns {Promise<Blob | null>} */
const blobOf = (canvas, quality) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));

/** A name that every system takes. @param {string} name @param {string} ending */
export function plain(name, ending) {
  const stem = name.replace(/\.[^.]*$/, "").normalize("NFC").replace(/[^\p{L}\p{N} _.-]+/gu, "_").trim().slice(0, 60);
  return `${stem || "file"}.${ending}`;
}
