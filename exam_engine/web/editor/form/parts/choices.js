import { _ } from "../../../language.js";
import { h, icon, say } from "../../../player/dom.js";
import { freshName, spliced, withoutName } from "../../parts.js";
import { RichField } from "../../rich/field.js";
import { pointsField } from "./fields.js";

/** @typedef {import("./own.js").Own} Own @typedef {import("./own.js").Choice} Choice @typedef {import("../fields.js").Part} Field */

/** A, B, … Z, then numbers. @param {number} at */
export const letter = (at) => (at < 26 ? String.fromCharCode(65 + at) : String(at + 1));

/** The name of what stands at a place: its letter or number, and its first words. @param {string} mark @param {string} words */
export const called = (mark, words) => `${mark}${words ? ` · ${words.length > 40 ? `${words.slice(0, 39)}…` : words}` : ""}`;

/** The words of a markup. @param {string} html */
export function wordsOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const picture of template.content.querySelectorAll("img")) picture.replaceWith(picture.getAttribute("alt") ?? "");
  for (const formula of template.content.querySelectorAll("[data-tex]")) formula.replaceWith(formula.getAttribute("data-tex") ?? "");
  return (template.content.textContent ?? "").trim().replace(/\s+/g, " ");
}

/**
 * What is chosen, ordered, dragged or dropped on: one row each.
 * @param {Own} own @param {{kind: "choices" | "targets", label: string, add: string, keyed?: boolean, fixed?: boolean}} how `keyed`: the letter is the key; `fixed`: none is added
 * @returns {Field}
 */
export function choiceList(own, { kind, label, add: addLabel, keyed = false, fixed = false }) {
  /** @type {Map<string, ReturnType<typeof row>>} */
  const known = new Map();
  const list = h("ol", { class: "write-rows" });
  const choices = () => own.part[kind] ?? [];
  const mark = (/** @type {number} */ at) => (kind === "targets" ? String(at + 1) : letter(at));
  const change = (/** @type {string} */ id, /** @type {Partial<Choice>} */ values, typed = false) => own.set({ [kind]: choices().map((one) => (one.id === id ? { ...one, ...values } : one)) }, `${kind}/${id}`, typed);
  const addAfter = (id = "") => {
    const made = { ...choices()[0], id: freshName(kind === "targets" ? "t" : "c", choices()), markup: "", pinned: undefined };
    const at = choices().findIndex((one) => one.id === id);
    own.set({ [kind]: spliced(choices(), at < 0 ? choices().length : at + 1, 0, made) }, `${kind}/${made.id}`);
    known.get(made.id)?.field.focus();
    return true;
  };
  const goOn = (/** @type {string} */ id) => {
    const next = choices()[choices().findIndex((one) => one.id === id) + 1];
    if (!next || next.markup) return addAfter(id);
    known.get(next.id)?.field.focus();
    return true;
  };
  const remove = (/** @type {string} */ id) => {
    const at = choices().findIndex((one) => one.id === id);
    own.both({ [kind]: choices().filter((one) => one.id !== id) }, { answers: withoutName(own.answers, id) }, `${kind}/${id}`);
    known.get(choices()[Math.max(0, at - 1)]?.id ?? "")?.field.focus(true);
    return true;
  };
  const move = (/** @type {string} */ id, /** @type {number} */ step) => {
    const from = choices().findIndex((one) => one.id === id);
    const moved = choices()[from];
    if (!moved || !choices()[from + step]) return;
    own.set({ [kind]: spliced(spliced(choices(), from, 1), from + step, 0, moved) }, `${kind}/${id}`);
    known.get(id)?.field.focus();
  };
  const press = (/** @type {string} */ id) => {
    const there = own.answers.some(({ value }) => value === id);
    const others = own.marking?.several ? own.answers.filter(({ value }) => value !== id) : [];
    own.mark({ answers: there ? own.answers.filter(({ value }) => value !== id) : [...others, { value: id, points: "1" }] }, `${kind}/${id}`);
  };
  /** @param {string} id */
  const row = (id) => {
    const current = () => choices().find((one) => one.id === id) ?? { id, markup: "" };
    const field = new RichField({
      html: current().markup, label: "", tools: own.desk.tools, focused: own.desk.focused, enter: () => !fixed && goOn(id), empty: () => !fixed && choices().length > 1 && remove(id),
      changed: (markup, { typed }) => change(id, { markup }, typed),
    });
    const key = h("button", { type: "button", class: "write-key", onclick: () => press(id) });
    const plain = h("span", { class: "write-letter", "aria-hidden": "true" });
    const points = pointsField("", (worth) => own.mark({ answers: own.answers.some(({ value }) => value === id) ? own.answers.map((one) => (one.value === id ? { ...one, points: worth } : one)) : [...own.answers, { value: id, points: worth }] }, `${kind}/${id}`, true));
    const tools = [tool("pin", () => change(id, { pinned: !current().pinned })), tool("arrow-up", () => move(id, -1)), tool("arrow-down", () => move(id, 1)), tool("trash-2", () => remove(id))];
    const element = h("li", { class: "write-row" }, keyed && own.marking ? key : plain, h("div", { class: "write-text" }, field.element), h("div", { class: "write-acts" }, keyed ? points.element : null, fixed ? null : tools));
    return {
      element, field,
      show(/** @type {number} */ at) {
        const name = mark(at);
        const answer = own.answers.find(({ value }) => value === id);
        field.show(current().markup);
        field.parts.label = `${label} ${name}`;
        field.view.setProps({});
        const right = Boolean(answer) && !(answer?.points ?? "").startsWith("-");
        key.className = `write-key${right ? " write-key-right" : ""}${own.marking?.several ? " write-key-many" : ""}`;
        key.textContent = name;
        key.setAttribute("aria-pressed", String(right));
        key.setAttribute("aria-label", _("Option %(letter)s is right", { letter: name }));
        say(plain, name);
        points.show(answer ? answer.points ?? "1" : "0", { hidden: own.marking?.way !== "each" || (!answer && !own.marking.several), label: _("Points of %(letter)s", { letter: name }) });
        const labels = [_("%(letter)s keeps its place when choices are shuffled", { letter: name }), _("Move %(letter)s up", { letter: name }), _("Move %(letter)s down", { letter: name }), _("Remove %(letter)s", { letter: name })];
        for (const [place, button] of tools.entries()) {
          button.setAttribute("aria-label", labels[place] ?? "");
          button.title = labels[place] ?? "";
        }
        const [pin, up, down, away] = tools;
        if (pin) pin.hidden = !own.part.shuffle;
        pin?.setAttribute("aria-pressed", String(Boolean(current().pinned)));
        if (up) up.disabled = at === 0;
        if (down) down.disabled = at === choices().length - 1;
        if (away) away.disabled = choices().length <= 1;
      },
    };
  };
  const show = () => {
    const now = choices();
    for (const [id, one] of known) if (!now.some((choice) => choice.id === id)) (one.field.destroy(), one.element.remove(), known.delete(id));
    for (const [at, { id }] of now.entries()) {
      const one = known.get(id) ?? row(id);
      known.set(id, one);
      if (list.children[at] !== one.element) list.insertBefore(one.element, list.children[at] ?? null);
      one.show(at);
    }
  };
  show();
  const element = h("div", { class: "stack stack-tight", role: "group", "aria-label": label }, h("span", { class: "field-label" }, label), list,
    fixed ? null : h("div", {}, h("button", { type: "button", class: "button button-quiet", onclick: () => addAfter() }, icon("plus"), h("span", {}, addLabel))));
  return { element, show, focus: () => known.get(choices()[0]?.id ?? "")?.field.focus(), destroy: () => { for (const one of known.values()) one.field.destroy(); } };
}

/** @param {string} name @param {() => void} act */
export const tool = (name, act) => h("button", { type: "button", class: "button button-quiet button-icon tool", onclick: act }, icon(name));
// icon("pin") icon("arrow-up") icon("arrow-down") icon("trash-2")
