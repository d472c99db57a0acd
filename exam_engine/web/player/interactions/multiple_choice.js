import { h, say } from "../dom.js";
import { t } from "../text.js";
import { optionCards } from "./options.js";

/** Several options, between `min` and `max` of them (0: no limit). @type {import("./view.js").Interaction} */
export function multipleChoice(item, context) {
  const most = Number(item.body.max ?? 0);
  const hint = h("p", { class: "field-hint" }, rule(Number(item.body.min ?? 0), most));
  const told = h("p", { class: "field-error told-near", role: "status" });
  const cards = optionCards(item, context, {
    type: "checkbox",
    changed: (chosen) => {
      const tooMany = most > 0 && chosen.length > most;
      say(told, tooMany ? t("Only %(n)s can be chosen. Take one back first.", { n: most }) : "");
      if (tooMany && last) draw(last);
      else context.change(chosen.length ? [...chosen].sort() : null);
    },
  });
  /** @type {import("./view.js").Shown | null} */
  let last = null;
  const draw = (/** @type {import("./view.js").Shown} */ shown) => {
    last = shown;
    cards.update(new Set(Array.isArray(shown.value) ? shown.value : []), shown);
  };
  return {
    element: h("div", { class: "stack stack-tight" }, hint, cards.element, told),
    update: draw,
    choose: cards.press,
    strike: cards.strike,
  };
}

/** How many may be chosen, in words. @param {number} min @param {number} max 0: no limit */
export function rule(min, max) {
  if (max > 0 && min === max) return t("Choose %(n)s.", { n: max });
  if (max > 0) return t("Choose up to %(n)s.", { n: max });
  return t("Choose all that apply.");
}
