import { h, say } from "../../dom.js";
import { t } from "../../text.js";
import { listOf, noMore, roomOf, teller } from "./part.js";
import { ranking } from "./ranking.js";
import { spotButtons, stageOf } from "./stage.js";

/** Areas of a picture in order: tapped one after the other, moved in the list below. @type {import("./part.js").PartInteraction} */
export function graphicOrder(body, context) {
  const stage = stageOf(body);
  const told = teller();
  const spots = spotButtons(stage, body.areas, body.choices);
  /** @type {string[]} */
  let given = [];
  const change = (/** @type {string[]} */ next) => context.change(next.length ? next : null);
  const names = Object.fromEntries(spots.map(({ id, name }) => [id, name]));
  const home = (/** @type {string} */ id) => spots.find((one) => one.id === id)?.button;
  const list = ranking({ labelledby: context.labelledby, choices: {}, names, home, told, change });
  for (const { id, name, button } of spots)
    button.addEventListener("click", () => {
      if (given.includes(id)) {
        say(told, t("“%(what)s” taken back.", { what: name }));
        return change(given.filter((one) => one !== id));
      }
      if (given.length >= roomOf(body)) return say(told, noMore(roomOf(body)));
      say(told, t("“%(what)s” is now number %(n)s of %(all)s.", { what: name, n: given.length + 1, all: given.length + 1 }));
      change([...given, id]);
    });
  const hint = h("p", { class: "field-hint" }, t("Tap the areas one after the other, first to last. Tap one again to take it back."));
  return {
    element: h("div", { class: "stack stack-tight", role: "group", "aria-labelledby": context.labelledby }, hint, stage.element, list.element, told),
    update({ value, locked }) {
      given = listOf(value).filter((id) => id in body.areas);
      list.update(given, locked);
      for (const { id, name, button, badge, label } of spots) {
        const at = given.indexOf(id);
        say(badge, at < 0 ? "" : String(at + 1));
        say(label, at < 0 ? name : t("%(what)s, number %(n)s", { what: name, n: at + 1 }));
        button.setAttribute("aria-pressed", String(at >= 0));
        button.disabled = locked;
      }
    },
  };
}
