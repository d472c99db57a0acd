import { h, say } from "../dom.js";
import { t } from "../text.js";
import { cut, listen, orNothing, show, storable, words } from "./typing.js";

/** As item_bank/content/interactions/essay.py. */
const MAX_CHARS = 60_000;

/** A long text with its count of words; a limit is shown, and never a reason not to save. @type {import("./view.js").Interaction} */
export function essay(item, context) {
  const room = Number(item.body.max_chars ?? MAX_CHARS);
  const limit = item.body.max_words ? Number(item.body.max_words) : null;
  const counted = h("p", { class: "field-hint number", id: `${context.name}-count` });
  const told = h("p", { class: "field-error", role: "status" });
  const field = h("textarea", {
    class: "input essay", rows: Math.max(6, Number(item.body.lines ?? 12)), "aria-labelledby": context.labelledby,
    "aria-describedby": `${context.name}-count`, spellcheck: "false",
  });
  const count = () => {
    const n = words(field.value);
    say(counted, limit ? t("%(n)s of %(limit)s words", { n, limit }) : t("%(n)s words", { n }));
    say(told, limit && n > limit ? t("More words than asked for. Everything is saved all the same.") : "");
  };
  listen(field, (typed) => {
    const { text, over } = cut(storable(typed), room);
    count();
    if (over) say(told, t("Too long: only the first %(n)s characters are saved.", { n: room }));
    context.change(orNothing(text), { typing: true });
  });
  return {
    element: h("div", { class: "field field-essay" }, h("span", { class: "field-label" }, t("Your answer")), field, counted, told),
    update({ value, locked }) {
      show(field, value);
      field.readOnly = locked;
      count();
    },
  };
}
