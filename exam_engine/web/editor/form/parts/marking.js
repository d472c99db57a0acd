import { _ } from "../../../language.js";
import { h } from "../../../player/dom.js";
import { TOLD } from "../../parts.js";
import { choice, line, tick } from "../fields.js";

/** @typedef {import("./own.js").Own} Own @typedef {import("../fields.js").Part} Field */

/** What the answers of the part earn, as far as no list of answers says it. @param {Own} own @returns {Field} */
export function marking(own) {
  const told = TOLD[own.part.type] ?? "none";
  const { desk } = own;
  const ways = choice(desk, {
    name: own.name("way"), label: _("What earns the points"), options: [["all", _("Everything right, and nothing else")], ["each", _("Each right answer earns its own points")]],
    read: () => own.marking?.way ?? "all", write: (way) => own.marked({ way: way === "each" ? "each" : "all" }),
  });
  const points = line(desk, { name: own.name("points"), label: _("Points of this part"), numeric: true, short: true, read: () => own.marking?.points ?? "1", write: (typed) => own.marked({ points: typed }) });
  const several = tick(desk, { name: own.name("several"), label: _("More than one may be chosen"), read: () => own.marking?.several ?? false, write: (on) => severalOf(own, on) });
  const wrong = line(desk, { name: own.name("wrong"), label: _("Points for each wrong one"), hint: _("0, or for example −0,25"), numeric: true, short: true, read: () => own.marking?.wrong ?? "0", write: (typed) => own.marked({ wrong: typed }) });
  const floor = tick(desk, { name: own.name("floor"), label: _("The part never earns less than 0"), read: () => own.marking?.floor ?? true, write: (on) => own.marked({ floor: on }) });
  const choosing = ["id", "area"].includes(told) && own.part.type !== "inline_choice";
  const fields = [choosing ? several : null, ["id", "sequence", "pair"].includes(told) ? ways : null, told === "none" ? null : points, told === "pair" ? wrong : null, ["id", "pair"].includes(told) ? floor : null];
  const error = desk.error(own.name("marking"));
  const show = () => {
    const now = own.marking ?? {};
    for (const field of fields) field?.show();
    const all = told === "hand" || (now.way ?? "all") === "all";
    points.element.hidden = !all || ["area", "typed", "number"].includes(told);
    wrong.element.hidden = all;
    const takes = (now.wrong ?? "0").startsWith("-") || own.answers.some((one) => (one.points ?? "").startsWith("-"));
    floor.element.hidden = all || !takes;
  };
  show();
  return { element: h("div", { class: "stack stack-tight", hidden: !own.marking || told === "none" }, error, h("div", { class: "part-fields" }, fields.map((field) => field?.element))), show };
}

/** @param {Own} own @param {boolean} several @returns {import("../../types.js").Item} */
function severalOf(own, several) {
  const { answers } = own;
  const item = own.marked({ several, answers: several ? answers : answers.slice(0, 1) });
  const parts = item.interaction.parts.map((/** @type {any} */ part, /** @type {number} */ at) => (at === own.number ? { ...part, most: several ? 0 : 1 } : part));
  return { ...item, interaction: { ...item.interaction, parts } };
}
