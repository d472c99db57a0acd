import { h } from "../../dom.js";
import { t } from "../../text.js";
import { linesOver } from "./lines.js";
import { pairing } from "./pairing.js";
import { spotButtons, stageOf } from "./stage.js";

/** Pairs of areas of a picture. @type {import("./part.js").PartInteraction} */
export function graphicAssociate(body, context) {
  const stage = stageOf(body);
  const ends = spotButtons(stage, body.areas, body.choices).map(({ id, name, button, badge }) => ({ id, name, short: name, side: "", button, badge }));
  const lines = linesOver(stage.layer);
  const own = pairing(body, context, ends, (pairs) => lines(pairs.map(([a, b]) => [middleOf(a.button), middleOf(b.button)])));
  const hint = h("p", { class: "field-hint" }, t("Tap one area, then the one that belongs to it. Tap both again to part them."));
  return {
    element: h("div", { class: "stack stack-tight", role: "group", "aria-labelledby": context.labelledby, onkeydown: own.escape }, hint, stage.element, own.told, own.list),
    update: own.update,
  };
}

/** The badge stands in the middle of its area. @param {HTMLElement} button @returns {HTMLElement} */
const middleOf = (button) => button.querySelector(".spot-badge") ?? button;
