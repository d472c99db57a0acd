import { h, icon, say } from "../../dom.js";
import { t } from "../../text.js";
import { paired, sidesOf } from "./limits.js";
import { answerOf, focusNear, listOf, teller } from "./part.js";

/**
 * Pairs that are made by tapping one and then the other; tapping both again takes the pair back.
 * @typedef {{id: string, side: string, name: string, short: string, button: HTMLButtonElement}} End `side`: ends of one side make no pair,
 *   unless it is ""; `short` names it in the list of pairs
 * @param {import("./part.js").Body} body @param {import("./part.js").Context} context @param {End[]} ends
 * @param {(pairs: [End, End][]) => void} [drawn]
 */
export function pairing(body, context, ends, drawn = () => undefined) {
  /** @type {string[]} */
  let pairs = [];
  /** @type {End | null} */
  let held = null;
  let locked = false;
  const told = teller();
  const list = h("ul", { class: "pairs", "aria-label": t("Pairs made") });
  const byId = new Map(ends.map((end) => [end.id, end]));

  /** @param {string[]} next @param {string} message */
  const change = (next, message) => {
    held = null;
    say(told, message);
    context.change(answerOf(body, next));
    draw();
  };
  /** @param {string} pair */
  const remove = (pair) => {
    const [a, b] = sidesOf(pair);
    change(pairs.filter((one) => one !== pair), t("“%(a)s” and “%(b)s” parted.", { a: byId.get(a)?.name ?? "", b: byId.get(b)?.name ?? "" }));
  };
  /** By the button of the pair, which goes with it. @param {string} pair */
  const takeBack = (pair) => {
    const at = pairs.indexOf(pair);
    remove(pair);
    focusNear([...list.querySelectorAll("button")], at, byId.get(sidesOf(pair)[0])?.button);
  };
  /** @param {End} one @param {End} other */
  const join = (one, other) => {
    const [first, second] = one.side === "target" ? [other, one] : [one, other];
    const known = pairs.find((pair) => pair === `${first.id} ${second.id}` || (!first.side && pair === `${second.id} ${first.id}`));
    if (known) return remove(known);
    const found = paired(body, pairs, first.id, second.id);
    if (!("why" in found)) return change(found.pairs, t("“%(a)s” joined with “%(b)s”.", { a: first.name, b: second.name }));
    held = null;
    say(told, found.why);
    draw();
  };
  /** @param {End} end */
  const press = (end) => {
    if (locked) return;
    if (held && held !== end && (!held.side || held.side !== end.side)) return join(held, end);
    held = held === end ? null : end;
    say(told, held ? t("“%(what)s” taken. Now tap what belongs to it.", { what: end.name }) : "");
    draw();
  };
  /** What each is joined with, for who does not see the lines. @type {Map<End, HTMLElement>} */
  const notes = new Map(ends.map((end) => [end, h("span", { class: "visually-hidden" })]));
  for (const [end, note] of notes) {
    end.button.append(note);
    end.button.addEventListener("click", () => press(end));
  }

  const draw = () => {
    const shown = pairs.map((pair) => sidesOf(pair).map((id) => byId.get(id))).filter((both) => both.every(Boolean));
    for (const end of ends) {
      const partners = shown.filter((both) => both.includes(end)).map((both) => both.find((one) => one !== end)?.name ?? end.name);
      end.button.setAttribute("aria-pressed", String(held === end));
      const note = notes.get(end);
      if (note) say(note, partners.length ? t(", joined with %(others)s", { others: partners.join(", ") }) : "");
      end.button.classList.toggle("used", partners.length > 0);
      end.button.classList.toggle("awaiting", held !== null && held !== end && (!held.side || held.side !== end.side));
      end.button.disabled = locked;
    }
    tell(/** @type {[End, End][]} */ (shown));
    drawn(/** @type {[End, End][]} */ (shown));
  };
  let listed = "";
  /** The list is made anew only when it changed: the focus may be in it. @param {[End, End][]} shown */
  const tell = (shown) => {
    const now = JSON.stringify([shown.map(([a, b]) => [a.id, b.id]), locked]);
    if (now === listed) return;
    listed = now;
    list.replaceChildren(...shown.map(([a, b]) => {
      const label = t("Part %(a)s and %(b)s", { a: a.name, b: b.name });
      return h("li", { class: "pair" }, h("span", { class: "pair-words" }, a.short, icon("link"), b.short),
        h("button", { type: "button", class: "button button-quiet button-icon", "aria-label": label, title: label, disabled: locked, onclick: () => takeBack(`${a.id} ${b.id}`) }, icon("x")));
    }));
  };
  return {
    list,
    told,
    press,
    /** @param {KeyboardEvent} event */
    escape(event) {
      if (event.key === "Escape" && held) press(held);
    },
    /** @param {import("./part.js").Shown} shown */
    update(shown) {
      pairs = listOf(shown.value);
      locked = shown.locked;
      if (locked) held = null;
      draw();
    },
  };
}
