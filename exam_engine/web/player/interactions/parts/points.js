import { h, icon, say } from "../../dom.js";
import { t } from "../../text.js";
import { answerOf, focusNear, listOf, noMore, roomOf, teller } from "./part.js";
import { stageOf } from "./stage.js";

/** Steps of the cross across the picture; with Shift it goes by one pixel. */
const STEPS = 40;

/** @typedef {[x: number, y: number]} Spot in pixels of the picture */

/** The whole pixel of the picture that is nearest. @param {number} x @param {number} y @param {[width: number, height: number]} size @returns {Spot} */
export function onPicture(x, y, [width, height]) {
  const within = (/** @type {number} */ one, /** @type {number} */ most) => Math.max(0, Math.min(Math.round(one), Math.ceil(most)));
  return [within(x, width), within(y, height)];
}

/**
 * Where an arrow key moves the cross, which begins in the middle; nothing for other keys.
 * @param {Spot | null} at @param {{key: string, shiftKey: boolean}} pressed @param {[width: number, height: number]} size @returns {Spot | null}
 */
export function stepped(at, { key, shiftKey }, size) {
  const way = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[key];
  if (!way) return null;
  const step = shiftKey ? 1 : Math.max(1, Math.round(Math.max(...size) / STEPS));
  const [x, y] = at ?? [size[0] / 2, size[1] / 2];
  return onPicture(x + step * way[0], y + step * way[1], size);
}

/**
 * Points of a picture: tapped, or set with a cross that the arrow keys move; each can be taken back in the list below.
 * @param {import("./part.js").Body} body @param {import("./part.js").Context} context
 * @param {{marker: () => HTMLElement, hint: string, sample?: HTMLElement}} looks `marker` has its middle at the point; `sample`: what is to be placed
 */
export function points(body, context, { marker, hint, sample }) {
  const stage = stageOf(body);
  const told = teller();
  const cross = h("span", { class: "stage-cross", "aria-hidden": "true" });
  const markers = h("div", { class: "stage-markers", "aria-hidden": "true" });
  const list = h("ul", { class: "pairs", "aria-label": t("Points set") });
  /** @type {string[]} */
  let given = [];
  let locked = false;
  /** @type {Spot | null} */
  let at = null;

  const put = (/** @type {HTMLElement} */ part, /** @type {number} */ x, /** @type {number} */ y) => stage.put(part, [x, y, x, y]);
  const words = (/** @type {number} */ x, /** @type {number} */ y) => {
    const [width, height] = stage.size();
    return t("%(x)s % from the left, %(y)s % from the top", { x: Math.round((100 * x) / width), y: Math.round((100 * y) / height) });
  };
  /** @param {number} x @param {number} y */
  const add = (x, y) => {
    at = onPicture(x, y, stage.size());
    if (locked) return;
    const next = roomOf(body) === 1 ? [] : given.filter((one) => one !== at?.join(" "));
    if (next.length >= roomOf(body)) return say(told, noMore(roomOf(body)));
    say(told, t("Point set: %(where)s.", { where: words(...at) }));
    context.change(answerOf(body, [...next, at.join(" ")]));
    put(cross, ...at);
  };
  /** @param {KeyboardEvent} event */
  const steer = (event) => {
    const next = stepped(at, event, stage.size());
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    at = next;
    put(cross, ...at);
    say(told, words(...at));
  };
  const surface = h("button", {
    type: "button", class: "stage-surface", "aria-label": t("Picture: the arrow keys move a cross, Enter sets a point"),
    onkeydown: steer,
    onclick: (/** @type {MouseEvent} */ event) => {
      const [width, height] = stage.size();
      const box = surface.getBoundingClientRect();
      // A press of Enter or the space bar has no place of its own.
      if (event.detail === 0) add(...(at ?? /** @type {[number, number]} */ ([width / 2, height / 2])));
      else add(((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height);
    },
  });
  stage.layer.append(markers, surface, cross);
  stage.follow(() => put(cross, ...(at ?? /** @type {[number, number]} */ (stage.size().map((side) => side / 2)))));

  const remove = (/** @type {string} */ point) => {
    say(told, t("Point taken back."));
    const number = given.indexOf(point);
    context.change(answerOf(body, given.filter((one) => one !== point)));
    focusNear([...list.querySelectorAll("button")], number, surface);
  };
  const draw = () => {
    const places = given.map((point) => /** @type {[number, number]} */ (point.split(" ").map(Number)));
    markers.replaceChildren(...places.map(([x, y]) => {
      const made = h("span", { class: "stage-marker" }, marker());
      put(made, x, y);
      return made;
    }));
    stage.rescale();
    list.replaceChildren(...places.map(([x, y], number) => {
      const label = t("Take back point %(n)s", { n: number + 1 });
      return h("li", { class: "pair" }, h("span", { class: "pair-words number" }, `${number + 1}. ${words(x, y)}`),
        h("button", { type: "button", class: "button button-quiet button-icon", "aria-label": label, title: label, disabled: locked, onclick: () => remove(given[number] ?? "") }, icon("x")));
    }));
  };
  let drawn = "";
  stage.follow(draw);
  return {
    element: h("div", { class: "stack stack-tight", role: "group", "aria-labelledby": context.labelledby }, h("p", { class: "field-hint" }, hint), sample, stage.element, told, list),
    /** @param {import("./part.js").Shown} shown */
    update(shown) {
      given = listOf(shown.value);
      locked = shown.locked;
      surface.disabled = locked;
      const now = JSON.stringify([given, locked]);
      if (now !== drawn) draw();
      drawn = now;
    },
  };
}
