import { content, h, say } from "../../dom.js";
import { rule } from "../multiple_choice.js";
import { answerOf, listOf, noMore, roomOf, takesMany, teller } from "./part.js";

/** Words of a text to be chosen. @type {import("./part.js").PartInteraction} */
export function hottext(body, context) {
  const text = content(body.text ?? "", "item-content part-hottext");
  const told = teller();
  const hint = takesMany(body) ? h("p", { class: "field-hint" }, rule(Number(body.least), Number(body.most))) : null;
  /** @type {HTMLInputElement[]} */
  const inputs = [];
  for (const place of text.querySelectorAll('[data-place^="hot:"]')) {
    const id = place.getAttribute("data-place")?.slice(4) ?? "";
    if (!(id in body.choices)) continue;
    const input = h("input", { type: takesMany(body) ? "checkbox" : "radio", name: context.name, value: id, onchange: () => changed(input) });
    inputs.push(input);
    place.replaceWith(h("label", { class: "hot" }, input, h("span", { class: "hot-words" }, ...place.childNodes)));
  }
  /** @param {HTMLInputElement} input */
  const changed = (input) => {
    const chosen = inputs.filter(({ checked }) => checked).map(({ value }) => value);
    const tooMany = chosen.length > roomOf(body);
    say(told, tooMany ? noMore(roomOf(body)) : "");
    if (tooMany) input.checked = false;
    else context.change(answerOf(body, chosen));
  };
  return {
    element: h("div", { role: takesMany(body) ? "group" : "radiogroup", "aria-labelledby": context.labelledby }, hint, text, told),
    update({ value, locked }) {
      const chosen = listOf(value);
      for (const input of inputs) {
        input.checked = chosen.includes(input.value);
        input.disabled = locked;
      }
    },
  };
}
