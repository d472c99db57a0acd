import { markingOf, newPart, partsOf, withPart, withoutPlaces } from "./parts.js";

/**
 * Changes of an item, pure: an item → another one; what is not touched is the same object.
 * @typedef {import("./types.js").Item} Item
 * @typedef {import("./types.js").Interaction} Interaction
 * @typedef {"options" | "statements"} Kind
 */

export const CHOICES = ["single_choice", "multiple_choice"];
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** @param {Item} item @param {Partial<Item>} values @returns {Item} */
export const withValues = (item, values) => ({ ...item, ...values });

/** @param {Item} item @param {Partial<Interaction>} values @returns {Item} */
export const withInteraction = (item, values) => ({ ...item, interaction: { ...item.interaction, ...values } });

/** The kind of rows that the item has, if any. @param {Item} item @returns {Kind | null} */
export function rowKind({ interaction: { type } }) {
  if (CHOICES.includes(type)) return "options";
  return type === "true_false_cluster" ? "statements" : null;
}

/** @param {Item} item @returns {(import("./types.js").Option | import("./types.js").Statement)[]} */
export function rows(item) {
  const kind = rowKind(item);
  return (kind && item.interaction[kind]) || [];
}

/** @param {Item} item @param {string} id @param {Record<string, any>} values @returns {Item} */
export const changeRow = (item, id, values) => withRows(item, rows(item).map((row) => (row.id === id ? { ...row, ...values } : row)));

/** A new row behind the one named, or at the end. @param {Item} item @param {string} [after] @returns {{item: Item, id: string}} */
export function addRow(item, after) {
  const list = [...rows(item)];
  const at = list.findIndex(({ id }) => id === after);
  const id = freshId(list.map((row) => row.id), rowKind(item) === "statements");
  const row = rowKind(item) === "statements" ? { id, markup: "", correct: null } : { id, markup: "" };
  list.splice(at < 0 ? list.length : at + 1, 0, row);
  const changed = withRows(item, list);
  return { item: changed, id: rows(changed)[at < 0 ? list.length - 1 : at + 1]?.id ?? id };
}

/** @param {Item} item @param {string} id @returns {Item} */
export const removeRow = (item, id) => withRows(item, rows(item).filter((row) => row.id !== id));

/** One place up (−1) or down (1). @param {Item} item @param {string} id @param {number} step @returns {Item} */
export function moveRow(item, id, step) {
  const list = [...rows(item)];
  const from = list.findIndex((row) => row.id === id);
  const to = from + step;
  const moved = list[from];
  if (!moved || to < 0 || to >= list.length) return item;
  list.splice(from, 1);
  list.splice(to, 0, moved);
  return withRows(item, list);
}

/** Statements are named by their letters, so they are named anew where they stand; options keep their ids. @param {Item} item @param {any[]} list @returns {Item} */
function withRows(item, list) {
  const kind = rowKind(item);
  if (!kind) return item;
  const lettered = kind === "statements" && list.length <= LETTERS.length && list.every(({ id }) => /^[a-z]$/.test(id));
  // A further right set that names an option which is gone could be met by nobody.
  const also = item.interaction.also?.filter((/** @type {string[]} */ set) => set.every((id) => list.some((row) => row.id === id)));
  return withInteraction(item, { [kind]: lettered ? list.map((row, at) => ({ ...row, id: LETTERS[at] })) : list, ...(also ? { also } : {}) });
}

/** @param {string[]} taken @param {boolean} letter */
function freshId(taken, letter) {
  const free = letter ? [...LETTERS].find((one) => !taken.includes(one)) : undefined;
  let number = taken.length + 1;
  while (taken.includes(`o${number}`)) number += 1;
  return free ?? `o${number}`;
}

/** @param {{weight?: string}} option is it the key, or one of the right ones? */
export const isRight = ({ weight = "0" }) => !/^[-+]?0*(?:[.,]0*)?(?:\/\d+)?$/.test(weight.trim()) && !weight.trim().startsWith("-");

/** Of a single choice the key earns all; another option may earn a part. @param {Item} item @param {{weight?: string}} option */
export const isKey = (item, option) => (item.interaction.type === "single_choice" ? /^\+?0*1(?:[.,]0*)?(?:\/0*1)?$/.test((option.weight ?? "").trim()) : isRight(option));

/** Marks the option as the key: the only one of a single choice; of a multiple choice, one more or one less. @param {Item} item @param {string} id @returns {Item} */
export function toggleKey(item, id) {
  const options = item.interaction.options ?? [];
  if (item.interaction.type === "single_choice")
    return withRows(item, options.map((option) => (option.id === id ? weighed(option, "1") : isKey(item, option) ? weighed(option, "0") : option)));
  const changed = options.map((option) => (option.id === id ? weighed(option, isRight(option) ? "0" : "1") : option));
  return withRows(item, item.interaction.partial ? shared(changed) : changed);
}

/** @param {Item} item @param {boolean} partial each right option earns its share, or all together the points @returns {Item} */
export function withPartial(item, partial) {
  const options = item.interaction.options ?? [];
  const changed = partial ? shared(options) : options.map((option) => (isRight(option) ? weighed(option, "1") : option));
  return withInteraction(withRows(item, changed), { partial });
}

/** @param {import("./types.js").Option[]} options */
function shared(options) {
  const count = options.filter(isRight).length;
  return options.map((option) => (isRight(option) ? weighed(option, count > 1 ? `1/${count}` : "1") : option));
}

/** @param {import("./types.js").Option} option @param {string} weight */
const weighed = (option, weight) => ({ ...option, weight });

/** Shares by number of right statements, as the server fits them: that of the graduation exam for four, else even ones. @param {Item} item @returns {string[]} */
export function tableOf({ interaction: { statements = [], table } }) {
  const count = statements.length;
  if (table?.length === count + 1) return table;
  return count === 4 ? ["0", "1/10", "1/4", "1/2", "1"] : Array.from({ length: count + 1 }, (_one, n) => (n === 0 ? "0" : n === count ? "1" : `${n}/${count}`));
}

/** The same question as another type: options, statements and what was accepted go along where they can. @param {Item} item @param {string} type @returns {Item} */
export function withType(item, type) {
  const { interaction } = item;
  if (interaction.type === type) return item;
  if (type === "composite") return asComposite(item);
  if (interaction.type === "composite") return withType({ ...item, stem: withoutPlaces(item.stem), interaction: fromComposite(item) }, type);
  const given = rows(item).map(({ markup }) => markup);
  if (CHOICES.includes(type)) {
    /** @type {import("./types.js").Option[]} */
    const options = CHOICES.includes(interaction.type) ? (interaction.options ?? []) : texts(given, 4).map((markup, at) => ({ id: `o${at + 1}`, markup }));
    const keys = options.filter(isRight);
    const single = type === "single_choice" && keys.length > 1;
    return { ...item, interaction: { type, options: single ? options.map((option) => (isRight(option) && option !== keys[0] ? weighed(option, "0") : option)) : options } };
  }
  if (type === "true_false_cluster")
    return { ...item, interaction: { type, statements: texts(given, 4).map((markup, at) => ({ id: LETTERS[at] ?? `s${at}`, markup, correct: null })) } };
  const accepted = (interaction.accepted ?? []).map((/** @type {any} */ one) => (typeof one === "string" ? one : one.text));
  if (type === "numeric") return { ...item, interaction: { type, accepted } };
  if (type === "short_text") return { ...item, interaction: { type, accepted: accepted.map((/** @type {string} */ text) => ({ text })) } };
  return { ...item, interaction: { type } };
}

/** Its options become the first part. @param {Item} item @returns {Item} */
function asComposite(item) {
  const options = CHOICES.includes(item.interaction.type) ? (item.interaction.options ?? []) : [];
  /** @type {Item} */
  const empty = { ...item, interaction: { type: "composite", parts: [], declarations: [], marking: [] } };
  if (!options.some(({ markup }) => markup)) return empty;
  const made = newPart(empty, "choice");
  const right = options.filter(isRight).map(({ id }) => ({ value: id, points: "1" }));
  const several = item.interaction.type === "multiple_choice";
  const part = { ...made.part, choices: options.map(({ id, markup, pinned }) => ({ id, markup, pinned })), most: several ? 0 : 1 };
  const marking = { ...made.marking, several, answers: right, points: item.points ?? "1" };
  return withPart(empty, 0, { part, marking }, `${/^<(?:p|div|table|ul|ol)\b/.test(item.stem) ? item.stem : `<p>${item.stem}</p>`}<div data-place="part:0"></div>`);
}

/** A choice of the only kind of part that has the same; else nothing. @param {Item} item @returns {Interaction} */
function fromComposite(item) {
  const [part, ...others] = partsOf(item);
  if (part?.type !== "choice" || others.length) return { type: "" };
  const answers = markingOf(item)?.[0]?.answers ?? [];
  const options = (part.choices ?? []).map(({ id, markup, pinned }) => ({ id, markup, pinned, weight: answers.some(({ value }) => value === id) ? "1" : "0" }));
  return { type: markingOf(item)?.[0]?.several ? "multiple_choice" : "single_choice", options };
}

/** @param {string[]} given @param {number} least */
const texts = (given, least) => [...given, ...Array.from({ length: Math.max(0, least - given.length) }, () => "")];

/** A, B, … of an option; a), b), … of a statement. @param {Item} item @param {number} index */
export const mark = (item, index) => (rowKind(item) === "statements" ? `${LETTERS[index % 26]})` : String.fromCharCode(65 + (index % 26)));

/** Nothing has been written yet. @param {Item} item */
export const isEmpty = (item) => !item.stem && !item.rationale && rows(item).every(({ markup }) => !markup) && !(item.interaction.accepted ?? []).length && !(item.interaction.rubric ?? []).length && !(item.interaction.parts ?? []).length;
