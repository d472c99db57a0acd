/**
 * The candidate's own paper: what the variant says of order, with the items it names.
 * @typedef {import("./types.js").Item & {number: number, order: string[], section: number, group: string}} OwnItem
 * @typedef {{title: string, instructions: string, choose: number | null, from: number, to: number}} OwnSection
 * @typedef {{title: string, instructions: string, language: string, form: string, passages: Record<string, string>, items: OwnItem[],
 *   sections: OwnSection[]}} OwnPaper
 */

/** @param {import("./types.js").Paper} paper @param {import("./types.js").Variant} variant @returns {OwnPaper} `items` in the order of this candidate */
export function arrange(paper, variant) {
  const bySlot = new Map(paper.items.map((item) => [item.slot, item]));
  /** @type {OwnItem[]} */
  const items = [];
  /** @type {OwnSection[]} */
  const sections = [];
  for (const [section, { title, instructions, choose, items: placed }] of variant.sections.entries()) {
    const from = items.length;
    for (const [slot, order, group = ""] of placed) {
      const item = bySlot.get(slot);
      if (item) items.push({ ...item, number: items.length + 1, order, section, group: String(group) });
    }
    sections.push({ title, instructions, choose: choose ?? null, from, to: items.length });
  }
  const { title, instructions, language, passages } = paper;
  return { title, instructions, language, form: variant.form, passages: passages ?? {}, items, sections };
}

/** Slots up to the highest, whatever their order. @param {OwnPaper} paper */
export const slotCount = (paper) => paper.items.reduce((most, item) => Math.max(most, item.slot + 1), 0);

/** Two values that say the same are one answer. @param {unknown} a @param {unknown} b */
export const same = (a, b) => canonical(a) === canonical(b);

/** @param {unknown} value @returns {string} */
function canonical(value) {
  if (value && typeof value === "object" && !Array.isArray(value))
    return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(value ?? null);
}
