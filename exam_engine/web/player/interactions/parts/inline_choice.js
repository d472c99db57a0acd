import { h } from "../../dom.js";
import { t } from "../../text.js";
import { focused, inOrder, namesOf, thing, wordsOf } from "./part.js";

/** One of a list, within a line of text. @type {import("./part.js").PartInteraction} */
export function inlineChoice(body, context) {
  const plain = Object.values(body.choices).every((html) => !/<(?:math|img)/i.test(String(html)));
  return plain ? listed(body, context) : unfolded(body, context);
}

/** Words alone: the list of the browser. @type {import("./part.js").PartInteraction} */
function listed(body, context) {
  const options = inOrder(context, body.choices).map((id) => h("option", { value: id }, wordsOf(body.choices[id])));
  const field = h("select", { class: "input part-select", "aria-labelledby": context.labelledby, onchange: () => context.change(field.value || null) },
    h("option", { value: "" }, t("Choose…")), options);
  return {
    element: h("span", { class: "part-inline" }, field),
    update({ value, locked }) {
      field.value = typeof value === "string" ? value : "";
      field.disabled = locked;
    },
  };
}

/** Formulas and pictures, which no list of a browser shows: a button that unfolds them. @type {import("./part.js").PartInteraction} */
function unfolded(body, context) {
  const ids = inOrder(context, body.choices);
  const names = namesOf(ids, body.choices);
  const chosen = (/** @type {string} */ id) => thing(body.choices[id] ?? "", names[id] ?? "", "item-content part-inline");
  const panel = h("span", { class: "part-panel", role: "radiogroup", "aria-labelledby": context.labelledby, hidden: true });
  const shown = h("span", { class: "part-panel-shown", id: `${context.name}-shown` });
  const opener = h("button", {
    type: "button", class: "input part-opener", "aria-expanded": "false", "aria-labelledby": `${context.labelledby} ${shown.id}`, onclick: () => open(panel.hidden === true),
  }, shown);
  // The arrow keys of a radio group click, too, but in no place.
  const pressed = (/** @type {MouseEvent} */ event) => event.detail > 0 && open(false);
  const inputs = ids.map((id) => h("input", { type: "radio", name: context.name, value: id, onchange: () => context.change(id), onclick: pressed }));
  panel.append(...inputs.map((input) => h("label", { class: "part-panel-choice" }, input, chosen(input.value))));
  const outside = (/** @type {Event} */ event) => event.composedPath().includes(element) || open(false);
  /** @param {boolean} on */
  const open = (on) => {
    panel.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    if (on) keepInside(panel);
    document[on ? "addEventListener" : "removeEventListener"]("pointerdown", outside, true);
    if (on) (inputs.find(({ checked }) => checked) ?? inputs[0])?.focus();
    else if (element.contains(focused(element))) opener.focus();
  };
  const element = h("span", {
    class: "part-inline part-unfolding",
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (panel.hidden || (event.key !== "Escape" && event.key !== "Enter") || event.target === opener) return;
      event.preventDefault();
      event.stopPropagation();
      open(false);
    },
    onfocusout: (/** @type {FocusEvent} */ event) => {
      if (event.relatedTarget instanceof Node && !element.contains(event.relatedTarget)) open(false);
    },
  }, opener, panel);
  let drawn = "\0";
  return {
    element,
    update({ value, locked }) {
      const id = typeof value === "string" ? value : "";
      opener.disabled = locked;
      for (const input of inputs) {
        input.checked = input.value === id;
        input.disabled = locked;
      }
      if (id !== drawn) shown.replaceChildren(id ? chosen(id) : t("Choose…"));
      drawn = id;
      if (locked && !panel.hidden) open(false);
    },
  };
}

/** At the right edge of a phone the panel moves to the left. @param {HTMLElement} panel */
function keepInside(panel) {
  panel.style.setProperty("transform", "none");
  const over = panel.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
  if (over > 0) panel.style.setProperty("transform", `translateX(${-over}px)`);
}
