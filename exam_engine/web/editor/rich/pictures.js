/** As item_bank/content/pictures.py. */
const MOST_BYTES = 2 * 1024 * 1024;
const WIDEST = 1600;

/** A picture that the service takes: a photo of a phone is made smaller here. @param {Blob} picture @returns {Promise<Blob>} */
export async function fitting(picture) {
  if (picture.size <= MOST_BYTES && /^image\/(png|jpeg|gif|webp)$/.test(picture.type)) return picture;
  const bitmap = await createImageBitmap(picture).catch(() => null);
  if (!bitmap) return picture;
  const scale = Math.min(1, WIDEST / Math.max(bitmap.width, bitmap.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob((made) => resolve(made ?? picture), picture.type === "image/png" ? "image/png" : "image/jpeg", 0.85));
}
