import { h } from "../../dom.js";
import { t } from "../../text.js";
import { pairing } from "./pairing.js";
import { inOrder, namesOf, thing } from "./part.js";

/** Pairs within one set. @type {import("./part.js").PartInteraction} */
export function associate(body, context) {
  const ids = inOrder(context, body.choices);
  const names = namesOf(ids, body.choices);
  const ends = ids.map((id) => {
    const name = names[id] ?? "";
    return { id, side: "", name, short: name, button: h("button", { type: "button", class: "chip" }, thing(body.choices[id], name)) };
  });
  const own = pairing(body, context, ends);
  const hint = h("p", { class: "field-hint" }, t("Tap one, then the one that belongs to it."));
  const bank = h("div", { class: "bank", role: "group", "aria-labelledby": context.labelledby }, ends.map(({ button }) => button));
  return { element: h("div", { class: "stack stack-tight", onkeydown: own.escape }, hint, bank, own.told, own.list), update: own.update };
}
