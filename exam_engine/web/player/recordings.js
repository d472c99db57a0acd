/** Sound and film of the paper: fetched once, in whole, so that a line that breaks does not stop what has begun. */

/** @type {Map<string, Promise<string | null>>} */
const known = new Map();

/** The recording's address within this page; null: it did not come, and can be asked for again. @param {string} digest @returns {Promise<string | null>} */
export function recording(digest) {
  const asked = known.get(digest) ?? fetched(digest);
  known.set(digest, asked);
  void asked.then((address) => address ?? known.delete(digest));
  return asked;
}

/** Of all items, one after the other: whoever opens an item may have no line by then. @param {import("./paper.js").OwnPaper} paper */
export async function fetchRecordings(paper) {
  for (const { body } of paper.items)
    for (const { type, source } of body.parts ?? []) if (type === "media" && source) await recording(source);
}

/** @param {string} digest @returns {Promise<string | null>} */
async function fetched(digest) {
  try {
    const reply = await fetch(`/play/media/${digest}`, { credentials: "same-origin" });
    return reply.ok ? URL.createObjectURL(await reply.blob()) : null;
  } catch {
    return null;
  }
}
