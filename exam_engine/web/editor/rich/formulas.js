/** What item_bank/content/formulas.py takes for a formula: a dollar opens only before something, and closes only after something. */
const IN_TEXT = /\$\$(?:\\.|[^$\\]){1,3000}\$\$|\$(?=[^\s$])(?:\\.|[^$\\]){1,3000}?(?<=[^\s\\])\$(?!\d)/g;
/** Words between spaces and nothing that formulas are made of: prose between two amounts of money. */
const PROSE = /^[^\\^_={}<>]*\s[^\W\d_]{2,}\s[^\\^_={}<>]*$/u;

/** The formula that a text with its dollars says, or null. @param {string} text @returns {{tex: string, display: boolean} | null} */
export function formulaOf(text) {
  const display = text.startsWith("$$");
  const written = display ? text.slice(2, -2) : text.slice(1, -1);
  const tex = written.replaceAll("\u00a0", " ").trim();
  if (!tex || (!display && (written !== written.trim() || PROSE.test(written)))) return null;
  return { tex, display };
}

/** A text in parts: plain ones and formulas. @param {string} text @returns {(string | {tex: string, display: boolean})[]} */
export function parted(text) {
  /** @type {(string | {tex: string, display: boolean})[]} */
  const parts = [];
  let place = 0;
  for (const found of text.matchAll(IN_TEXT)) {
    const formula = formulaOf(found[0]);
    if (!formula) continue;
    if (found.index > place) parts.push(text.slice(place, found.index));
    parts.push(formula);
    place = found.index + found[0].length;
  }
  if (place < text.length) parts.push(text.slice(place));
  return parts;
}
