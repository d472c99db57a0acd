/**
 * Compares two cells as a reader expects: numbers by value (decimal comma or point), names by the language's order, empty last.
 * @param {string} one
 * @param {string} other
 * @param {string} language
 */
export function compareCells(one, other, language) {
  const [a, b] = [one.trim(), other.trim()];
  const [emptyA, emptyB] = [isEmpty(a), isEmpty(b)];
  if (emptyA || emptyB) return Number(emptyA) - Number(emptyB);
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== null && y !== null) return x - y;
  return a.localeCompare(b, language, { numeric: true });
}

/** @param {string} text */
export const isEmpty = (text) => text === "" || text === "–";

/** @param {string} text @returns {number | null} */
export function asNumber(text) {
  const plain = text.replace(/[\s\u00a0%]/g, "").replace("−", "-");
  if (!/^-?\d+([.,]\d+)?$/.test(plain)) return null;
  return Number(plain.replace(",", "."));
}

/** Text without case and accents, as people type when they search. @param {string} text */
export const folded = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
