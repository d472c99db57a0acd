import { h, icon, say } from "../../dom.js";
import { t } from "../../text.js";
import { answerOf, listOf, noMore, roomOf, teller } from "./part.js";
import { stageOf } from "./stage.js";

/** Steps of the cross across the picture; with Shift it goes by one pixel. */
const STEPS = 40;

/**
 * Points of a picture: tapped, or set with a cross that the arrow keys move; each can be taken back in the list below.
 * @param {import("./part.js").Body} body @param {import("./part.js").Context} context
 * @param {{marker: () => HTMLElement, hint: string}} looks `marker` has its middle at the point
 */
export function points(body, context, { marker, hint }) {
  const stage = stageOf(body);
  const told = teller();
  const cross = h("span", { class: "stage-cross", "aria-hidden": "true" });
  const markers = h("div", { class: "stage-markers", "aria-hidden": "true" });
  const list = h("ul", { class: "pairs", "aria-label": t("Points set") });
  /** @type {string[]} */
  let given = [];
  let locked = false;
  /** @type {[number, number] | null} */
  let at = null;

  const put = (/** @type {HTMLElement} */ part, /** @type {number} */ x, /** @type {number} */ y) => stage.put(part, [x, y, x, y]);
  const words = (/** @type {number} */ x, /** @type {number} */ y) => {
    const [width, height] = stage.size();
    return t("%(x)s % from the left, %(y)s % from the top", { x: Math.round((100 * x) / width), y: Math.round((100 * y) / height) });
  };
  /** @param {number} x @param {number} y */
  const add = (x, y) => {
    const [width, height] = stage.size();
    const point = [[x, width], [y, height]].map(([one = 0, most = 0]) => Math.max(0, Math.min(Math.round(one), Math.ceil(most))));
    at = [point[0] ?? 0, point[1] ?? 0];
    if (locked) return;
    const next = roomOf(body) === 1 ? [] : given.filter((one) => one !== point.join(" "));
    if (next.length >= roomOf(body)) return say(told, noMore(roomOf(body)));
    say(told, t("Point set: %(where)s.", { where: words(...at) }));
    context.change(answerOf(body, [...next, point.join(" ")]));
    put(cross, ...at);
  };
  /** @param {KeyboardEvent} event */
  const steer = (event) => {
    const way = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const [width, height] = stage.size();
    const step = event.shiftKey ? 1 : Math.max(1, Math.round(Math.max(width, height) / STEPS));
    const [x, y] = at ?? [Math.round(width / 2), Math.round(height / 2)];
    at = [Math.max(0, Math.min(width, x + step * way[0])), Math.max(0, Math.min(height, y + step * way[1]))];
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
    context.change(answerOf(body, given.filter((one) => one !== point)));
    surface.focus();
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
    element: h("div", { class: "stack stack-tight", role: "group", "aria-labelledby": context.labelledby }, h("p", { class: "field-hint" }, hint), stage.element, list, told),
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
