import { _ } from "../../../language.js";
import { button, h, icon, say } from "../../../player/dom.js";
import { cornersText, polygon, typedCorners } from "./areas.js";
import { svg } from "./shapes.js";

/** @typedef {import("./areas.js").Area} Area @typedef {import("./areas.js").Point} Point */

/** Share of the picture's width: a tap so near to the first corner closes the polygon. */
const NEAR = 1 / 30;

/**
 * A polygon that is made tap by tap; it is an area, and one step of undoing, once it is closed.
 * @param {{layer: SVGElement, at: (event: PointerEvent) => Point, size: () => Point, add: (area: Area) => void}} parts
 */
export function tapped({ layer, at, size, add }) {
  /** @type {Point[]} */
  let corners = [];
  const outline = svg("g", { class: "area-outline" });
  const told = h("p", { class: "field-hint", role: "status" });
  const close = () => {
    const closed = polygon(corners);
    keep([]);
    add(closed);
  };
  const finish = button(_("Close the polygon"), close, { symbol: icon("check") });
  const back = button(_("Take back the last corner"), () => keep(corners.slice(0, -1)), { kind: "quiet", symbol: icon("undo-2") });
  const element = h("div", { class: "row", hidden: true }, told, finish, back);
  /** @param {Point[]} next */
  const keep = (next) => {
    corners = next;
    const line = svg("polyline", { points: corners.flat().join(" "), class: "area-ghost" });
    outline.replaceChildren(line, ...corners.map(([cx, cy]) => svg("circle", { cx, cy, r: size()[0] / 80, class: "area-knob" })));
    if (!outline.isConnected) layer.append(outline);
    say(told, corners.length ? _("Corners so far: %(n)s. Tap the first one again to close.", { n: corners.length }) : _("Tap the corners one after the other on the picture."));
    finish.hidden = corners.length < 3;
    back.hidden = !corners.length;
  };
  keep([]);
  return {
    element,
    outline,
    begun: () => corners.length > 0,
    /** @param {PointerEvent} event */
    tap(event) {
      event.preventDefault();
      event.stopPropagation();
      const [x, y] = at(event);
      const [first] = corners;
      if (first && corners.length > 2 && Math.hypot(x - first[0], y - first[1]) <= size()[0] * NEAR) close();
      else keep([...corners, [Math.round(x), Math.round(y)]]);
    },
    /** @param {boolean} chosen what was begun goes with another shape */
    show(chosen) {
      element.hidden = !chosen;
      keep([]);
    },
  };
}

/** The corners of one polygon, to read and to type. @param {number} at @param {(area: Area) => void} write */
export function cornersField(at, write) {
  const words = _("Corners of area %(n)s", { n: at + 1 });
  const error = h("p", { class: "field-error", role: "status" });
  const input = h("input", { class: "input", autocomplete: "off", "aria-label": words, oninput: () => {
    const area = typedCorners(input.value);
    if (area) write(area);
    input.setAttribute("aria-invalid", String(!area));
    say(error, area ? "" : _("Three corners or more, each from the left and from the top: 10,20 40,20 40,60."));
  } });
  return {
    element: h("label", { class: "area-number-field area-corners" }, h("span", { class: "small quiet" }, _("Corners, each from the left and from the top")), input, error),
    /** @param {Area} area */
    show(area) {
      if (document.activeElement === input) return;
      input.value = cornersText(area);
      input.setAttribute("aria-invalid", "false");
      say(error, "");
    },
  };
}
