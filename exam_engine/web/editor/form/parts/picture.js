import { _ } from "../../../language.js";
import { button, h, icon } from "../../../player/dom.js";
import { freshName, withoutName } from "../../parts.js";
import { line } from "../fields.js";
import { areaOf, middle, moved, textOf } from "./areas.js";
import { tool } from "./choices.js";
import { pointsField } from "./fields.js";
import { cornersField } from "./corners.js";
import { stage } from "./stage.js";

/**
 * @typedef {import("./own.js").Own} Own @typedef {import("../fields.js").Part} Field @typedef {import("./areas.js").Area} Area
 * @typedef {{area: Area, name: string, points?: string}} Shown
 * @typedef {{list: () => Shown[], add: (area: Area) => void, set: (at: number, area: Area, typed?: boolean) => void, remove: (at: number) => void, name?: (at: number, name: string) => void, points?: (at: number, points: string) => void, label: string}} Areas
 */

/** A picture with areas that pupils choose, order, join or fill. @param {Own} own @returns {Field} */
export function pictureWithSpots(own) {
  const spots = () => own.part.spots ?? [];
  const keep = (/** @type {import("./own.js").Spot[]} */ changed, typed = false) => own.set({ spots: changed }, "spots", typed);
  return pictureField(own, {
    label: _("Areas of the picture"),
    list: () => spots().map(({ area, label = "" }) => ({ area, name: label })),
    add: (area) => keep([...spots(), { id: freshName("s", spots()), area, label: "" }]),
    set: (at, area, typed) => keep(spots().map((one, index) => (index === at ? { ...one, area } : one)), typed),
    remove: (at) => own.both({ spots: spots().filter((_one, index) => index !== at) }, { answers: withoutName(own.answers, spots()[at]?.id ?? "") }, "spots"),
    name: (at, name) => keep(spots().map((one, index) => (index === at ? { ...one, label: name } : one)), true),
  });
}

/** A picture with the areas in which a point is right, which pupils don't see. @param {Own} own @returns {Field} */
export function pictureWithRightAreas(own) {
  const keep = (/** @type {import("./own.js").Answer[]} */ answers, typed = false) => own.mark({ answers }, "answers", typed);
  return pictureField(own, {
    label: _("Right areas (pupils don't see them)"),
    list: () => own.answers.map(({ value, points }) => ({ area: areaOf(value), name: "", points })),
    add: (area) => keep([...own.answers, { value: textOf(area), points: "1" }]),
    set: (at, area, typed) => keep(own.answers.map((one, index) => (index === at ? { ...one, value: textOf(area) } : one)), typed),
    remove: (at) => keep(own.answers.filter((_one, index) => index !== at)),
    points: (at, points) => keep(own.answers.map((one, index) => (index === at ? { ...one, points } : one)), true),
  });
}

/** @param {Own} own @param {Areas} areas @returns {Field} */
function pictureField(own, areas) {
  const picture = () => own.part.picture ?? { asset: "" };
  /** @type {import("./areas.js").Dragged | "poly"} */
  let shape = "circle";
  const shown = stage({ areas: areas.list, shape: () => shape, add: areas.add, set: (at, area) => areas.set(at, area) });
  const file = h("input", { type: "file", accept: "image/*", hidden: true, onchange: async () => {
    const [chosen] = file.files ?? [];
    file.value = "";
    const asset = chosen ? await own.desk.tools.bring(chosen) : null;
    if (!asset) return;
    const [width, height] = await sizeOf(`/assets/${asset}`);
    own.set({ picture: { ...picture(), asset, width, height } }, "picture");
  } });
  const choose = button("", () => file.click(), { symbol: icon("image") });
  const alt = line(own.desk, { name: own.name("alt"), label: _("What does it show?"), hint: _("Read aloud to pupils who can't see the picture. Don't give away the answer."), read: () => picture().alt ?? "", write: (typed) => own.with({ picture: { ...picture(), alt: typed } }) });
  const shapes = /** @type {const} */ ([["circle", _("Circle")], ["ellipse", _("Ellipse")], ["rect", _("Rectangle")], ["poly", _("Polygon")]]).map(([name, label]) => {
    const input = h("input", { type: "radio", name: own.name("shape"), onchange: () => { shape = name; shown.corners.show(name === "poly"); } });
    input.checked = name === shape;
    return h("label", { class: "check" }, input, h("span", {}, label));
  });
  const rows = h("ol", { class: "write-rows" });
  /** @type {ReturnType<typeof areaRow>[]} */
  const made = [];
  const add = button(_("Add an area in the middle"), () => areas.add(beside(middle(shape, shown.size()), areas.list().length)), { kind: "quiet", symbol: icon("plus") });
  const block = h("div", { class: "stack stack-tight" },
    h("span", { class: "field-label" }, areas.label), h("p", { class: "field-hint" }, _("Draw on the picture, or add an area and move it: arrow keys move it, with Alt they change its size.")),
    h("div", { class: "row", role: "radiogroup", "aria-label": _("Shape of new areas") }, shapes), shown.element, shown.corners.element, rows, h("div", {}, add));
  const show = () => {
    const there = Boolean(picture().asset);
    /** @type {HTMLElement} */ (choose.lastElementChild).textContent = there ? _("Another picture") : _("Choose a picture");
    alt.element.hidden = !there;
    block.hidden = !there || (Boolean(areas.points) && !own.marking);
    alt.show();
    shown.show(picture());
    const list = areas.list();
    while (made.length > list.length) made.pop()?.element.remove();
    while (made.length < list.length) {
      const next = areaRow(made.length, areas);
      made.push(next);
      rows.append(next.element);
    }
    for (const [at, one] of list.entries()) made[at]?.show(one);
  };
  show();
  return { element: h("div", { class: "stack stack-tight", role: "group", "aria-label": _("Picture") }, h("div", { class: "row" }, choose, file), alt.element, block), show, focus: () => choose.focus() };
}

/** So that new ones do not hide each other. @param {Area} area @param {number} count */
const beside = (area, count) => moved(area, 12 * (count % 5), 12 * (count % 5));

/** @type {Record<string, () => string[]>} */
const NUMBERS = {
  circle: () => [_("From the left"), _("From the top"), _("Radius")],
  ellipse: () => [_("From the left"), _("From the top"), _("Half the width"), _("Half the height")],
  rect: () => [_("Left edge"), _("Upper edge"), _("Right edge"), _("Lower edge")],
};

/** The numbers of an area, and its name. @param {number} at @param {Areas} areas */
function areaRow(at, areas) {
  const name = h("input", { class: "input part-select", autocomplete: "off", "aria-label": _("Name of area %(n)s", { n: at + 1 }), placeholder: _("Name, read aloud"), oninput: () => areas.name?.(at, name.value) });
  const points = pointsField(_("Points of area %(n)s", { n: at + 1 }), (worth) => areas.points?.(at, worth));
  const numbers = h("div", { class: "area-numbers" });
  const away = tool("trash-2", () => areas.remove(at));
  away.setAttribute("aria-label", _("Remove area %(n)s", { n: at + 1 }));
  const polygonCorners = cornersField(at, (area) => areas.set(at, area, true));
  let shape = "";
  /** @type {HTMLInputElement[]} */
  let inputs = [];
  return {
    element: h("li", { class: "part-answer" }, h("span", { class: "write-letter", "aria-hidden": "true" }, String(at + 1)), areas.name ? name : null, numbers, areas.points ? points.element : null, away),
    /** @param {Shown} one */
    show({ area, name: called, points: worth }) {
      const coords = area.coords ?? [];
      if (area.shape === "poly" && shape !== "poly") numbers.replaceChildren(polygonCorners.element);
      if (area.shape === "poly") {
        [shape, inputs] = ["poly", []];
        polygonCorners.show(area);
      } else if (shape !== `${area.shape}${coords.length}`) {
        shape = `${area.shape}${coords.length}`;
        inputs = (NUMBERS[area.shape]?.() ?? []).map((label, index) => h("input", {
          class: "input area-coordinate", type: "number", min: 0, "aria-label": `${label} (${at + 1})`, title: label,
          oninput: () => areas.set(at, { shape: area.shape, coords: inputs.map(({ value }, place) => (place === index ? value || "0" : value)) }, true),
        }));
        numbers.replaceChildren(...inputs.map((input) => h("label", { class: "area-number-field" }, h("span", { class: "small quiet" }, input.title), input)));
      }
      for (const [index, input] of inputs.entries()) if (document.activeElement !== input) input.value = coords[index] ?? "0";
      if (name.value !== called) name.value = called;
      points.show(worth ?? "1", { hidden: false });
    },
  };
}

/** @param {string} address @returns {Promise<[number, number]>} */
const sizeOf = (address) => new Promise((resolve) => {
  const image = new Image();
  image.addEventListener("load", () => resolve([image.naturalWidth, image.naturalHeight]));
  image.addEventListener("error", () => resolve([0, 0]));
  image.src = address;
});
