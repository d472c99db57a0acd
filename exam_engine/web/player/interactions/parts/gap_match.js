import { content, h } from "../../dom.js";
import { t } from "../../text.js";
import { placing } from "./placing.js";

/** Words or pictures for the gaps of a text. @type {import("./part.js").PartInteraction} */
export function gapMatch(body, context) {
  const text = content(body.text ?? "", "item-content part-gaps");
  /** @type {import("./placing.js").Place[]} */
  const gaps = [];
  for (const place of text.querySelectorAll('[data-place^="gap:"]')) {
    const id = place.getAttribute("data-place")?.slice(4) ?? "";
    if (id in body.targets) gaps.push(gapAt(place, id, gaps.length + 1, body));
  }
  const own = placing(body, context, gaps);
  const hint = h("p", { class: "field-hint" }, t("Tap a word, then the gap where it belongs. Tap a full gap to take the word out."));
  const element = h("div", { class: "stack stack-tight", role: "group", "aria-labelledby": context.labelledby, onkeydown: own.escape }, hint, own.bank, text, own.told);
  return { element, update: own.update };
}

/** @param {Element} place @param {string} id @param {number} number @param {import("./part.js").Body} body @returns {import("./placing.js").Place} */
function gapAt(place, id, number, body) {
  const label = h("span", { class: "visually-hidden" });
  const shown = h("span", { "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "gap" }, label, shown);
  place.replaceWith(button);
  let drawn = "\0";
  return {
    id,
    button,
    name: t("gap %(n)s", { n: number }),
    label,
    show(choices) {
      if (choices.join() === drawn) return;
      drawn = choices.join();
      button.classList.toggle("filled", choices.length > 0);
      shown.replaceChildren(...(choices.length ? choices.map((one) => content(body.choices[one] ?? "", "item-content part-inline")) : [h("span", { class: "gap-number" }, String(number))]));
    },
  };
}
