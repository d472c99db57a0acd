import { h, say } from "../../dom.js";
import { t } from "../../text.js";
import { cut, listen, orNothing, show, storable } from "../typing.js";

/** As item_bank/content/interactions/parts/base.py. */
const MAX_CHARS = 1_000;

/** A word or number typed into a line of text. @type {import("./part.js").PartInteraction} */
export function textEntry(body, context) {
  const told = h("span", { class: "field-error part-inline-told", role: "status", id: `${context.name}-told` });
  const size = Math.min(40, Math.max(4, Number(body.length) || 12));
  const field = h("input", {
    type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", class: "input part-entry", size, pattern: body.pattern,
    placeholder: body.placeholder, "aria-labelledby": context.labelledby, "aria-describedby": told.id,
  });
  listen(field, (typed) => {
    const { text, over } = cut(storable(typed), MAX_CHARS);
    say(told, over ? t("Too long: only the first %(n)s characters are saved.", { n: MAX_CHARS }) : "");
    context.change(orNothing(text), { typing: true });
  });
  // Told once the field is left: half a number seldom has the form of a whole one.
  field.addEventListener("change", () => say(told, field.value && field.validity.patternMismatch ? t("Not in the form that is asked for. It is saved all the same.") : ""));
  return {
    element: h("span", { class: "part-inline" }, field, told),
    update({ value, locked }) {
      show(field, value);
      field.readOnly = locked;
    },
  };
}
