import { t } from "./text.js";

/** Has this value anything in it? @param {import("./types.js").Answer | undefined} value */
export function isAnswered(value) {
  if (value === null || value === undefined) return false;
  if (typeof value === "string") return value.trim() !== "";
  if (Array.isArray(value)) return value.length > 0;
  return Object.keys(value).length > 0;
}

/**
 * The answer without what only counts how often a recording was played.
 * @param {import("./types.js").Item} item @param {import("./types.js").Answer | undefined} value @returns {import("./types.js").Answer | undefined}
 */
export function given({ body }, value) {
  if (!body.parts || !value || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([number]) => body.parts[Number(number)]?.type !== "media"));
}

/**
 * Items without an answer. Of "choose one of" groups only the chosen group's items are missed (its first where none is begun).
 * @param {import("./paper.js").OwnPaper} paper @param {Record<number, import("./types.js").Answer>} answers
 */
export function unanswered(paper, answers) {
  return paper.items.filter((item) => !isAnswered(given(item, answers[item.slot])) && asks(item) && isExpected(paper, answers, item));
}

/** An exam takes no press of a button for help: an item of nothing else lacks no answer. @param {import("./types.js").Item} item */
const asks = ({ body }) => !body.parts?.length || body.parts.some((/** @type {import("./types.js").Body} */ { type }) => type !== "end_attempt");

/** @param {import("./paper.js").OwnPaper} paper @param {Record<number, import("./types.js").Answer>} answers @param {import("./paper.js").OwnItem} item */
function isExpected(paper, answers, item) {
  const section = paper.sections[item.section];
  if (!section?.choose) return true;
  const own = paper.items.slice(section.from, section.to);
  const groups = [...new Set(own.map(({ group }) => group))];
  const begun = groups.filter((group) => own.some((other) => other.group === group && isAnswered(given(other, answers[other.slot]))));
  return [...begun, ...groups.filter((group) => !begun.includes(group))].slice(0, section.choose).includes(item.group);
}

/**
 * How many parts of an item that was begun are still open: statements without a verdict, choices short of the number asked for.
 * @param {import("./types.js").Item} item @param {import("./types.js").Answer | undefined} value
 */
export function openParts(item, value) {
  const { body } = item;
  if (!isAnswered(given(item, value))) return 0;
  if (body.parts) return openOfComposite(body.parts, /** @type {Record<string, string | string[]>} */ (value));
  const wanted = body.statements ? Object.keys(body.statements).length : Array.isArray(value) ? Number(body.min ?? 0) : 0;
  return Math.max(0, wanted - Object.keys(/** @type {object} */ (value)).length);
}

/** What can be left out, or is not given on this page. */
const NEVER_OPEN = new Set(["end_attempt", "media"]);

/** @param {import("./types.js").Body[]} parts @param {Record<string, string | string[]>} value */
function openOfComposite(parts, value) {
  const given = (/** @type {number} */ number) => [value[number] ?? []].flat().filter((one) => one.trim());
  return parts.filter((part, number) => !NEVER_OPEN.has(part.type) && countOf(part, given(number)) < Math.max(1, part.least ?? 0, wantedOf(part))).length;
}

/** What counts: of what is matched, the left sides. @param {import("./types.js").Body} part @param {string[]} given */
const countOf = ({ type }, given) => (type === "match" ? new Set(given.map((pair) => pair.split(" ")[0])).size : given.length);

/**
 * How much a part seems to ask for where its author has set no least: every gap that something is there for, a partner for
 * everything that has one, each line of a table, all that is put in order.
 * @param {import("./types.js").Body} part
 */
function wantedOf({ type, least = 0, most = 0, choices = {}, targets = {}, areas = {}, limits = {} }) {
  const within = (/** @type {number} */ count) => Math.min(count, most || Infinity);
  const once = (/** @type {object} */ ends) => Object.keys(ends).every((id) => (limits[id]?.[1] ?? 1) === 1);
  const [left, right] = [Object.keys(choices).length, Object.keys(targets).length];
  if (type === "gap_match" || type === "graphic_gap_match") return within(Math.min(left, right));
  if (type === "match") return within(once(targets) ? Math.min(left, right) : left);
  if (type === "associate") return once(choices) ? within(Math.floor(left / 2)) : 1;
  if (type === "graphic_order") return least ? 1 : within(Object.keys(areas).length);
  return 1;
}

/** Items that were begun and are not complete. @param {import("./paper.js").OwnPaper} paper @param {Record<number, import("./types.js").Answer>} answers */
export const incomplete = (paper, answers) => paper.items.filter((item) => openParts(item, answers[item.slot]));

/** Such an item in words. @param {import("./paper.js").OwnItem} item @param {Record<number, import("./types.js").Answer>} answers */
export const openWords = (item, answers) => t("Item %(n)s: parts still to choose: %(open)s", { n: item.number, open: openParts(item, answers[item.slot]) });

/** Only complete answers count. @param {import("./paper.js").OwnPaper} paper @param {Record<number, import("./types.js").Answer>} answers */
export function progress(paper, answers) {
  const partial = incomplete(paper, answers).length;
  const numbers = { n: paper.items.filter((item) => isAnswered(given(item, answers[item.slot]))).length - partial, all: paper.items.length, partial };
  return partial ? t("%(n)s of %(all)s answered, %(partial)s incomplete", numbers) : t("%(n)s of %(all)s answered", numbers);
}
