import vi from "messages:vi/parts";
import { learn } from "../../language.js";
import { content, h } from "../dom.js";
import { t } from "../text.js";
import { PARTS } from "./parts/registry.js";

if (document.documentElement.lang === "vi") learn(vi);

/** Kinds that stand in a line of text; as `inline` in item_bank/content/interactions/parts. */
const INLINE = new Set(["end_attempt", "inline_choice", "text_entry"]);
/** What is typed, handed in or played is not taken back by one press. */
const TYPED = new Set(["text_entry", "extended_text", "upload", "media"]);

/** Interactions inside the item's own text: it shows the stem itself. @type {import("./view.js").Interaction} */
export function composite(item, context) {
  const stem = content(item.stem, "item-content composite");
  /** @type {Record<string, string | string[]>} */
  let value = {};
  /** @param {number} number @param {import("./parts/part.js").PartAnswer} answer @param {{typing?: boolean}} [how] */
  const set = (number, answer, how) => {
    value = Object.fromEntries(Object.entries({ ...value, [number]: answer ?? "" }).filter(([, one]) => one.length > 0));
    context.change(Object.keys(value).length ? value : null, how);
  };
  const places = [...stem.querySelectorAll('[data-place^="part:"]')];
  const blanks = item.body.parts.filter((/** @type {any} */ body) => INLINE.has(body.type)).length;
  let blank = 0;
  const parts = item.body.parts.map((/** @type {any} */ body, /** @type {number} */ number) => {
    if (INLINE.has(body.type)) blank += 1;
    const label = INLINE.has(body.type) ? t("Blank %(n)s of %(all)s", { n: blank, all: blanks }) : t("Part %(n)s", { n: number + 1 });
    const made = partOf(item, context, body, number, label, (answer, how) => set(number, answer, how));
    const place = places.find((one) => one.getAttribute("data-place") === `part:${number}`);
    if (place) place.replaceWith(made.element);
    else stem.append(made.element);
    return made;
  });
  const withFocus = () => parts.find((/** @type {any} */ part) => part.element.contains(document.activeElement));
  const choosing = parts.filter((/** @type {any} */ part) => part.view.choose);
  const meant = () => withFocus() ?? (choosing.length === 1 ? choosing[0] : undefined);
  return {
    element: stem,
    ownStem: true,
    update(shown) {
      value = answersOf(shown.value);
      for (const part of parts) part.update(value, shown);
    },
    choose: (index) => meant()?.view.choose?.(index) ?? false,
    strike: () => withFocus()?.view.strike?.() ?? false,
    cleared: (answer) => {
      const kept = Object.entries(answersOf(answer)).filter(([number]) => TYPED.has(item.body.parts[Number(number)]?.type));
      return kept.length ? Object.fromEntries(kept) : null;
    },
  };
}

/** @param {unknown} value @returns {Record<string, string | string[]>} */
const answersOf = (value) => (value && typeof value === "object" && !Array.isArray(value) ? /** @type {any} */ (value) : {});

/**
 * One part with its label and prompt, drawn anew only where something of it changed.
 * @param {import("../paper.js").OwnItem} item @param {import("./view.js").Context} context @param {import("./parts/part.js").Body} body
 * @param {number} number @param {string} label @param {import("./parts/part.js").Context["change"]} change
 */
function partOf(item, context, body, number, label, change) {
  const name = `${context.name}-part-${number}`;
  const inline = INLINE.has(body.type);
  const heading = h("span", { class: "visually-hidden", id: `${name}-label` }, label);
  const prompt = body.prompt ? content(body.prompt, "item-content part-prompt") : null;
  if (prompt) prompt.id = `${name}-prompt`;
  const labelledby = `${context.labelledby.split(" ")[0]} ${heading.id}${prompt ? ` ${prompt.id}` : ""}`;
  const view = PARTS[body.type]?.(body, { name, labelledby, slot: item.slot, order: item.order, change, strike: context.strike });
  const missing = h("p", {}, t("This kind of item cannot be shown here. Please tell %(invigilator)s."));
  const element = h(inline ? "span" : "div", { class: inline ? "part part-inline" : "part stack stack-tight", "data-part": String(number) }, heading, prompt, view?.element ?? missing);
  let drawn = "";
  return {
    element,
    view: view ?? { element: missing, update: () => undefined },
    /** @param {Record<string, string | string[]>} value @param {import("./view.js").Shown} shown */
    update(value, { out, locked, letters }) {
      const own = value[number] ?? null;
      const now = JSON.stringify([own, out, locked]);
      if (now === drawn) return;
      drawn = now;
      view?.update({ value: own, out, locked, letters });
    },
  };
}
