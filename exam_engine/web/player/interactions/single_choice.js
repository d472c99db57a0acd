import { optionCards } from "./options.js";

/** Exactly one option. @type {import("./view.js").Interaction} */
export function singleChoice(item, context) {
  const cards = optionCards(item, context, { type: "radio", changed: ([chosen]) => context.change(chosen ?? null) });
  return {
    element: cards.element,
    update: (shown) => cards.update(new Set(typeof shown.value === "string" ? [shown.value] : []), shown),
    choose: cards.press,
    strike: cards.strike,
  };
}
