import { h, say } from "../../dom.js";
import { rule } from "../multiple_choice.js";
import { answerOf, listOf, noMore, roomOf, takesMany, teller } from "./part.js";
import { areaName, drawArea, stageOf } from "./stage.js";

/** Areas of a picture to be chosen. @type {import("./part.js").PartInteraction} */
export function hotspot(body, context) {
  const stage = stageOf(body);
  const told = teller();
  const hint = takesMany(body) ? h("p", { class: "field-hint" }, rule(Number(body.least), Number(body.most))) : null;
  const inputs = Object.keys(body.areas).map((id, at) => {
    const name = areaName(body.choices[id], at);
    const input = h("input", { type: takesMany(body) ? "checkbox" : "radio", name: context.name, value: id, "aria-label": name, onchange: () => changed(input) });
    const spot = h("label", { class: "spot", title: name }, input);
    drawArea(stage, body.areas[id], spot);
    // The shape follows the input in the tree, where the style sheet can tell that it is chosen.
    spot.prepend(input);
    stage.layer.append(spot);
    return input;
  });
  /** @param {HTMLInputElement} input */
  const changed = (input) => {
    const chosen = inputs.filter(({ checked }) => checked).map(({ value }) => value);
    const tooMany = chosen.length > roomOf(body);
    say(told, tooMany ? noMore(roomOf(body)) : "");
    if (tooMany) input.checked = false;
    else context.change(answerOf(body, chosen));
  };
  return {
    element: h("div", { class: "stack stack-tight", role: takesMany(body) ? "group" : "radiogroup", "aria-labelledby": context.labelledby }, hint, stage.element, told),
    update({ value, locked }) {
      const chosen = listOf(value);
      for (const input of inputs) {
        input.checked = chosen.includes(input.value);
        input.disabled = locked;
      }
    },
  };
}
