import { _ } from "../../language.js";
import { button, h, icon, notice } from "../../player/dom.js";
import { agreed } from "../../staff/confirm.js";
import { INLINE, TOLD, changePart, markingOf, neighbour, newPart, partsOf, placesIn, swappedParts, withPart, withSimpleMarking, withoutPart } from "../parts.js";
import { putPlace } from "../rich/places.js";
import { varying } from "./varying.js";
import { FORMS } from "./parts/registry.js";
import { Own } from "./parts/own.js";

/** @typedef {import("../desk.js").Desk} Desk @typedef {import("./fields.js").Part} Field */

/** Kinds as the menu has them, the commonest first; a rule between what stands in the text, below it and on a picture. */
const MENU = [
  ["text_entry", "inline_choice", "choice", "order", "match", "match:table", "gap_match", "hottext", "associate", "slider", "extended_text", "upload", "media", "end_attempt"],
  ["hotspot", "select_point", "graphic_order", "graphic_associate", "graphic_gap_match", "position_object"],
];

/**
 * The parts of the item, a form for each. @param {Desk} desk @param {{names: Record<string, string>, stem: import("../rich/field.js").RichField}} parts `names`: of the kinds
 */
export function composite(desk, { names, stem }) {
  const list = h("div", { class: "stack" });
  const own = notice("info", icon("info"), h("p", {}, _("This question is marked by rules of its own. Its texts, choices and pictures can be changed; the rules stay as they came.")),
    button(_("Mark it simply instead"), async () => {
      if (await agreed(_("Its own rules, its remarks and the way its numbers are drawn go; what was declared as right stays. Undo brings them back."), _("Mark it simply instead"))) desk.store.change(withSimpleMarking(desk.store.item), { place: "parts" });
    }));
  /** @param {string} kind */
  const add = (kind) => {
    const made = newPart(desk.store.item, kind);
    const { html, number } = putPlace(stem.view.state, INLINE.has(made.part.type));
    desk.store.change(withPart(desk.store.item, number, made, html), { place: `parts/${number}` });
    forms[number]?.focus();
  };
  /** @param {number} number @param {number} step */
  const move = (number, step) => {
    const to = neighbour(desk.store.item, number, step);
    if (to === null) return;
    desk.store.change(swappedParts(desk.store.item, number, to), { place: `parts/${to}` });
    forms[to]?.moved(step);
  };
  const menu = () => partMenu(names, add);
  /** @type {ReturnType<typeof partForm>[]} */
  let forms = [];
  let shown = "";
  const below = menu();
  const numbers = varying(desk);
  const show = () => {
    const parts = partsOf(desk.store.item);
    const simple = markingOf(desk.store.item);
    const now = JSON.stringify([parts.map(({ id, type }) => [id, type]), Boolean(simple)]);
    if (now !== shown) {
      shown = now;
      for (const form of forms) form.destroy();
      forms = parts.map((_part, number) => partForm(desk, number, names, move));
      list.replaceChildren(...forms.map(({ element }) => element));
    }
    own.hidden = Boolean(simple);
    below.hidden = !simple;
    for (const form of forms) form.show();
    numbers.show();
  };
  show();
  return {
    element: h("section", { class: "stack", "aria-label": _("Parts") }, desk.error("parts"), own, list, below, numbers.element),
    show,
    menu,
    focus: (/** @type {string} */ place) => {
      const number = /^parts\/(\d+)/.exec(place)?.[1];
      if (number === undefined) return false;
      forms[Number(number)]?.focus(place);
      return true;
    },
    destroy: () => { for (const form of forms) form.destroy(); },
  };
}

/** @param {Record<string, string>} names @param {(kind: string) => void} add */
function partMenu(names, add) {
  const entry = (/** @type {string} */ kind) => h("button", { type: "button", class: "menu-item", onmousedown: (/** @type {Event} */ event) => event.preventDefault(), onclick: (/** @type {Event} */ event) => {
    if (event.target instanceof Element) event.target.closest("details")?.removeAttribute("open");
    add(kind);
  } }, kind === "match:table" ? _("Table to tick") : names[kind] ?? kind);
  return h("details", { class: "menu tool-menu part-menu" }, h("summary", { class: "button button-quiet" }, icon("plus"), h("span", {}, _("Add a part"))),
    h("div", { class: "menu-list part-menu-list" }, MENU.map((kinds, at) => [at ? h("hr", {}) : null, ...kinds.map(entry)]).flat()));
}

/** @param {Desk} desk @param {number} number @param {Record<string, string>} names @param {(number: number, step: number) => void} move */
function partForm(desk, number, names, move) {
  const own = new Own(desk, number);
  const { type } = own.part;
  const fields = FORMS[type]?.(own) ?? [];
  const words = `${_("Part %(n)s", { n: number + 1 })} · ${names[type] ?? type}`;
  const again = button(_("Put it into the text again"), () => {
    const end = INLINE.has(type) ? `<p><span data-place="part:${number}"></span></p>` : `<div data-place="part:${number}"></div>`;
    desk.store.change({ ...changePart(desk.store.item, number, {}), stem: `${desk.store.item.stem}${end}` }, { place: "stem" });
  });
  const away = button(_("Remove"), () => desk.store.change(withoutPart(desk.store.item, number), { place: "stem" }), { kind: "quiet", symbol: icon("trash-2"), more: { "aria-label": _("Remove part %(n)s", { n: number + 1 }) } });
  /** @param {number} step @param {Node} symbol @param {string} words */
  const arrow = (step, symbol, words) => h("button", { type: "button", class: "button button-quiet button-icon", "aria-label": words, title: words, onclick: () => move(number, step) }, symbol);
  const up = arrow(-1, icon("arrow-up"), _("Move part %(n)s up", { n: number + 1 }));
  const down = arrow(1, icon("arrow-down"), _("Move part %(n)s down", { n: number + 1 }));
  const title = h("h2", { class: "panel-title", tabindex: "-1", id: `write-parts/${number}` }, words);
  const element = h("section", { class: "panel stack part-form", "aria-label": words },
    h("div", { class: "row row-apart" }, title, h("div", { class: "row" }, again, up, down, away)), desk.error(`parts/${number}`), fields.map((field) => field.element),
    TOLD[type] === "hand" ? h("p", { class: "field-hint" }, _("A person marks this part, and with it the whole question.")) : null);
  return {
    element,
    show() {
      again.hidden = placesIn(desk.store.item.stem).includes(number) || !markingOf(desk.store.item);
      away.hidden = !markingOf(desk.store.item);
      up.disabled = neighbour(desk.store.item, number, -1) === null;
      down.disabled = neighbour(desk.store.item, number, 1) === null;
      for (const field of fields) field.show();
    },
    focus(place = "") {
      const found = document.getElementById(`write-${place}`);
      if (found && place !== `parts/${number}`) found.focus();
      else if (fields[0]?.focus) fields[0].focus("");
      else title.focus();
    },
    /** It has come here by one step: the next step is at hand. @param {number} step */
    moved(step) {
      const [same, other] = step < 0 ? [up, down] : [down, up];
      (same.disabled ? other : same).focus();
    },
    destroy: () => { for (const field of fields) field.destroy?.(); },
  };
}
