import { h, say } from "../../dom.js";
import { t } from "../../text.js";
import { draggable } from "./drag.js";
import { paired, sidesOf } from "./limits.js";
import { answerOf, inOrder, listOf, namesOf, teller, thing } from "./part.js";

/**
 * Things that are put into places: tap one, then its place; tap a full place to take it out again. A mouse may drag.
 * @typedef {{id: string, button: HTMLButtonElement, name: string, label: HTMLElement, show: (choices: string[]) => void}} Place `label` is read aloud
 * @param {import("./part.js").Body} body @param {import("./part.js").Context} context @param {Place[]} places
 */
export function placing(body, context, places) {
  /** @type {string[]} */
  let pairs = [];
  /** @type {string | null} */
  let held = null;
  let locked = false;
  const told = teller();
  const ids = inOrder(context, body.choices);
  const words = namesOf(ids, body.choices);
  const within = (/** @type {string} */ place) => pairs.filter((pair) => sidesOf(pair)[1] === place).map((pair) => sidesOf(pair)[0]);

  /** @param {string | null} id */
  const hold = (id) => {
    held = id;
    say(told, id ? t("“%(what)s” taken. Now tap its place.", { what: words[id] ?? "" }) : "");
    draw();
  };
  /** @param {string[]} next @param {string} message */
  const change = (next, message) => {
    held = null;
    say(told, message);
    context.change(answerOf(body, next));
    draw();
  };
  /** @param {string} choice @param {Place} place */
  const put = (choice, place) => {
    const found = paired(body, pairs, choice, place.id);
    if ("why" in found) say(told, found.why);
    else change(found.pairs, t("“%(what)s” put into %(where)s.", { what: words[choice] ?? "", where: place.name }));
  };
  /** @param {string} choice @param {Place} place */
  const takeOut = (choice, place) => change(pairs.filter((pair) => pair !== `${choice} ${place.id}`), t("“%(what)s” taken out of %(where)s.", { what: words[choice] ?? "", where: place.name }));
  /** @param {Place} place */
  const press = (place) => {
    const last = within(place.id).at(-1);
    if (locked) return;
    if (held) return put(held, place);
    if (!last) return say(told, t("First tap what belongs here."));
    takeOut(last, place);
    hold(last);
  };
  const placeUnder = (/** @type {Element | null} */ under) => places.find(({ button }) => under && button.contains(under));

  const chips = ids.map((id) => {
    const chip = h("button", { type: "button", class: "chip", "data-id": id, onclick: () => !locked && hold(held === id ? null : id) }, thing(body.choices[id], words[id] ?? ""));
    const note = h("span", { class: "visually-hidden" });
    chip.append(note);
    draggable(chip, { start: () => !locked, drop: (under) => {
      const place = placeUnder(under);
      if (place) put(id, place);
    } });
    return { id, chip, note };
  });
  for (const place of places) {
    place.button.addEventListener("click", () => press(place));
    draggable(place.button, { start: () => !locked && within(place.id).length > 0, drop: (under) => {
      const choice = within(place.id).at(-1);
      const target = placeUnder(under);
      if (!choice || target === place) return;
      takeOut(choice, place);
      if (target) put(choice, target);
    } });
  }
  const bank = h("div", { class: "bank", role: "group", "aria-label": t("To put in place") }, chips.map(({ chip }) => chip));
  const draw = () => {
    for (const { id, chip, note } of chips) {
      const where = places.filter((place) => within(place.id).includes(id)).map(({ name }) => name);
      chip.setAttribute("aria-pressed", String(held === id));
      chip.classList.toggle("used", where.length > 0);
      say(note, where.length ? t(", put into %(places)s", { places: where.join(", ") }) : "");
      chip.disabled = locked;
    }
    for (const place of places) {
      const here = within(place.id);
      place.show(here);
      place.button.classList.toggle("awaiting", held !== null);
      place.button.disabled = locked;
      say(place.label, t("%(where)s: %(what)s", { where: place.name, what: here.map((id) => words[id]).join(", ") || t("empty") }));
    }
  };
  return {
    bank,
    told,
    /** @param {KeyboardEvent} event */
    escape(event) {
      if (event.key === "Escape" && held) hold(null);
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
