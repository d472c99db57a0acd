import { h, say } from "../dom.js";
import { t } from "../text.js";
import { cut, listen, orNothing, show, storable } from "./typing.js";

/** One line of text. @type {import("./view.js").Interaction} */
export function shortText(item, context) {
  const room = Number(item.body.max_chars ?? 200);
  const told = h("p", { class: "field-error", role: "status", id: `${context.name}-told` });
  const field = h("input", {
    type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", class: "input", "aria-labelledby": context.labelledby,
    "aria-describedby": `${context.name}-told`,
  });
  listen(field, (typed) => {
    const { text, over } = cut(storable(typed), room);
    say(told, over ? t("Too long: only the first %(n)s characters are saved.", { n: room }) : "");
    context.change(orNothing(text), { typing: true });
  });
  return {
    element: h("div", { class: "field" }, h("span", { class: "field-label" }, t("Your answer")), field, told),
    update({ value, locked }) {
      show(field, value);
      field.readOnly = locked;
    },
  };
}
