import { noMore, roomOf } from "./part.js";

/** Pairs are "a b". @param {string} pair @returns {[string, string]} */
export function sidesOf(pair) {
  const [a = "", b = ""] = pair.split(" ");
  return [a, b];
}

/** How often an id may be in a pair. @param {import("./part.js").Body} body @param {string} id */
const mostOf = (body, id) => Number((body.limits?.[id] ?? [0, 1])[1]) || Infinity;

/**
 * The pairs with a new one. What may be used once only leaves its old pair; where there is no room a reason comes back.
 * @param {import("./part.js").Body} body @param {string[]} pairs @param {string} a @param {string} b @returns {{pairs: string[]} | {why: string}}
 */
export function paired(body, pairs, a, b) {
  let kept = roomOf(body) === 1 ? [] : pairs.filter((pair) => pair !== `${a} ${b}`);
  for (const id of new Set([a, b])) {
    if (mostOf(body, id) === 1) kept = kept.filter((pair) => !sidesOf(pair).includes(id));
    else if (kept.filter((pair) => sidesOf(pair).includes(id)).length >= mostOf(body, id)) return { why: noMore(mostOf(body, id)) };
  }
  if (kept.length >= roomOf(body)) return { why: noMore(roomOf(body)) };
  return { pairs: [...kept, `${a} ${b}`] };
}
