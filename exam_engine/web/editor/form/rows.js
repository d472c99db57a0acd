import { _ } from "../../language.js";
import { h, icon, say } from "../../player/dom.js";
import { addRow, changeRow, isKey, mark, moveRow, removeRow, rowKind, rows, toggleKey } from "../item.js";
import { RichField } from "../rich/field.js";

/** @typedef {import("../desk.js").Desk} Desk @typedef {{id: string, element: HTMLElement, field: RichField, destroy: () => void, show: (index: number, count: number) => void}} Row */

/** Options or statements: one row each, the key by its letter, Enter for the next. @param {Desk} desk */
export function rowList(desk) {
  /** @type {Map<string, Row>} */
  const known = new Map();
  const kind = rowKind(desk.store.item);
  const list = h("ol", { class: "write-rows" });
  const add = h("button", { type: "button", class: "button button-quiet", onclick: () => addAfter() }, icon("plus"), h("span", {}, kind === "statements" ? _("Add a statement") : _("Add an option")));
  const error = desk.error(kind ?? "options");
  const hint = h("p", { class: "field-hint" });
  const unmarked = h("p", { class: "write-unmarked", role: "status" });
  const element = h("section", { class: "stack stack-tight", "aria-label": kind === "statements" ? _("Statements") : _("Options") },
    h("span", { class: "field-label" }, kind === "statements" ? _("Statements") : _("Options")), hint, error, list, unmarked, h("div", {}, add));

  /** @param {string} [id] */
  const addAfter = (id) => {
    const made = addRow(desk.store.item, id);
    // Statements take the letters of their places, so what stood behind moves its fields along.
    desk.store.change(made.item, { place: placeOf(made.id) });
    known.get(made.id)?.field.focus(true);
    return true;
  };
  /** Enter: to the next row where it is still empty, else to a new one. @param {string} id */
  const goOn = (id) => {
    const now = rows(desk.store.item);
    const next = now[now.findIndex((row) => row.id === id) + 1];
    if (!next || next.markup) return addAfter(id);
    known.get(next.id)?.field.focus();
    return true;
  };
  /** @param {string} id */
  const remove = (id) => {
    const index = rows(desk.store.item).findIndex((row) => row.id === id);
    desk.store.change(removeRow(desk.store.item, id), { place: placeOf(id) });
    const next = rows(desk.store.item)[Math.max(0, index - 1)];
    if (next) known.get(next.id)?.field.focus(true);
    else add.focus();
    return true;
  };
  /** @param {string} id @param {number} step */
  const move = (id, step) => {
    const from = rows(desk.store.item).findIndex((row) => row.id === id);
    desk.store.change(moveRow(desk.store.item, id, step), { place: placeOf(id) });
    const now = rows(desk.store.item)[from + step] ?? rows(desk.store.item)[from];
    if (now) known.get(now.id)?.field.focus();
  };
  const acts = { goOn, remove, move };

  const show = () => {
    const now = rows(desk.store.item);
    say(hint, hintOf(desk.store.item));
    say(unmarked, lacksKey(desk.store.item) ? _("No answer is marked yet: tap the letter of the right option.") : "");
    unmarked.hidden = !unmarked.textContent;
    for (const [id, row] of known) if (!now.some((one) => one.id === id)) (row.destroy(), row.element.remove(), known.delete(id));
    for (const [index, one] of now.entries()) {
      const row = known.get(one.id) ?? makeRow(desk, one.id, acts);
      known.set(one.id, row);
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
      row.show(index, now.length);
    }
  };
  show();
  return {
    element,
    show,
    /** @param {string} place */
    focus(place) {
      const row = known.get(place.split("/")[1] ?? "");
      row?.field.focus();
      return Boolean(row);
    },
    /** The row by its number, for the keys that mark it. @param {number} index */
    press(index) {
      const row = rows(desk.store.item)[index];
      if (row) press(desk, row.id);
      return Boolean(row);
    },
    destroy: () => { for (const row of known.values()) row.destroy(); },
  };
}

/** How the key is marked, also where no pointer hovers. @param {import("../types.js").Item} item */
function hintOf({ interaction: { type } }) {
  if (type === "single_choice") return _("Tap a letter to mark the right answer.");
  return type === "multiple_choice" ? _("Tap the letters of all right answers.") : _("Say of each statement whether it is true.");
}

/** Options are written, and none of them is right. @param {import("../types.js").Item} item */
const lacksKey = (item) => rowKind(item) === "options" && rows(item).some(({ markup }) => markup) && !(item.interaction.options ?? []).some((option) => isKey(item, option));

/** @param {string} id */
const placeOf = (id) => `row/${id}`;

/** The key of a choice, true or false of a statement. @param {Desk} desk @param {string} id */
function press(desk, id) {
  const { item } = desk.store;
  const row = rows(item).find((one) => one.id === id);
  const next = rowKind(item) === "options" ? toggleKey(item, id) : changeRow(item, id, { correct: !(/** @type {any} */ (row).correct) });
  desk.store.change(next, { place: placeOf(id) });
}

/**
 * @param {Desk} desk @param {string} id
 * @param {{goOn: (id: string) => boolean, remove: (id: string) => boolean, move: (id: string, step: number) => void}} acts
 * @returns {Row}
 */
function makeRow(desk, id, acts) {
  const stated = rowKind(desk.store.item) === "statements";
  const current = () => /** @type {any} */ (rows(desk.store.item).find((row) => row.id === id) ?? { id, markup: "" });
  const field = new RichField({
    html: current().markup,
    label: "",
    changed: (markup, how) => desk.store.change(changeRow(desk.store.item, id, { markup }), { place: placeOf(id), ...how }),
    focused: desk.focused,
    tools: desk.tools,
    enter: () => acts.goOn(id),
    empty: () => rows(desk.store.item).length > 2 && acts.remove(id),
  });
  const key = h("button", { type: "button", class: "write-key", onclick: () => press(desk, id) });
  const word = h("span", { class: "write-key-word" });
  const verdicts = [true, false].map((truth) => {
    const input = h("input", { type: "radio", name: `truth-${id}`, onchange: () => desk.store.change(changeRow(desk.store.item, id, { correct: truth, ...(current().either ? { either: false } : {}) }), { place: placeOf(id) }) });
    return { truth, input, element: h("label", { class: "write-verdict" }, input, h("span", {}, truth ? _("True") : _("False"))) };
  });
  const letter = h("span", { class: "write-letter", "aria-hidden": "true" });
  const group = h("div", { class: "write-verdicts", role: "radiogroup" }, verdicts.map((one) => one.element));
  const level = h("input", { class: "input write-level", list: "labels-level", placeholder: _("Level"), oninput: () => desk.store.change(changeRow(desk.store.item, id, { level: level.value }), { place: placeOf(id), typed: true }) });
  /** @type {RichField | null} made when it is first looked at: few options have one */
  let feedback = null;
  const feedbackPlace = h("div", { hidden: true });
  const showFeedback = () => {
    if (!feedback) {
      feedback = new RichField({
        html: current().feedback ?? "", label: "", tools: desk.tools, focused: desk.focused,
        changed: (html, how) => desk.store.change(changeRow(desk.store.item, id, { feedback: html || undefined }), { place: placeOf(id), ...how }),
      });
      feedbackPlace.append(h("span", { class: "field-hint" }, _("Feedback on this option")), feedback.element);
    }
    feedbackPlace.hidden = false;
  };
  const comment = tool("message-square", () => {
    showFeedback();
    feedback?.focus(true);
  });
  const pin = h("button", { type: "button", class: "button button-quiet button-icon tool", onclick: () => desk.store.change(changeRow(desk.store.item, id, { pinned: !current().pinned }), { place: placeOf(id) }) }, icon("pin"));
  const up = tool("arrow-up", () => acts.move(id, -1));
  const down = tool("arrow-down", () => acts.move(id, 1));
  const away = tool("trash-2", () => acts.remove(id));
  const error = h("p", { class: "field-error", role: "status" });
  const element = h("li", { class: `write-row${stated ? " write-row-stated" : ""}` },
    stated ? letter : h("div", { class: "write-mark" }, key, word),
    h("div", { class: "write-text" }, field.element, error, feedbackPlace, stated ? h("div", { class: "row" }, group, level) : null),
    h("div", { class: "write-acts" }, stated ? null : comment, stated ? null : pin, up, down, away),
  );
  element.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    acts.move(id, event.key === "ArrowUp" ? -1 : 1);
  });
  return {
    id,
    element,
    field,
    destroy: () => [field, feedback].forEach((one) => one?.destroy()),
    show(index, count) {
      const row = current();
      const name = mark(desk.store.item, index);
      field.show(row.markup);
      field.parts.label = stated ? _("Statement %(letter)s", { letter: name }) : _("Option %(letter)s", { letter: name });
      field.view.setProps({});
      desk.errors.show(error, `${stated ? "statements" : "options"}/${index}`);
      const right = !stated && isKey(desk.store.item, row);
      const round = desk.store.item.interaction.type === "single_choice";
      key.className = `write-key${right ? " write-key-right" : ""}${round ? "" : " write-key-many"}`;
      key.textContent = name;
      key.setAttribute("aria-pressed", String(right));
      key.setAttribute("aria-label", _("Option %(letter)s is right", { letter: name }));
      say(word, right ? _("Key") : "");
      key.title = `${_("Click the letter of the right answer")} (Ctrl+${index + 1})`;
      letter.textContent = name;
      group.setAttribute("aria-label", _("Statement %(letter)s is", { letter: name }));
      for (const { truth, input } of verdicts) [input.checked, input.name] = [row.correct === truth, `truth-${row.id}`];
      if (document.activeElement !== level) level.value = row.level ?? "";
      level.setAttribute("aria-label", _("Level of statement %(letter)s", { letter: name }));
      pin.setAttribute("aria-pressed", String(Boolean(row.pinned)));
      pin.setAttribute("aria-label", _("Option %(letter)s keeps its place when options are shuffled", { letter: name }));
      comment.setAttribute("aria-label", _("Feedback on option %(letter)s", { letter: name }));
      comment.title = _("Feedback on option %(letter)s", { letter: name });
      if (row.feedback && !stated) showFeedback();
      if (feedback) {
        feedback.parts.label = _("Feedback on option %(letter)s", { letter: name });
        feedback.show(row.feedback ?? "");
        feedback.view.setProps({});
      }
      pin.title = _("Keeps its place when options are shuffled");
      for (const [button, words] of /** @type {const} */ ([[up, _("Move %(letter)s up", { letter: name })], [down, _("Move %(letter)s down", { letter: name })], [away, _("Remove %(letter)s", { letter: name })]])) {
        button.setAttribute("aria-label", words);
        button.title = words;
      }
      up.disabled = index === 0;
      down.disabled = index === count - 1;
      away.disabled = count <= 1;
    },
  };
}

/** @param {string} name @param {() => void} act */
const tool = (name, act) => h("button", { type: "button", class: "button button-quiet button-icon tool", onclick: act }, icon(name));
// icon("message-square") icon("arrow-up") icon("arrow-down") icon("trash-2")
