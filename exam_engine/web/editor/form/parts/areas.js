/**
 * Areas of a picture in its own pixels, pure. @typedef {{shape: string, coords?: string[]}} Area @typedef {[x: number, y: number]} Point
 * @typedef {"circle" | "ellipse" | "rect"} Dragged made by one drag; a polygon is made corner by corner
 */

/** Drawn from one corner to another, or from the middle to the edge. @param {Dragged} shape @param {Point} from @param {Point} to @returns {Area} */
export function drawn(shape, [x1, y1], [x2, y2]) {
  if (shape === "ellipse") return area("ellipse", [(x1 + x2) / 2, (y1 + y2) / 2, Math.max(1, Math.abs(x2 - x1) / 2), Math.max(1, Math.abs(y2 - y1) / 2)]);
  if (shape === "circle") return area("circle", [x1, y1, Math.max(1, Math.hypot(x2 - x1, y2 - y1))]);
  return area("rect", [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)]);
}

/** With these corners. @param {Point[]} corners @returns {Area} */
export const polygon = (corners) => area("poly", corners.flat());

/** Of a size that can be hit, in the middle. @param {Dragged | "poly"} shape @param {Point} size of the picture @returns {Area} */
export function middle(shape, [width, height]) {
  const reach = Math.max(8, Math.min(width, height) / 8);
  if (shape === "ellipse") return area("ellipse", [width / 2, height / 2, reach * 1.5, reach]);
  if (shape === "poly") return polygon([[width / 2, height / 2 - reach], [width / 2 + reach, height / 2], [width / 2, height / 2 + reach], [width / 2 - reach, height / 2]]);
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
  if (shape === "poly") return stretched(cornersOf({ shape, coords }), right, down);
  return shape === "rect" ? area("rect", [a, b, Math.max(a + 1, c + right), Math.max(b + 1, d + down)]) : { shape, coords };
}

/** A polygon wider and higher by so much; its left and upper edge stay. @param {Point[]} corners @param {number} right @param {number} down */
function stretched(corners, right, down) {
  /** @param {0 | 1} side @param {number} more @returns {(corner: Point) => number} */
  const along = (side, more) => {
    const values = corners.map((corner) => corner[side]);
    const [low, extent] = [Math.min(...values), Math.max(1, Math.max(...values) - Math.min(...values))];
    return (corner) => low + ((corner[side] - low) * Math.max(1, extent + more)) / extent;
  };
  const [across, downwards] = [along(0, right), along(1, down)];
  return polygon(corners.map((corner) => [across(corner), downwards(corner)]));
}

/** @param {Area} one @returns {Point[]} */
export const cornersOf = ({ coords = [] }) => Array.from({ length: Math.floor(coords.length / 2) }, (_one, at) => [Number(coords[2 * at]), Number(coords[2 * at + 1])]);

/** As it is typed: "10,20 40,20 40,60". @param {Area} one */
export const cornersText = (one) => cornersOf(one).map((corner) => corner.join(",")).join(" ");

/** Null where they are no three corners. @param {string} typed @returns {Area | null} */
export function typedCorners(typed) {
  const numbers = [...typed.matchAll(/\d+/g)].map(Number);
  if (numbers.length < 6 || numbers.length % 2 || /[^\d\s,;()]/.test(typed)) return null;
  return polygon(cornersOf({ shape: "poly", coords: numbers.map(String) }));
}

/** Where it is taken to change its size, or one of its corners. @param {Area} one @returns {Point[]} */
export function handles({ shape, coords = [] }) {
  const [a = 0, b = 0, c = 0, d = 0] = coords.map(Number);
  if (shape === "rect") return [[c, d]];
  if (shape === "poly") return cornersOf({ shape, coords });
  return shape === "circle" || shape === "ellipse" ? [[a + c, b]] : [];
}

/** Taken by one of its handles. @param {Area} one @param {number} number of the handle @param {number} right @param {number} down @returns {Area} */
export function pulled(one, number, right, down) {
  if (one.shape !== "poly") return resized(one, right, down);
  return polygon(cornersOf(one).map(([x, y], at) => (at === number ? [x + right, y + down] : [x, y])));
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
