import { _ } from "../../../language.js";
import { h, icon, say } from "../../../player/dom.js";
import { shownNumber, storedNumber } from "../fields.js";
import { called, letter, tool, wordsOf } from "./choices.js";
import { pointsField } from "./fields.js";

/** @typedef {import("./own.js").Own} Own @typedef {import("./own.js").Answer} Answer @typedef {import("../fields.js").Part} Field @typedef {[id: string, name: string][]} Names */

/** Choices by their letters. @param {Own} own @returns {Names} */
export const choiceNames = (own) => (own.part.choices ?? []).map((one, at) => [one.id, called(letter(at), wordsOf(one.markup))]);
/** Targets by their numbers. @param {Own} own @returns {Names} */
export const targetNames = (own) => (own.part.targets ?? []).map((one, at) => [one.id, own.part.type === "gap_match" ? _("Gap %(n)s", { n: at + 1 }) : called(String(at + 1), wordsOf(one.markup))]);
/** Areas by their numbers. @param {Own} own @returns {Names} */
export const spotNames = (own) => (own.part.spots ?? []).map((one, at) => [one.id, called(String(at + 1), one.label ?? "")]);

/**
 * The right answers, one row each, with what they earn where each earns its own.
 * @param {Own} own @param {{label: string, hint?: string, add: string, blank: () => Answer | null, fields: (at: number) => {elements: HTMLElement[], show: (answer: Answer) => void}}} how
 * @returns {Field}
 */
export function answerRows(own, { label, hint = "", add, blank, fields }) {
  /** @type {{element: HTMLElement, points: ReturnType<typeof pointsField>, show: (answer: Answer) => void}[]} */
  const made = [];
  const list = h("ol", { class: "write-rows" });
  const make = (/** @type {number} */ at) => {
    const { elements, show } = fields(at);
    const points = pointsField(_("Points of answer %(n)s", { n: at + 1 }), (worth) => setAnswer(own, at, { points: worth }));
    const away = tool("trash-2", () => own.mark({ answers: own.answers.filter((_one, index) => index !== at) }, "answers"));
    away.setAttribute("aria-label", _("Remove answer %(n)s", { n: at + 1 }));
    return { element: h("li", { class: "part-answer" }, elements, points.element, away), points, show };
  };
  const more = h("button", { type: "button", class: "button button-quiet", onclick: () => {
    const fresh = blank();
    if (fresh) own.mark({ answers: [...own.answers, fresh] }, "answers");
    /** @type {HTMLElement | null | undefined} */ (list.lastElementChild?.querySelector("select, input"))?.focus();
  } }, icon("plus"), h("span", {}, add));
  const show = () => {
    while (made.length > own.answers.length) made.pop()?.element.remove();
    while (made.length < own.answers.length) {
      const next = make(made.length);
      made.push(next);
      list.append(next.element);
    }
    for (const [at, answer] of own.answers.entries()) {
      made[at]?.show(answer);
      made[at]?.points.show(answer.points ?? "1", { hidden: own.marking?.way !== "each" });
    }
    more.disabled = !blank();
  };
  show();
  const element = h("div", { class: "stack stack-tight", role: "group", "aria-label": label, hidden: !own.marking }, h("span", { class: "field-label" }, label), hint ? h("p", { class: "field-hint" }, hint) : null, list, h("div", {}, more));
  return { element, show, focus: () => more.focus() };
}

/** @param {Own} own @param {number} at @param {Partial<Answer>} values @param {boolean} [typed] */
export const setAnswer = (own, at, values, typed = true) => own.mark({ answers: own.answers.map((one, index) => (index === at ? { ...one, ...values } : one)) }, "answers", typed);

/** @param {string} label @param {(value: string) => void} write */
function selectOf(label, write) {
  const element = h("select", { class: "input part-select", "aria-label": label, onchange: () => write(element.value) });
  let known = "";
  return {
    element,
    /** @param {Names} names @param {string} value */
    show(names, value) {
      const now = JSON.stringify([names, value]);
      if (now === known) return;
      known = now;
      element.replaceChildren(...(names.some(([id]) => id === value) ? [] : [h("option", { value }, "–")]), ...names.map(([id, name]) => h("option", { value: id }, name)));
      element.value = value;
    },
  };
}

/** Right pairs: what belongs to what. @param {Own} own @param {(own: Own) => Names} first @param {(own: Own) => Names} second */
export const pairs = (own, first, second) => answerRows(own, {
  label: _("Right pairs"), add: _("Add a pair"),
  blank() {
    const used = new Set(own.answers.flatMap(({ value }) => value.split(" ")));
    const [one] = first(own).find(([id]) => !used.has(id)) ?? first(own)[0] ?? [];
    const [other] = second(own).find(([id]) => !used.has(id) && id !== one) ?? second(own).find(([id]) => id !== one) ?? [];
    return one && other ? { value: `${one} ${other}`, points: "1" } : null;
  },
  fields(at) {
    const of = () => (own.answers[at]?.value ?? " ").split(" ");
    const left = selectOf(_("First of pair %(n)s", { n: at + 1 }), (id) => setAnswer(own, at, { value: `${id} ${of()[1]}` }, false));
    const right = selectOf(_("Second of pair %(n)s", { n: at + 1 }), (id) => setAnswer(own, at, { value: `${of()[0]} ${id}` }, false));
    return { elements: [left.element, right.element], show: ({ value }) => { left.show(first(own), value.split(" ")[0] ?? ""); right.show(second(own), value.split(" ")[1] ?? ""); } };
  },
});

/** The right order: from the first to the last. @param {Own} own @param {(own: Own) => Names} names */
export const sequence = (own, names) => answerRows(own, {
  label: _("Right order"), hint: _("From the first to the last; what stands in no row is left out."), add: _("Add the next one"),
  blank() {
    const [id] = names(own).find(([one]) => !own.answers.some(({ value }) => value === one)) ?? [];
    return id ? { value: id, points: "1" } : null;
  },
  fields(at) {
    const one = selectOf(_("Place %(n)s", { n: at + 1 }), (id) => setAnswer(own, at, { value: id }, false));
    return { elements: [h("span", { class: "write-letter", "aria-hidden": "true" }, `${at + 1}.`), one.element], show: ({ value }) => one.show(names(own), value) };
  },
});

/** Right areas among those of the picture. @param {Own} own @param {(own: Own) => Names} names */
export const chosen = (own, names) => answerRows(own, {
  label: _("Right answers"), add: _("Add a right answer"),
  blank() {
    if (!own.marking?.several && own.answers.length) return null;
    const [id] = names(own).find(([one]) => !own.answers.some(({ value }) => value === one)) ?? [];
    return id ? { value: id, points: "1" } : null;
  },
  fields(at) {
    const one = selectOf(_("Right answer %(n)s", { n: at + 1 }), (id) => setAnswer(own, at, { value: id }, false));
    return { elements: [one.element], show: ({ value }) => one.show(names(own), value) };
  },
});

/** Words or numbers that count as right. @param {Own} own */
export const typed = (own) => answerRows(own, {
  label: _("Right answers"), hint: _("Each with its points; spaces around it do not count."), add: _("Add an answer that counts as right"), blank: () => ({ value: "", points: own.answers[0]?.points ?? "1" }),
  fields(at) {
    const numeric = () => Boolean(own.marking?.numeric) || own.part.type === "slider";
    const input = h("input", { class: "input part-select", autocomplete: "off", spellcheck: "false", "aria-label": _("Right answer %(n)s", { n: at + 1 }), oninput: () => setAnswer(own, at, { value: numeric() ? storedNumber(input.value) : input.value }) });
    return { elements: [input], show: ({ value }) => { if ((numeric() ? storedNumber(input.value) : input.value) !== value) input.value = numeric() ? shownNumber(value) : value; } };
  },
});

/** What is chosen in a text, by its words. @param {Own} own @param {() => Map<string, string>} words @returns {Field} */
export function wordTicks(own, words) {
  const list = h("div", { class: "stack stack-tight" });
  let known = "";
  const show = () => {
    const now = JSON.stringify([...words(), own.answers.map(({ value }) => value), own.marking?.way]);
    if (now === known) return;
    known = now;
    const held = document.activeElement instanceof HTMLElement && list.contains(document.activeElement) ? document.activeElement.dataset.word : undefined;
    list.replaceChildren(...[...words()].map(([id, text]) => {
      const answer = own.answers.find(({ value }) => value === id);
      const box = h("input", { type: "checkbox", "data-word": id, onchange: () => own.mark({ answers: box.checked ? [...(own.marking?.several ? own.answers : []), { value: id, points: "1" }] : own.answers.filter(({ value }) => value !== id) }, "answers") });
      box.checked = Boolean(answer);
      const points = pointsField(_("Points of “%(words)s”", { words: text }), (worth) => own.mark({ answers: own.answers.map((one) => (one.value === id ? { ...one, points: worth } : one)) }, "answers", true));
      points.show(answer?.points ?? "1", { hidden: own.marking?.way !== "each" || !answer });
      return h("div", { class: "part-answer" }, h("label", { class: "check" }, box, h("span", {}, text || id)), points.element);
    }));
    if (held) [...list.querySelectorAll("input")].find(({ dataset }) => dataset.word === held)?.focus();
    say(none, words().size ? "" : _("Select words in the text and press “Mark as a choice”."));
    none.hidden = words().size > 0;
  };
  const none = h("p", { class: "field-hint" });
  show();
  return { element: h("div", { class: "stack stack-tight", role: "group", "aria-label": _("Right words"), hidden: !own.marking }, h("span", { class: "field-label" }, _("Right words")), none, list), show };
}
