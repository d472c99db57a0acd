import { _ } from "../../../language.js";
import { h } from "../../../player/dom.js";
import { drawn, handles, heart, moved, pulled, resized } from "./areas.js";
import { tapped } from "./corners.js";
import { shapeOf, svg } from "./shapes.js";

/** @typedef {import("./areas.js").Area} Area @typedef {import("./areas.js").Point} Point */

/** Pixels of the screen: a shorter drag is a tap. */
const TAP = 6;

/**
 * The picture with its areas: drawn with mouse or finger on what is free, moved and resized with them or with the arrow keys.
 * @param {{areas: () => {area: Area, name: string}[], shape: () => import("./areas.js").Dragged | "poly", add: (area: Area) => void, set: (at: number, area: Area) => void}} parts
 */
export function stage({ areas, shape, add, set }) {
  const image = h("img", { class: "area-picture", alt: "" });
  const layer = /** @type {SVGSVGElement} */ (svg("svg", { class: "area-layer", role: "group", "aria-label": _("Areas of the picture") }));
  const element = h("div", { class: "area-stage", hidden: true }, image, layer);
  /** @type {Point} */
  let size = [0, 0];
  let told = "";
  /** @param {PointerEvent} event @returns {Point} */
  const at = (event) => {
    const box = layer.getBoundingClientRect();
    const limit = (/** @type {number} */ value, /** @type {number} */ most) => Math.max(0, Math.min(most, value));
    return [limit(((event.clientX - box.left) / box.width) * size[0], size[0]), limit(((event.clientY - box.top) / box.height) * size[1], size[1])];
  };
  /** Follows the pointer from here on. @param {PointerEvent} start @param {(from: Point, to: Point, far: boolean) => Area} make @param {(area: Area, far: boolean) => void} done */
  const follow = (start, make, done) => {
    start.preventDefault();
    start.stopPropagation();
    layer.setPointerCapture(start.pointerId);
    const from = at(start);
    const ghost = shapeOf(make(from, from, false), "area-ghost");
    layer.append(ghost);
    const far = (/** @type {PointerEvent} */ event) => Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) >= TAP;
    const move = (/** @type {PointerEvent} */ event) => {
      const next = shapeOf(make(from, at(event), far(event)), "area-ghost");
      for (const { name, value } of next.attributes) ghost.setAttribute(name, value);
    };
    const end = (/** @type {PointerEvent} */ event) => {
      for (const name of /** @type {const} */ (["pointermove", "pointerup", "pointercancel"])) layer.removeEventListener(name, name === "pointermove" ? move : end);
      ghost.remove();
      if (event.type === "pointerup") done(make(from, at(event), far(event)), far(event));
    };
    layer.addEventListener("pointermove", move);
    layer.addEventListener("pointerup", end);
    layer.addEventListener("pointercancel", end);
  };
  const corners = tapped({ layer, at, size: () => size, add });
  layer.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const chosen = shape();
    if (chosen === "poly" && (corners.begun() || event.target === layer)) return corners.tap(event);
    if (chosen !== "poly" && event.target === layer) follow(event, (from, to) => drawn(chosen, from, to), (area, far) => { if (far) add(area); });
  }, true);

  /** @param {{area: Area, name: string}} one @param {number} number */
  const draw = ({ area, name }, number) => {
    const [x, y] = heart(area);
    const words = svg("text", { x, y, class: "area-number", "font-size": size[0] / 22 }, String(number + 1));
    const knobs = handles(area).map(([cx, cy]) => svg("circle", { cx, cy, r: size[0] / 50, class: "area-knob" }));
    const group = svg("g", { class: "area-one", tabindex: 0, role: "button", "aria-label": _("Area %(n)s: %(name)s", { n: number + 1, name: name || "–" }), "data-area": number }, shapeOf(area, "area-shape"), words, ...knobs);
    group.addEventListener("pointerdown", (event) => {
      if (/** @type {PointerEvent} */ (event).button !== 0) return;
      const knob = knobs.indexOf(/** @type {SVGElement} */ (event.target));
      /** @type {SVGElement} */ (group).focus();
      follow(/** @type {PointerEvent} */ (event), (from, to) => (knob < 0 ? moved(area, to[0] - from[0], to[1] - from[1]) : pulled(area, knob, to[0] - from[0], to[1] - from[1])), (made, far) => { if (far) set(number, made); });
    });
    group.addEventListener("keydown", (event) => {
      const { key, shiftKey, altKey } = /** @type {KeyboardEvent} */ (event);
      const step = shiftKey ? 10 : 1;
      const [right = 0, down = 0] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[key] ?? [0, 0];
      if (!right && !down) return;
      event.preventDefault();
      event.stopPropagation();
      set(number, (altKey ? resized : moved)(area, right, down));
      /** @type {SVGElement | null} */ (layer.querySelector(`[data-area="${number}"]`))?.focus();
    });
    return group;
  };
  const show = () => {
    const now = JSON.stringify([areas(), size]);
    if (now === told || !size[0]) return;
    told = now;
    const held = document.activeElement?.getAttribute("data-area");
    layer.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
    layer.replaceChildren(...areas().map(draw), corners.outline);
    if (held !== null && held !== undefined) /** @type {SVGElement | null} */ (layer.querySelector(`[data-area="${held}"]`))?.focus();
  };
  image.addEventListener("load", () => {
    if (!size[0]) size = [image.naturalWidth, image.naturalHeight];
    show();
  });
  return {
    element,
    corners,
    size: () => size,
    /** @param {{asset: string, width?: number, height?: number}} picture */
    show({ asset, width = 0, height = 0 }) {
      element.hidden = !asset;
      if (width && height) size = [width, height];
      const address = asset ? `/assets/${asset}` : "";
      if ((image.getAttribute("src") ?? "") !== address) {
        if (!width || !height) size = [0, 0];
        if (address) image.setAttribute("src", address);
      }
      show();
    },
  };
}
