import { button, h } from "../../dom.js";
import { t } from "../../text.js";

/** A button that the item's rules ask for; pressed again, it takes itself back. @type {import("./part.js").PartInteraction} */
export function endAttempt(body, context) {
  let on = false;
  const press = button(body.title || t("Finish this item"), () => context.change(on ? null : "true"));
  return {
    element: h("span", { class: "part-inline" }, press),
    update({ value, locked }) {
      on = value === "true";
      press.setAttribute("aria-pressed", String(on));
      press.disabled = locked;
    },
  };
}
