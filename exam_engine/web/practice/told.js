import { letter } from "../player/interactions/options.js";

/**
 * What the server tells of one item, and what follows from it.
 *
 * @typedef {"right" | "partly" | "wrong" | "by_person"} Verdict
 * @typedef {{slot: number, verdict: Verdict, value: import("../player/types.js").Answer, rationale: string, topic: string, ruling?: string, reason?: string,
 *   key: {options?: string[], statements?: Record<string, boolean>, texts?: string[]},
 *   assets: Record<string, {type: string, data: string}>}} Told
 * @typedef {{topic: string, right: number, checked: number}} Row
 */

/**
 * The key in the letters that stand on this candidate's screen.
 * @param {import("../player/paper.js").OwnItem} item @param {Told["key"]} key @param {{yes: string, no: string}} words
 */
export function keyInWords(item, { options, statements, texts }, { yes, no }) {
  if (options) {
    const shown = item.order.length ? item.order : Object.keys(item.body.options ?? {});
    return options.map((id) => shown.indexOf(id)).filter((at) => at >= 0).sort((a, b) => a - b).map(letter).join(", ");
  }
  if (statements) return Object.keys(item.body.statements ?? statements).map((id, at) => `${String.fromCharCode(97 + at)}) ${statements[id] ? yes : no}`).join(" · ");
  return (texts ?? []).join(" / ");
}

/** How a round went: in all, and by topic in the order in which they came. @param {Iterable<Told>} told */
export function tally(told) {
  /** @type {Map<string, Row>} */
  const topics = new Map();
  const all = { right: 0, checked: 0 };
  for (const { verdict, topic } of told) {
    if (verdict === "by_person") continue;
    const row = topics.get(topic) ?? { topic, right: 0, checked: 0 };
    topics.set(topic, row);
    for (const count of [all, row]) {
      count.checked += 1;
      count.right += Number(verdict === "right");
    }
  }
  return { ...all, topics: [...topics.values()].filter(({ topic }) => topic) };
}
