import { content, h } from "../../dom.js";
import { t } from "../../text.js";
import { placing } from "./placing.js";
import { spotButtons, stageOf } from "./stage.js";

/** Words or small pictures to be put on areas of a picture. @type {import("./part.js").PartInteraction} */
export function graphicGapMatch(body, context) {
  const stage = stageOf(body);
  const places = spotButtons(stage, body.areas, body.targets).map(({ id, name, button, label }) => {
    const holder = h("span", { class: "spot-held", "aria-hidden": "true" });
    button.append(holder);
    let drawn = "";
    return {
      id,
      name,
      button,
      label,
      /** @param {string[]} choices */
      show(choices) {
        if (choices.join() === drawn) return;
        drawn = choices.join();
        button.classList.toggle("filled", choices.length > 0);
        holder.replaceChildren(...choices.map((one) => content(body.choices[one] ?? "", "item-content spot-content")));
        stage.rescale();
      },
    };
  });
  const own = placing(body, context, places);
  const hint = h("p", { class: "field-hint" }, t("Tap a label, then the place where it belongs. Tap a full place to take the label out."));
  return {
    element: h("div", { class: "stack stack-tight", role: "group", "aria-labelledby": context.labelledby, onkeydown: own.escape }, hint, own.bank, stage.element, own.told),
    update: own.update,
  };
}
