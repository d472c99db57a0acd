/** @typedef {import("./areas.js").Area} Area */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string | number>} attributes @param {...(Node | string)} children */
export function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** @param {Area} area @param {string} looks */
export function shapeOf({ shape, coords = [] }, looks) {
  const [a = 0, b = 0, c = 0, d = 0] = coords.map(Number);
  if (shape === "circle") return svg("circle", { cx: a, cy: b, r: c, class: looks });
  if (shape === "ellipse") return svg("ellipse", { cx: a, cy: b, rx: c, ry: d, class: looks });
  if (shape === "poly") return svg("polygon", { points: coords.join(" "), class: looks });
  return shape === "rect" ? svg("rect", { x: Math.min(a, c), y: Math.min(b, d), width: Math.abs(c - a), height: Math.abs(d - b), class: looks }) : svg("rect", { x: 0, y: 0, width: "100%", height: "100%", class: looks });
}
