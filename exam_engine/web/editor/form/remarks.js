import { _ } from "../../language.js";
import { h } from "../../player/dom.js";
import { withInteraction } from "../item.js";
import { markingOf } from "../parts.js";
import { RichField } from "../rich/field.js";

/** @typedef {{outcome: string, identifier: string, markup: string, show?: boolean}} Remark */

/** As item_bank/formats/building.py has them. */
const OUTCOME = "FEEDBACK";
/** @type {[string, () => string][]} */
const SIMPLE = [["correct", () => _("When all is right")], ["partial", () => _("When a part is right")], ["incorrect", () => _("When nothing is right")]];

/**
 * What is said after answering, in practice: of the whole question, or as its own rules tell it. @param {import("../desk.js").Desk} desk
 * @returns {import("./fields.js").Part}
 */
export function remarks(desk) {
  const all = () => /** @type {Remark[]} */ (desk.store.item.interaction.feedback ?? []);
  const block = h("div", { class: "stack" });
  const element = h("details", { class: "write-further" }, h("summary", {}, _("Remarks after answering")), h("p", { class: "field-hint" }, _("Shown in practice, below the answer.")), block);
  /** @type {{field: RichField, read: () => string}[]} */
  let fields = [];
  let shown = "";
  /** @param {string} label @param {() => string} read @param {(html: string) => Remark[]} write */
  const make = (label, read, write) => {
    const field = new RichField({
      html: read(), label, tools: desk.tools, focused: desk.focused,
      changed: (html, how) => desk.store.change(withInteraction(desk.store.item, { feedback: write(html) }), { place: `remarks/${label}`, ...how }),
    });
    fields.push({ field, read });
    return h("div", { class: "field" }, h("span", { class: "field-label" }, label), field.element);
  };
  const simple = () => SIMPLE.map(([identifier, label]) => make(label(), () => all().find((one) => one.identifier === identifier)?.markup ?? "", (html) => SIMPLE.flatMap(([name]) => {
    const markup = name === identifier ? html : all().find((one) => one.identifier === name)?.markup;
    return markup ? [{ outcome: OUTCOME, identifier: name, markup }] : [];
  })));
  const own = () => all().map(({ outcome, identifier, show = true }, at) => make(`${outcome} ${show ? "=" : "≠"} ${identifier}`, () => all()[at]?.markup ?? "", (html) => all().map((one, index) => (index === at ? { ...one, markup: html } : one))));
  const show = () => {
    const now = markingOf(desk.store.item) ? "simple" : JSON.stringify(all().map(({ outcome, identifier }) => [outcome, identifier]));
    if (now !== shown) {
      shown = now;
      for (const { field } of fields) field.destroy();
      fields = [];
      block.replaceChildren(...(now === "simple" ? simple() : own()));
      element.open = all().length > 0;
    }
    element.hidden = !fields.length;
    for (const { field, read } of fields) field.show(read());
  };
  show();
  return { element, show, destroy: () => { for (const { field } of fields) field.destroy(); } };
}
