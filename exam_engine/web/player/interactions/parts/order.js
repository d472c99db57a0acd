import { button, h, icon, say } from "../../dom.js";
import { t } from "../../text.js";
import { inOrder, listOf, namesOf, noMore, roomOf, teller, thing } from "./part.js";
import { ranking } from "./ranking.js";

/** Options to be put in order: all of them, or some. @type {import("./part.js").PartInteraction} */
export function order(body, context) {
  const ids = inOrder(context, body.choices);
  const some = (body.most > 0 && body.most < ids.length) || (body.least > 0 && body.least < ids.length);
  return some ? orderOfSome(body, context, ids) : orderOfAll(body, context, ids);
}

/**
 * Nothing is answered until something was moved, or the order was said to be right.
 * @param {import("./part.js").Body} body @param {import("./part.js").Context} context @param {string[]} ids
 */
function orderOfAll(body, context, ids) {
  const told = teller();
  let settled = false;
  const list = ranking({ labelledby: context.labelledby, choices: body.choices, names: namesOf(ids, body.choices), told, change: (next) => context.change(next) });
  const confirm = button(t("This order is right"), () => accept(), { kind: "quiet", symbol: icon("check") });
  const accept = () => {
    if (settled) return;
    say(told, t("The order is kept as it stands."));
    context.change(ids);
  };
  const hint = h("p", { class: "field-hint" }, t("Put the lines in order: move them, or say that they stand right."));
  return {
    element: h("div", { class: "stack stack-tight" }, hint, list.element, h("div", { class: "part-foot" }, confirm), told),
    /** @param {import("./part.js").Shown} shown */
    update({ value, locked }) {
      const given = listOf(value).filter((id) => id in body.choices);
      list.update([...given, ...ids.filter((id) => !given.includes(id))], locked);
      settled = given.length > 0;
      confirm.disabled = locked;
      confirm.setAttribute("aria-disabled", String(settled));
    },
  };
}

/** @param {import("./part.js").Body} body @param {import("./part.js").Context} context @param {string[]} ids */
function orderOfSome(body, context, ids) {
  const told = teller();
  const names = namesOf(ids, body.choices);
  const chipOf = (/** @type {string} */ id) => chips.find((one) => one.id === id)?.chip;
  const list = ranking({ labelledby: context.labelledby, choices: body.choices, names, home: chipOf, told, change: (next) => context.change(next.length ? next : null) });
  /** @type {string[]} */
  let given = [];
  let locked = false;
  /** @param {string} id */
  const add = (id) => {
    const known = given.indexOf(id);
    if (locked) return;
    if (known < 0 && given.length >= roomOf(body)) return say(told, noMore(roomOf(body)));
    const [n, all] = known < 0 ? [given.length + 1, given.length + 1] : [known + 1, given.length];
    say(told, t("“%(what)s” is now number %(n)s of %(all)s.", { what: names[id] ?? "", n, all }));
    if (known < 0) context.change([...given, id]);
  };
  const chips = ids.map((id) => ({ id, chip: h("button", { type: "button", class: "chip", onclick: () => add(id) }, thing(body.choices[id], names[id] ?? "")) }));
  const hint = h("p", { class: "field-hint" }, t("Choose them one after the other, first to last."));
  return {
    element: h("div", { class: "stack stack-tight" }, hint, h("div", { class: "bank", role: "group", "aria-labelledby": context.labelledby }, chips.map(({ chip }) => chip)), list.element, told),
    /** @param {import("./part.js").Shown} shown */
    update(shown) {
      locked = shown.locked;
      given = listOf(shown.value).filter((id) => id in body.choices);
      list.update(given, locked);
      for (const { id, chip } of chips) {
        chip.classList.toggle("used", given.includes(id));
        chip.disabled = locked;
        // Not disabled: the focus would be lost with the press.
        chip.setAttribute("aria-disabled", String(given.includes(id)));
      }
    },
  };
}
