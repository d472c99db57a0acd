import { content, h } from "../../dom.js";
import { t } from "../../text.js";

const SVG = "http://www.w3.org/2000/svg";
/** Pixels that an area should have across, and how many times its own size the picture may have for that. */
const FINGER = 32;
const MOST_LARGER = 2.5;
/** Pixels that it has at least (WCAG 2.5.8), on a narrow screen, too: there the picture may keep its own size. */
const LEAST = 24;

/**
 * A picture with areas or points over it. They are told in the picture's own pixels and stand in percent of it, so that they scale with it.
 * @typedef {{shape: string, coords: string[]}} Area
 * @typedef {[left: number, top: number, right: number, bottom: number]} Box
 * @param {import("./part.js").Body} body
 */
export function stageOf(body) {
  const shown = content(body.picture ?? "", "stage-picture");
  const image = shown.querySelector("img");
  const layer = h("div", { class: "stage-layer" });
  const stage = h("div", { class: "stage" }, shown, layer);
  const element = h("div", { class: "stage-frame" }, stage);
  /** @type {(() => void)[]} */
  const again = [];
  image?.addEventListener("load", () => arrange());

  /** The picture's own size; where nobody tells it, as far as the areas reach. @returns {[width: number, height: number]} */
  const size = () => {
    if (body.width > 0 && body.height > 0) return [body.width, body.height];
    if (image?.naturalWidth) return [image.naturalWidth, image.naturalHeight];
    const reach = Object.values(body.areas ?? {}).map((area) => boxOf(area, [1, 1]));
    return [Math.max(300, ...reach.map((box) => box[2])), Math.max(200, ...reach.map((box) => box[3]))];
  };
  const arrange = () => {
    const [width, height] = size();
    const { wanted, least } = widths(Object.values(body.areas ?? {}), [width, height]);
    stage.style.setProperty("--stage-width", `${wanted}px`);
    stage.style.setProperty("--stage-least", `${least}px`);
    stage.style.setProperty("--stage-ratio", `${width} / ${height}`);
    for (const act of again) act();
  };
  arrange();
  /** Pictures on the picture are told in its pixels, too. */
  const rescale = () => {
    const shown = stage.getBoundingClientRect().width / size()[0];
    for (const one of layer.querySelectorAll("img")) {
      const own = Number(one.getAttribute("width")) || one.naturalWidth;
      if (own && shown) one.style.setProperty("width", `${own * shown}px`);
    }
  };
  new ResizeObserver(rescale).observe(stage);
  layer.addEventListener("load", rescale, true);
  return {
    element,
    rescale,
    layer,
    size,
    /** Keeps something where it belongs, also once the picture's size is known. @param {() => void} act */
    follow(act) {
      again.push(act);
      act();
    },
    /** @param {HTMLElement} part @param {Box} box in pixels of the picture */
    put(part, [left, top, right, bottom]) {
      const [width, height] = size();
      const places = { left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height };
      for (const [name, share] of Object.entries(places)) part.style.setProperty(name, `${(100 * share).toFixed(3)}%`);
    },
  };
}

/**
 * How wide a picture is shown: a finger has to hit the smallest area. Where the screen is too narrow for that, the picture scrolls in its frame.
 * @param {Area[]} areas @param {[width: number, height: number]} size @returns {{wanted: number, least: number}} in pixels of the page
 */
export function widths(areas, size) {
  const sides = areas.map((area) => boxOf(area, size)).flatMap(([left, top, right, bottom]) => [right - left, bottom - top]);
  const smallest = Math.max(1, Math.min(...sides));
  const times = (/** @type {number} */ factor) => Math.round(size[0] * factor);
  return { wanted: times(Math.max(1, Math.min(MOST_LARGER, FINGER / smallest))), least: times(Math.min(1, LEAST / smallest)) };
}

/** @param {Area} area @param {[width: number, height: number]} size @returns {Box} the smallest box around it */
export function boxOf({ shape, coords }, [width, height]) {
  const [a = 0, b = 0, c = 0, d = 0] = coords.map(Number);
  if (shape === "rect") return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  if (shape === "circle") return [a - c, b - c, a + c, b + c];
  if (shape === "ellipse") return [a - c, b - d, a + c, b + d];
  if (shape !== "poly") return [0, 0, width, height];
  const xs = coords.filter((_one, at) => at % 2 === 0).map(Number);
  const ys = coords.filter((_one, at) => at % 2 === 1).map(Number);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/**
 * An area's shape, drawn so that only it is hit. @param {ReturnType<typeof stageOf>} stage @param {Area} area @param {HTMLElement} holder
 */
export function drawArea(stage, area, holder) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "spot-drawing");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("preserveAspectRatio", "none");
  holder.prepend(drawing);
  stage.follow(() => {
    const box = boxOf(area, stage.size());
    stage.put(holder, box);
    drawing.setAttribute("viewBox", `${box[0]} ${box[1]} ${Math.max(1, box[2] - box[0])} ${Math.max(1, box[3] - box[1])}`);
    drawing.replaceChildren(shapeOf(area, box, "spot-casing"), shapeOf(area, box, "spot-shape"));
  });
}

/** @param {Area} area @param {Box} box @param {string} looks */
function shapeOf({ shape, coords }, [left, top, right, bottom], looks) {
  const [name, places] = shape === "poly"
    ? ["polygon", { points: coords.join(" ") }]
    : shape === "circle" || shape === "ellipse"
      ? ["ellipse", { cx: (left + right) / 2, cy: (top + bottom) / 2, rx: (right - left) / 2, ry: (bottom - top) / 2 }]
      : ["rect", { x: left, y: top, width: right - left, height: bottom - top }];
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(places)) made.setAttribute(attribute, String(value));
  made.setAttribute("class", looks);
  return made;
}

/** What an area is called. @param {string | undefined} label escaped, as the paper has it @param {number} at */
export const areaName = (label, at) => content(label ?? "").textContent?.trim() || t("area %(n)s", { n: at + 1 });

/**
 * The areas as buttons over the picture, in the order of the picture's file. @param {ReturnType<typeof stageOf>} stage
 * @param {Record<string, Area>} areas @param {Record<string, string>} labels
 */
export function spotButtons(stage, areas, labels) {
  return Object.entries(areas).map(([id, area], at) => {
    const name = areaName(labels[id], at);
    const badge = h("span", { class: "spot-badge", "aria-hidden": "true" });
    const label = h("span", { class: "visually-hidden" }, name);
    const button = h("button", { type: "button", class: "spot", title: name }, badge, label);
    drawArea(stage, area, button);
    stage.layer.append(button);
    return { id, name, button, badge, label };
  });
}
