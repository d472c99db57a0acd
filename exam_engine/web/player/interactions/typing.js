/**
 * What fields with typed text share. The page never writes into a field that somebody types in: Telex and VNI compose there.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {(text: string, how: {composing: boolean}) => void} typed
 */
export function listen(field, typed) {
  let composing = false;
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", () => {
    composing = false;
    typed(field.value, { composing });
  });
  field.addEventListener("input", (event) => {
    typed(field.value, { composing: composing || /** @type {InputEvent} */ (event).isComposing === true });
  });
}

/** Shows a value from elsewhere, unless somebody is in the field. @param {HTMLInputElement | HTMLTextAreaElement} field @param {unknown} value */
export function show(field, value) {
  const text = typeof value === "string" ? value : "";
  if (document.activeElement !== field && field.value.normalize("NFC") !== text) field.value = text;
}

/** Text as the server stores it: NFC, without what no database takes. @param {string} text */
export const storable = (text) =>
  text.normalize("NFC").replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");

/** The first `limit` characters, as the server counts them (code points). @param {string} text @param {number} limit */
export function cut(text, limit) {
  const points = Array.from(text);
  return points.length <= limit ? { text, over: 0 } : { text: points.slice(0, limit).join(""), over: points.length - limit };
}

/** @param {string} text */
export const orNothing = (text) => (text.trim() === "" ? null : text);

/** Words between spaces: for Vietnamese the syllables that people count. @param {string} text */
export const words = (text) => (text.trim() ? text.trim().split(/\s+/).length : 0);
