import { _ } from "../../language.js";
import { h } from "../../player/dom.js";
import { withInteraction, withValues } from "../item.js";
import { line, tick } from "./fields.js";
import { further } from "./labels.js";

/**
 * What few questions need, out of the way of the others.
 * @param {import("../desk.js").Desk} desk @param {HTMLElement[]} acts
 */
export function moreFields(desk, acts) {
  const text = (/** @type {string} */ name, /** @type {string} */ label, hint = "") => line(desk, {
    name, label, hint, optional: true, read: () => desk.store.item[name] ?? "", write: (typed) => withValues(desk.store.item, { [name]: typed }),
  });
  const least = line(desk, {
    name: "min_choices", label: _("How many must be chosen at least"), short: true, whole: true,
    read: () => String(desk.store.item.interaction.min_choices ?? 0), write: (typed) => withInteraction(desk.store.item, { min_choices: /^\d{1,5}$/.test(typed.trim()) ? Number(typed) : 0 }),
  });
  const literal = tick(desk, {
    name: "literal", label: _("The number has to be written exactly so"), hint: _("Otherwise 1,5 and 1,50 are the same."),
    read: () => desk.store.item.interaction.literal ?? false, write: (on) => withInteraction(desk.store.item, { literal: on }),
  });
  const parts = [text("title", _("Title"), _("For lists of staff; pupils don't see it.")), text("author", _("Author of the question")), further(desk, "source", _("Source"), _("For instance a book, or a paper with its year.")), text("licence", _("Licence"))];
  const show = () => {
    for (const part of [...parts, least, literal]) part.show();
    least.element.hidden = desk.store.item.interaction.type !== "multiple_choice";
    literal.element.hidden = desk.store.item.interaction.type !== "numeric";
  };
  show();
  const element = h("details", { class: "write-further" }, h("summary", {}, _("More fields")),
    h("div", { class: "stack" }, least.element, literal.element, h("div", { class: "write-labels" }, parts.map((part) => part.element)), acts));
  return { element, show };
}
