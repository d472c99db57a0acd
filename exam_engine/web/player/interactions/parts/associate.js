import { content, h } from "../../dom.js";
import { t } from "../../text.js";
import { pairing } from "./pairing.js";
import { inOrder, wordsOf } from "./part.js";

/** Pairs within one set. @type {import("./part.js").PartInteraction} */
export function associate(body, context) {
  const ends = inOrder(context, body.choices).map((id) => {
    const name = wordsOf(body.choices[id], t("picture"));
    return { id, side: "", name, short: name, button: h("button", { type: "button", class: "chip" }, content(body.choices[id])) };
  });
  const own = pairing(body, context, ends);
  const hint = h("p", { class: "field-hint" }, t("Tap one, then the one that belongs to it."));
  const bank = h("div", { class: "bank", role: "group", "aria-labelledby": context.labelledby }, ends.map(({ button }) => button));
  return { element: h("div", { class: "stack stack-tight", onkeydown: own.escape }, hint, bank, own.list, own.told), update: own.update };
}
