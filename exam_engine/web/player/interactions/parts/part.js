import { content, h } from "../../dom.js";
import { t } from "../../text.js";
import { inOneLine } from "./formula.js";

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
  for (const formula of made.querySelectorAll("math")) formula.replaceWith(inOneLine(formula));
  return (made.textContent ?? "").replace(/\s+/g, " ").trim() || otherwise;
}

/** What each of these is called; pictures that nobody has described are told apart by their number. @param {string[]} ids @param {Record<string, string>} choices */
export const namesOf = (ids, choices) => Object.fromEntries(ids.map((id, at) => [id, wordsOf(choices[id] ?? "", t("picture %(n)s", { n: at + 1 }))]));

/** A choice to be shown in a button: its formulas, and a picture that nobody has described, are read by their name. @param {string} source @param {string} name @param {string} [looks] */
export function thing(source, name, looks) {
  const made = content(source, looks);
  for (const formula of made.querySelectorAll("math")) {
    formula.setAttribute("aria-hidden", "true");
    formula.after(h("span", { class: "visually-hidden" }, inOneLine(formula)));
  }
  if (!wordsOf(source)) made.append(h("span", { class: "visually-hidden" }, name));
  return made;
}

/** Where the part says what has happened. @param {string} [id] */
export const teller = (id) => h("p", { class: "part-told told-near", role: "status", id });

/** @param {number} most */
export const noMore = (most) => t("Only %(n)s can be given. Take one back first.", { n: most });

/** The focus of a button that goes with its row: to that of the row in its place, of the last, or elsewhere. @param {(HTMLElement | null | undefined)[]} rest @param {number} at @param {HTMLElement | undefined} elsewhere */
export const focusNear = (rest, at, elsewhere) => (rest[Math.min(at, rest.length - 1)] ?? elsewhere)?.focus();

/** The element with the focus, also inside a shadow tree. @param {Element} near */
export function focused(near) {
  const root = near.getRootNode();
  return root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
}
