import { _ } from "../../../language.js";
import { h } from "../../../player/dom.js";
import { drawn, handle, heart, moved, resized } from "./areas.js";

/** @typedef {import("./areas.js").Area} Area @typedef {import("./areas.js").Point} Point */

const SVG = "http://www.w3.org/2000/svg";
/** Pixels of the screen: a shorter drag is a tap. */
const TAP = 6;

/** @param {string} name @param {Record<string, string | number>} attributes @param {...(Node | string)} children */
function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * The picture with its areas: drawn with mouse or finger on what is free, moved and resized with them or with the arrow keys.
 * @param {{areas: () => {area: Area, name: string}[], shape: () => "rect" | "circle", add: (area: Area) => void, set: (at: number, area: Area) => void}} parts
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
  layer.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.target === layer) follow(event, (from, to) => drawn(shape(), from, to), (area, far) => { if (far) add(area); });
  });

  /** @param {{area: Area, name: string}} one @param {number} number */
  const draw = ({ area, name }, number) => {
    const [x, y] = heart(area);
    const words = svg("text", { x, y, class: "area-number", "font-size": size[0] / 22 }, String(number + 1));
    const grip = handle(area);
    const knob = grip ? svg("circle", { cx: grip[0], cy: grip[1], r: size[0] / 50, class: "area-knob" }) : null;
    const group = svg("g", { class: "area-one", tabindex: 0, role: "button", "aria-label": _("Area %(n)s: %(name)s", { n: number + 1, name: name || "–" }), "data-area": number }, shapeOf(area, "area-shape"), words, ...(knob ? [knob] : []));
    group.addEventListener("pointerdown", (event) => {
      if (/** @type {PointerEvent} */ (event).button !== 0) return;
      const change = event.target === knob ? resized : moved;
      /** @type {SVGElement} */ (group).focus();
      follow(/** @type {PointerEvent} */ (event), (from, to) => change(area, to[0] - from[0], to[1] - from[1]), (made, far) => { if (far) set(number, made); });
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
    layer.replaceChildren(...areas().map(draw));
    if (held !== null && held !== undefined) /** @type {SVGElement | null} */ (layer.querySelector(`[data-area="${held}"]`))?.focus();
  };
  image.addEventListener("load", () => {
    if (!size[0]) size = [image.naturalWidth, image.naturalHeight];
    show();
  });
  return {
    element,
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

/** @param {Area} area @param {string} looks */
function shapeOf({ shape, coords = [] }, looks) {
  const [a = 0, b = 0, c = 0, d = 0] = coords.map(Number);
  if (shape === "circle") return svg("circle", { cx: a, cy: b, r: c, class: looks });
  if (shape === "ellipse") return svg("ellipse", { cx: a, cy: b, rx: c, ry: d, class: looks });
  if (shape === "poly") return svg("polygon", { points: coords.join(" "), class: looks });
  return shape === "rect" ? svg("rect", { x: Math.min(a, c), y: Math.min(b, d), width: Math.abs(c - a), height: Math.abs(d - b), class: looks }) : svg("rect", { x: 0, y: 0, width: "100%", height: "100%", class: looks });
}
