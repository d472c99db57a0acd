import { button, h } from "../../dom.js";
import { t } from "../../text.js";

/**
 * A button that ends the attempt at the item, or asks for help. Practice hears of it and tells at once what the item's rules say;
 * where nobody does, the button takes itself back. @type {import("./part.js").PartInteraction}
 */
export function endAttempt(body, context) {
  let on = false;
  const press = button(body.title || t("Finish this item"), () => {
    const before = on;
    if (!before) context.change("true");
    const heard = !press.dispatchEvent(new CustomEvent("end-attempt", { bubbles: true, composed: true, cancelable: true, detail: { slot: context.slot } }));
    if (before && !heard) context.change(null);
  });
  return {
    element: h("span", { class: "part-inline" }, press),
    update({ value, locked }) {
      on = value === "true";
      press.setAttribute("aria-pressed", String(on));
      press.disabled = locked;
    },
  };
}
