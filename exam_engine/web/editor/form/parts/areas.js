/**
 * Areas of a picture in its own pixels, pure. @typedef {{shape: string, coords?: string[]}} Area @typedef {[x: number, y: number]} Point
 */

/** Drawn from one corner to another, or from the middle to the edge. @param {"rect" | "circle"} shape @param {Point} from @param {Point} to @returns {Area} */
export function drawn(shape, [x1, y1], [x2, y2]) {
  if (shape === "circle") return area("circle", [x1, y1, Math.max(1, Math.hypot(x2 - x1, y2 - y1))]);
  return area("rect", [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)]);
}

/** Of a size that can be hit, in the middle. @param {"rect" | "circle"} shape @param {Point} size of the picture @returns {Area} */
export function middle(shape, [width, height]) {
  const reach = Math.max(8, Math.min(width, height) / 8);
  return shape === "circle" ? area("circle", [width / 2, height / 2, reach]) : area("rect", [width / 2 - reach, height / 2 - reach, width / 2 + reach, height / 2 + reach]);
}

/** @param {Area} one @param {number} right @param {number} down @returns {Area} */
export function moved({ shape, coords = [] }, right, down) {
  const numbers = coords.map(Number);
  const pairs = shape === "circle" || shape === "ellipse" ? 1 : numbers.length / 2;
  return area(shape, numbers.map((value, at) => (at < 2 * pairs ? value + (at % 2 ? down : right) : value)));
}

/** Larger or smaller: its right and lower edge, or its reach. @param {Area} one @param {number} right @param {number} down @returns {Area} */
export function resized({ shape, coords = [] }, right, down) {
  const [a = 0, b = 0, c = 0, d = 0] = coords.map(Number);
  if (shape === "circle") return area("circle", [a, b, Math.max(1, c + (Math.abs(right) > Math.abs(down) ? right : down))]);
  if (shape === "ellipse") return area("ellipse", [a, b, Math.max(1, c + right), Math.max(1, d + down)]);
  return shape === "rect" ? area("rect", [a, b, Math.max(a + 1, c + right), Math.max(b + 1, d + down)]) : { shape, coords };
}

/** Where it is taken to change its size. @param {Area} one @returns {Point | null} */
export function handle({ shape, coords = [] }) {
  const [a = 0, b = 0, c = 0, d = 0] = coords.map(Number);
  if (shape === "rect") return [c, d];
  return shape === "circle" || shape === "ellipse" ? [a + c, b] : null;
}

/** Where its number stands. @param {Area} one @returns {Point} */
export function heart({ shape, coords = [] }) {
  const numbers = coords.map(Number);
  if (shape === "circle" || shape === "ellipse") return [numbers[0] ?? 0, numbers[1] ?? 0];
  const mean = (/** @type {number} */ side) => numbers.filter((_one, at) => at % 2 === side).reduce((sum, one, _at, all) => sum + one / all.length, 0);
  return [mean(0), mean(1)];
}

/** As an answer says it: "circle 60,70,24". @param {Area} one */
export const textOf = ({ shape, coords = [] }) => `${shape} ${coords.join(",")}`;

/** @param {string} text @returns {Area} */
export function areaOf(text) {
  const [shape = "", coords = ""] = text.split(" ");
  return { shape, coords: coords ? coords.split(",") : [] };
}

/** @param {string} shape @param {number[]} numbers @returns {Area} */
const area = (shape, numbers) => ({ shape, coords: numbers.map((one) => String(Math.max(0, Math.round(one)))) });
