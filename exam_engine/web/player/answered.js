/** Has this value anything in it? A cluster counts as answered when at least one statement is. @param {import("./types.js").Answer | undefined} value */
export function isAnswered(value) {
  if (value === null || value === undefined) return false;
  if (typeof value === "string") return value.trim() !== "";
  if (Array.isArray(value)) return value.length > 0;
  return Object.keys(value).length > 0;
}

/**
 * Items without an answer. Of "choose one of" groups only the chosen group's items are missed (its first where none is begun).
 * @param {import("./paper.js").OwnPaper} paper @param {Record<number, import("./types.js").Answer>} answers
 */
export function unanswered(paper, answers) {
  return paper.items.filter((item) => !isAnswered(answers[item.slot]) && isExpected(paper, answers, item));
}

/** @param {import("./paper.js").OwnPaper} paper @param {Record<number, import("./types.js").Answer>} answers @param {import("./paper.js").OwnItem} item */
function isExpected(paper, answers, item) {
  const section = paper.sections[item.section];
  if (!section?.choose) return true;
  const own = paper.items.slice(section.from, section.to);
  const groups = [...new Set(own.map(({ group }) => group))];
  const begun = groups.filter((group) => own.some((other) => other.group === group && isAnswered(answers[other.slot])));
  return [...begun, ...groups.filter((group) => !begun.includes(group))].slice(0, section.choose).includes(item.group);
}

/** Is part of it still open? Only clusters know. @param {import("./types.js").Item} item @param {import("./types.js").Answer | undefined} value */
export const isPartial = (item, value) =>
  item.type === "true_false_cluster" && isAnswered(value) && Object.keys(/** @type {object} */ (value)).length < Object.keys(item.body.statements ?? {}).length;
