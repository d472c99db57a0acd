/**
 * Changes of an item of several parts, pure: an item → another one (exam_engine/authoring/written_parts.py reads it).
 * @typedef {import("./types.js").Item} Item
 * @typedef {{value: string, points?: string}} Answer
 * @typedef {{way?: "all" | "each", answers?: Answer[], points?: string, several?: boolean, wrong?: string, floor?: boolean, case_sensitive?: boolean, numeric?: boolean, tolerance?: string}} Marking
 * @typedef {{id: string, markup: string, pinned?: boolean, most?: number, least?: number}} Choice
 * @typedef {{id: string, area: {shape: string, coords?: string[]}, label?: string, most?: number, least?: number}} Spot
 * @typedef {{id: string, type: string, prompt?: string, choices?: Choice[], targets?: Choice[], text?: string, picture?: {asset: string, width?: number, height?: number, alt?: string}, spots?: Spot[], least?: number, most?: number, shuffle?: boolean, settings?: Record<string, string>}} Part
 */

/** Kinds that stand in a line of text; as `inline` in item_bank/content/interactions/parts. */
export const INLINE = new Set(["end_attempt", "inline_choice", "text_entry"]);
/** By what an answer is told; as TOLD in item_bank/formats/simple/model.py. @type {Record<string, string>} */
export const TOLD = {
  choice: "id", inline_choice: "id", hottext: "id", hotspot: "id", order: "sequence", graphic_order: "sequence", match: "pair", associate: "pair", gap_match: "pair",
  graphic_associate: "pair", graphic_gap_match: "pair", select_point: "area", position_object: "area", text_entry: "typed", slider: "number",
  extended_text: "hand", upload: "hand", media: "none", end_attempt: "none",
};
const SCALE = { lower: "0", upper: "10", step: "1" };

/** @param {Item} item @returns {Part[]} */
export const partsOf = (item) => item.interaction.parts ?? [];
/** Null where the item is marked by rules of its own. @param {Item} item @returns {Marking[] | null} */
export const markingOf = (item) => item.interaction.marking ?? null;

/** A part with nothing in it; `kind` is its type, and "match:table" a match that is ticked. @param {string} kind @param {string} id @returns {{part: Part, marking: Marking}} */
export function blankPart(kind, id) {
  const [type = "", table] = kind.split(":");
  const choices = (/** @type {string} */ start, /** @type {number} */ count) => Array.from({ length: count }, (_one, at) => ({ id: `${start}${at + 1}`, markup: "" }));
  /** @type {Record<string, Partial<Part>>} */
  const own = {
    choice: { choices: choices("c", 4), most: 1, shuffle: true },
    inline_choice: { choices: choices("c", 3), most: 1 },
    text_entry: { most: 1, settings: { length: "12" } },
    order: { choices: choices("c", 3), shuffle: true },
    match: table
      ? { choices: choices("c", 3), targets: choices("t", 2).map((one) => ({ ...one, most: 0 })), most: 0, settings: { table: "true" } }
      : { choices: choices("c", 3), targets: choices("t", 3), most: 0, shuffle: true },
    associate: { choices: choices("c", 4), most: 0, shuffle: true },
    gap_match: { choices: choices("c", 3), targets: [], text: "", most: 0, shuffle: true },
    hottext: { choices: [], text: "", most: 0 },
    slider: { settings: SCALE },
    extended_text: { most: 1, settings: { lines: "8" } },
    upload: { most: 1 },
    hotspot: { most: 1, spots: [] },
    select_point: { most: 1 },
    position_object: { most: 1, choices: [{ id: "object", markup: "" }] },
    graphic_gap_match: { choices: choices("c", 2), most: 0 },
  };
  const several = ["pair"].includes(TOLD[type] ?? "") || type === "hottext";
  const each = ["pair", "area", "typed", "number"].includes(TOLD[type] ?? "");
  const graphic = ["hotspot", "select_point", "position_object", "graphic_order", "graphic_associate", "graphic_gap_match"].includes(type);
  const part = { id, type, ...(graphic ? { picture: { asset: "" }, spots: [] } : {}), ...own[type] };
  return { part, marking: { way: each ? "each" : "all", answers: [], ...(several ? { several } : {}) } };
}

/** @param {Item} item @param {string} kind */
export function newPart(item, kind) {
  const taken = new Set(partsOf(item).map(({ id }) => id));
  let number = 1;
  while (taken.has(`RESPONSE_${number}`)) number += 1;
  return blankPart(kind, `RESPONSE_${number}`);
}

/** Another part behind `number − 1`; the stem has its place already. @param {Item} item @param {number} number @param {{part: Part, marking: Marking}} made @param {string} stem @returns {Item} */
export function withPart(item, number, { part, marking }, stem) {
  const interaction = { ...item.interaction, parts: spliced(partsOf(item), number, 0, part) };
  const marked = markingOf(item);
  return { ...item, stem, interaction: marked ? { ...interaction, marking: spliced(marked, number, 0, marking) } : interaction };
}

/** Its place goes, too, and those behind it count on. @param {Item} item @param {number} number @returns {Item} */
export function withoutPart(item, number) {
  const without = (/** @type {any[]} */ list) => list.filter((_one, at) => at !== number);
  const marked = markingOf(item);
  const interaction = { ...item.interaction, parts: without(partsOf(item)), ...(marked ? { marking: without(marked) } : {}) };
  return { ...item, stem: renumbered(withoutPlace(item.stem, number), (at) => (at > number ? at - 1 : at)), interaction };
}

/** Where a part goes by one step: the next before (−1) or behind it (1) that stands in the text as it does; or null. @param {Item} item @param {number} number @param {number} step @returns {number | null} */
export function neighbour(item, number, step) {
  const parts = partsOf(item);
  const inline = INLINE.has(parts[number]?.type ?? "");
  for (let at = number + step; at >= 0 && at < parts.length; at += step) if (INLINE.has(parts[at]?.type ?? "") === inline) return at;
  return null;
}

/** Two parts change places, each with its marking: the text keeps its places. @param {Item} item @param {number} one @param {number} other @returns {Item} */
export function swappedParts(item, one, other) {
  const swapped = (/** @type {any[]} */ list) => list.map((held, at) => (at === one ? list[other] : at === other ? list[one] : held));
  const marked = markingOf(item);
  return { ...item, interaction: { ...item.interaction, parts: swapped(partsOf(item)), ...(marked ? { marking: swapped(marked) } : {}) } };
}

/** @param {string} html @param {number} number */
export const withoutPlace = (html, number) => html.replace(new RegExp(`<(span|div) data-place="part:${number}"></\\1>`, "g"), "");

/** @param {string} html @param {(number: number) => number} to */
export const renumbered = (html, to) => html.replace(/data-place="part:(\d+)"/g, (_found, number) => `data-place="part:${to(Number(number))}"`);

/** @param {string} html @returns {number[]} the parts that stand in the text */
export const placesIn = (html) => [...html.matchAll(/data-place="part:(\d+)"/g)].map(([, number]) => Number(number));

/** A text without any place, for kinds that have none. @param {string} html */
export const withoutPlaces = (html) => html.replace(/<(span|div) data-place="(?:part|variable|feedback):[^"]*"><\/\1>/g, "");

/** @param {Item} item @param {number} number @param {Partial<Part>} values @returns {Item} */
export const changePart = (item, number, values) => ({
  ...item, interaction: { ...item.interaction, parts: partsOf(item).map((part, at) => (at === number ? { ...part, ...values } : part)) },
});

/** @param {Item} item @param {number} number @param {Partial<Marking>} values @returns {Item} */
export const changeMarking = (item, number, values) => ({
  ...item, interaction: { ...item.interaction, marking: (markingOf(item) ?? []).map((one, at) => (at === number ? { ...one, ...values } : one)) },
});

/** @template T @param {T[]} list @param {number} at @param {number} gone @param {T[]} put */
export function spliced(list, at, gone, ...put) {
  const made = [...list];
  made.splice(at, gone, ...put);
  return made;
}

/** A name that none of these has. @param {string} start @param {{id: string}[]} taken */
export function freshName(start, taken) {
  let number = taken.length + 1;
  while (taken.some(({ id }) => id === `${start}${number}`)) number += 1;
  return `${start}${number}`;
}

/** Answers without those that name what is gone. @param {Answer[]} answers @param {string} gone */
export const withoutName = (answers, gone) => answers.filter(({ value }) => !value.split(" ").includes(gone));

/** Rules of its own give way to simple marking: what was declared as right stays right. @param {Item} item @returns {Item} */
export function withSimpleMarking(item) {
  const { declarations = [], parts } = item.interaction;
  const marking = partsOf(item).map((part) => {
    const { marking: blank } = blankPart(part.type, part.id);
    const declared = declarations.find((/** @type {any} */ one) => one.identifier === part.id) ?? {};
    const answers = TOLD[part.type] === "area" ? [] : (declared.correct ?? []).map((/** @type {any} */ one) => ({ value: one.text, points: "1" }));
    return { ...blank, answers, ...(declared.cardinality === "multiple" ? { several: true } : {}), ...(["integer", "float"].includes(declared.base_type) && part.type === "text_entry" ? { numeric: true } : {}) };
  });
  return { ...item, interaction: { type: "composite", parts, declarations: [], marking } };
}
