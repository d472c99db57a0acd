import { _ } from "../../../language.js";
import { h } from "../../../player/dom.js";
import { RichField } from "../../rich/field.js";
import { choice, line, shownNumber, storedNumber, tick } from "../fields.js";

/** @typedef {import("./own.js").Own} Own @typedef {import("../fields.js").Part} Field */

/** @param {Own} own @param {string} field @param {string} label @param {() => string} read @param {(html: string) => import("../../types.js").Item} write @returns {Field} */
export function rich(own, field, label, read, write) {
  const made = new RichField({
    html: read(), label, tools: own.desk.tools, focused: own.desk.focused,
    changed: (html, how) => own.desk.store.change(write(html), { place: own.name(field), ...how }),
  });
  return {
    element: h("div", { class: "field" }, h("span", { class: "field-label" }, label), made.element),
    show: () => made.show(read()), focus: () => made.focus(), destroy: () => made.destroy(),
  };
}

/** What is asked in this part. @param {Own} own */
export const prompt = (own) => rich(own, "prompt", _("What the part asks"), () => own.part.prompt ?? "", (html) => own.with({ prompt: html || undefined }));

/** A whole number of the part itself; 0 is shown as nothing. @param {Own} own @param {"least" | "most"} name @param {string} label */
export const count = (own, name, label) => line(own.desk, {
  name: own.name(name), label, short: true, whole: true, optional: true, read: () => String(own.part[name] || ""),
  write: (typed) => own.with({ [name]: /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : 0 }),
});

/** @param {Own} own @param {string} name @param {string} label @param {{hint?: string, numeric?: boolean, whole?: boolean, optional?: boolean, short?: boolean}} [how] */
export const setting = (own, name, label, { hint = "", numeric = false, whole = false, optional = false, short = true } = {}) => line(own.desk, {
  name: own.name(name), label, hint, numeric, whole, optional, short, read: () => own.part.settings?.[name] ?? "", write: (typed) => own.setting(name, typed.trim()),
});

/** @param {Own} own */
export const shuffle = (own) => tick(own.desk, {
  name: own.name("shuffle"), label: _("Shuffle the choices for each pupil"), read: () => own.part.shuffle ?? false, write: (on) => own.with({ shuffle: on }),
});

/** @param {Own} own @param {string} name @param {string} label @param {[string, string][]} options */
export const pick = (own, name, label, options) => choice(own.desk, {
  name: own.name(name), label, options, read: () => own.part.settings?.[name] ?? "", write: (chosen) => own.setting(name, chosen),
});

/** A small field for points in a row of a list. @param {string} label @param {(points: string) => void} write */
export function pointsField(label, write) {
  const input = h("input", { class: "input part-points", inputmode: "decimal", autocomplete: "off", "aria-label": label, oninput: () => write(storedNumber(input.value)) });
  const element = h("span", { class: "part-worth" }, input, h("span", { class: "small quiet", "aria-hidden": "true" }, _("points")));
  return {
    element,
    /** @param {string} worth @param {{hidden: boolean, label?: string}} how */
    show(worth, { hidden, label: called = label }) {
      element.hidden = hidden;
      input.setAttribute("aria-label", called);
      if (document.activeElement !== input) input.value = shownNumber(worth);
    },
  };
}
