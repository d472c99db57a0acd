import { _ } from "../../language.js";
import { h } from "../../player/dom.js";
import { withInteraction } from "../item.js";
import { markingOf } from "../parts.js";
import { lines } from "./fields.js";

/**
 * Variables, one a line, and what must hold of them (item_bank/formats/simple/varying.py reads them). @param {import("../desk.js").Desk} desk
 * @returns {import("./fields.js").Part}
 */
export function varying(desk) {
  const all = () => /** @type {{variables?: string[], conditions?: string[]}} */ (desk.store.item.interaction.varying ?? {});
  const of = (/** @type {"variables" | "conditions"} */ kind, /** @type {string} */ label, /** @type {string} */ hint) => lines(desk, {
    name: `varying/${kind}`, label, hint, read: () => all()[kind] ?? [], write: (values) => withInteraction(desk.store.item, { varying: { ...all(), [kind]: values } }),
  });
  const fields = [
    of("variables", _("Variables"), _("One a line: a = 2..9, or a = 2..20 +2 for every second number, or a = 0,5; 1; 2. Enter adds the next.")),
    of("conditions", _("Conditions"), _("For example a != b or a*b < 100. Numbers that do not meet them are drawn again.")),
  ];
  const element = h("details", { class: "write-further" }, h("summary", {}, _("Numbers that vary")),
    h("p", { class: "field-hint" }, _("Write {a} in the question and its choices, and a formula such as a*b as the right answer where a number is typed. Inside $…$ the letter a itself becomes the number.")), h("div", { class: "stack" }, fields.map((field) => field.element)));
  const show = () => {
    element.hidden = !markingOf(desk.store.item);
    if (all().variables?.length) element.open = true;
    for (const field of fields) field.show();
  };
  show();
  return { element, show };
}
