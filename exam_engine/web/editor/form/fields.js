import { _ } from "../../language.js";
import { h } from "../../player/dom.js";

/** @typedef {import("../desk.js").Desk} Desk @typedef {{element: HTMLElement, show: () => void, focus?: (place: string) => unknown, press?: (index: number) => boolean, destroy?: () => void}} Part */

/** Numbers are stored with a point and shown as the page's language writes them. @param {string} value */
export const shownNumber = (value) => (document.documentElement.lang === "en" ? value : value.replaceAll(".", ","));

/** @param {string} typed */
export const storedNumber = (typed) => typed.trim().replaceAll(",", ".").replace(/[−–]/g, "-");

/**
 * A line of text tied to one value of the item.
 * @param {Desk} desk
 * @param {{name: string, label: string, read: () => string, write: (typed: string) => import("../types.js").Item, hint?: string, list?: string, numeric?: boolean,
 *   whole?: boolean, short?: boolean, optional?: boolean}} field `whole`: a whole number of things
 * @returns {Part}
 */
export function line(desk, { name, label, read, write, hint = "", list = "", numeric = false, whole = false, short = false, optional = false }) {
  const id = `write-${name}`;
  const error = desk.error(name);
  error.id = `${id}-error`;
  const input = h("input", {
    class: `input${short ? " input-short" : ""}`, id, list: list || null, autocomplete: "off", inputmode: whole ? "numeric" : numeric ? "decimal" : null,
    "aria-describedby": `${hint ? `${id}-hint ` : ""}${id}-error`,
    oninput: () => desk.store.change(write(numeric ? storedNumber(input.value) : input.value), { place: name, typed: true }),
  });
  const show = () => {
    const value = read();
    const mine = numeric ? storedNumber(input.value) : input.value;
    if (mine !== value) input.value = numeric ? shownNumber(value) : value;
  };
  show();
  return {
    element: h("div", { class: "field" },
      h("label", { class: "field-label", for: id }, label, optional ? h("span", { class: "field-optional" }, ` (${_("optional")})`) : null),
      hint ? h("p", { class: "field-hint", id: `${id}-hint` }, hint) : null, error, input),
    show,
    focus: () => input.focus(),
  };
}

/**
 * @param {Desk} desk
 * @param {{name: string, label: string, options: [string, string][], read: () => string, write: (value: string) => import("../types.js").Item}} field @returns {Part}
 */
export function choice(desk, { name, label, options, read, write }) {
  const id = `write-${name}`;
  const select = h("select", { class: "input", id, onchange: () => desk.store.change(write(select.value), { place: name }) },
    options.map(([value, text]) => h("option", { value }, text)));
  const show = () => { select.value = read(); };
  show();
  return { element: h("div", { class: "field" }, h("label", { class: "field-label", for: id }, label), select), show, focus: () => select.focus() };
}

/**
 * @param {Desk} desk @param {{name: string, label: string, hint?: string, read: () => boolean, write: (value: boolean) => import("../types.js").Item}} field @returns {Part}
 */
export function tick(desk, { name, label, hint = "", read, write }) {
  const input = h("input", { type: "checkbox", onchange: () => desk.store.change(write(input.checked), { place: name }) });
  const show = () => { input.checked = read(); };
  show();
  return { element: h("label", { class: "check" }, input, h("span", {}, label), hint ? h("span", { class: "field-hint" }, hint) : null), show, focus: () => input.focus() };
}

/**
 * Several lines, each a value; Enter adds the next, Backspace in an empty one takes it away.
 * @param {Desk} desk
 * @param {{name: string, label: string, hint?: string, numeric?: boolean, read: () => string[], write: (values: string[]) => import("../types.js").Item}} field @returns {Part}
 */
export function lines(desk, { name, label, hint = "", numeric = false, read, write }) {
  const id = `write-${name}`;
  const list = h("div", { class: "stack stack-tight" });
  const error = desk.error(name);
  const texts = () => { const values = read(); return values.length ? values : [""]; };
  /** @param {string[]} values @param {{typed?: boolean}} [how] */
  const keep = (values, how = {}) => desk.store.change(write(values.length === 1 && !values[0] ? [] : values), { place: name, ...how });
  const inputs = () => /** @type {HTMLInputElement[]} */ ([...list.children]);
  const make = (/** @type {number} */ at) => {
    const input = h("input", { class: "input input-short", id: at ? null : id, "aria-label": `${label} ${at + 1}`, autocomplete: "off", spellcheck: "false", inputmode: numeric ? "decimal" : null });
    input.addEventListener("input", () => keep(texts().map((value, index) => (index === at ? (numeric ? storedNumber(input.value) : input.value) : value)), { typed: true }));
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.ctrlKey) {
        event.preventDefault();
        keep([...texts().slice(0, at + 1), "", ...texts().slice(at + 1)]);
        inputs()[at + 1]?.focus();
      } else if (event.key === "Backspace" && !input.value && texts().length > 1) {
        event.preventDefault();
        keep(texts().filter((_value, index) => index !== at));
        inputs()[Math.max(0, at - 1)]?.focus();
      }
    });
    return input;
  };
  const show = () => {
    const values = texts();
    while (list.children.length > values.length) list.lastElementChild?.remove();
    while (list.children.length < values.length) list.append(make(list.children.length));
    for (const [at, input] of inputs().entries()) {
      const value = values[at] ?? "";
      if ((numeric ? storedNumber(input.value) : input.value) !== value) input.value = numeric ? shownNumber(value) : value;
    }
  };
  show();
  return {
    element: h("div", { class: "field", role: "group", "aria-labelledby": `${id}-label` }, h("span", { class: "field-label", id: `${id}-label` }, label), hint ? h("p", { class: "field-hint" }, hint) : null, error, list),
    show,
    focus: () => inputs()[0]?.focus(),
  };
}
