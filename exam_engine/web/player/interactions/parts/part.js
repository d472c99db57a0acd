import { content, h } from "../../dom.js";
import { t } from "../../text.js";

/**
 * What one interaction of a composite item is, beside item_bank/content/interactions/parts/NAME.py.
 *
 * @typedef {string | string[] | null} PartAnswer
 * @typedef {import("../../types.js").Body} Body
 * @typedef {{name: string, labelledby: string, slot: number, order: string[], change: (value: PartAnswer, how?: {typing?: boolean}) => void,
 *   strike: (option: string) => void}} Context `name` is unique in the page; `order`: this candidate's order of the item's ids
 * @typedef {{value: PartAnswer, out: string[], locked: boolean, letters: boolean}} Shown
 * @typedef {{element: HTMLElement, update: (shown: Shown) => void, choose?: (index: number) => boolean, strike?: () => boolean}} View
 * @typedef {(body: Body, context: Context) => View} PartInteraction
 */

/** The ids of these choices in the candidate's own order. @param {Context} context @param {Record<string, unknown> | undefined} choices */
export function inOrder({ order }, choices) {
  const ids = Object.keys(choices ?? {});
  const placed = order.filter((id) => ids.includes(id));
  return [...placed, ...ids.filter((id) => !placed.includes(id))];
}

/** @param {Body} body */
export const takesMany = (body) => body.cardinality === "multiple" || body.cardinality === "ordered";

/** How many answers there may be. @param {Body} body */
export const roomOf = (body) => (takesMany(body) ? Number(body.most) || Infinity : 1);

/** @param {unknown} value @returns {string[]} */
export const listOf = (value) => (Array.isArray(value) ? value.map(String) : typeof value === "string" && value ? [value] : []);

/** The list as the part's answer. @param {Body} body @param {string[]} list @returns {PartAnswer} */
export const answerOf = (body, list) => (list.length === 0 ? null : takesMany(body) ? list : (list.at(-1) ?? null));

/** Content as plain words, for names that are read aloud. @param {string} source @param {string} [otherwise] */
export function wordsOf(source, otherwise = "") {
  const made = content(source);
  for (const picture of made.querySelectorAll("img")) picture.replaceWith(picture.alt);
  return (made.textContent ?? "").replace(/\s+/g, " ").trim() || otherwise;
}

/** Where the part says what has happened. @param {string} [id] */
export const teller = (id) => h("p", { class: "part-told", role: "status", id });

/** @param {number} most */
export const noMore = (most) => t("Only %(n)s can be given. Take one back first.", { n: most });

/** The element with the focus, also inside a shadow tree. @param {Element} near */
export function focused(near) {
  const root = near.getRootNode();
  return root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
}
