import { _ } from "../../language.js";
import { h, icon } from "../../player/dom.js";
import { withInteraction, withPartial } from "../item.js";
import { choice, line, lines, shownNumber, storedNumber, tick } from "./fields.js";
import { rowList } from "./rows.js";
import { optionShares, statementShares, textShares } from "./shares.js";

/** @typedef {import("../desk.js").Desk} Desk @typedef {import("./fields.js").Part} Part */

/** What each type asks of its author below the stem. @type {Record<string, (desk: Desk) => Part[]>} */
export const ANSWERS = {
  single_choice: (desk) => [rowList(desk), shuffle(desk), optionShares(desk)],
  multiple_choice: (desk) => [rowList(desk), partial(desk), most(desk), shuffle(desk), optionShares(desk)],
  true_false_cluster: (desk) => [rowList(desk), statementShares(desk)],
  numeric: (desk) => [
    lines(desk, {
      name: "accepted", label: _("Right answers"), numeric: true, hint: _("For example −1,5. Enter adds another answer that counts as right."),
      read: () => value(desk, "accepted", []), write: (accepted) => withInteraction(desk.store.item, { accepted }),
    }),
    line(desk, {
      name: "tolerance", label: _("Tolerance"), numeric: true, short: true, hint: _("0: exactly this number"),
      read: () => value(desk, "tolerance", "0"), write: (tolerance) => withInteraction(desk.store.item, { tolerance }),
    }),
    whole(desk, "max_chars", _("Boxes on the answer sheet"), 4),
  ],
  short_text: (desk) => [
    lines(desk, {
      name: "accepted", label: _("Right answers"), hint: _("Enter adds another answer that counts as right. * stands for anything."),
      read: () => texts(desk).map(({ text }) => text),
      write: (given) => withInteraction(desk.store.item, { accepted: given.map((text, at) => ({ ...texts(desk)[at], text })) }),
    }),
    tick(desk, {
      name: "case_sensitive", label: _("Capital and small letters count"), read: () => value(desk, "case_sensitive", false),
      write: (on) => withInteraction(desk.store.item, { case_sensitive: on }),
    }),
    whole(desk, "max_chars", _("Longest answer, in characters"), 200),
    textShares(desk),
  ],
  essay: (desk) => [
    rubric(desk),
    line(desk, {
      name: "max_words", label: _("Most words"), short: true, whole: true, optional: true,
      read: () => String(value(desk, "max_words", null) ?? ""), write: (typed) => withInteraction(desk.store.item, { max_words: number(typed) }),
    }),
    whole(desk, "lines", _("Lines on paper"), 12),
  ],
};

/** @param {Desk} desk @param {string} name @param {any} otherwise */
const value = (desk, name, otherwise) => desk.store.item.interaction[name] ?? otherwise;

/** @param {Desk} desk @returns {import("../types.js").AcceptedText[]} */
const texts = (desk) => value(desk, "accepted", []);

/** @param {string} typed */
const number = (typed) => (/^\d{1,5}$/.test(typed.trim()) ? Number(typed) : null);

/** @param {Desk} desk @param {string} name @param {string} label @param {number} usual */
const whole = (desk, name, label, usual) => line(desk, {
  name, label, short: true, whole: true,
  read: () => String(value(desk, name, usual)), write: (typed) => withInteraction(desk.store.item, { [name]: number(typed) ?? usual }),
});

/** @param {Desk} desk */
const shuffle = (desk) => tick(desk, {
  name: "shuffle", label: _("Shuffle the options for each pupil"), read: () => value(desk, "shuffle", true), write: (on) => withInteraction(desk.store.item, { shuffle: on }),
});

/** @param {Desk} desk */
const partial = (desk) => choice(desk, {
  name: "partial", label: _("What earns the points"), options: [["", _("For exactly the right options")], ["1", _("Each right option earns its share")]],
  read: () => (value(desk, "partial", false) ? "1" : ""), write: (chosen) => withPartial(desk.store.item, chosen === "1"),
});

/** @param {Desk} desk */
const most = (desk) => line(desk, {
  name: "max_choices", label: _("How many may be chosen"), short: true, whole: true, optional: true,
  read: () => String(value(desk, "max_choices", null) ?? ""), write: (typed) => withInteraction(desk.store.item, { max_choices: number(typed) }),
});

/** Rows of what is marked and its points. @param {Desk} desk @returns {Part} */
function rubric(desk) {
  const list = h("ol", { class: "write-rows" });
  const points = () => /** @type {import("../types.js").RubricPoint[]} */ (value(desk, "rubric", []));
  /** @param {import("../types.js").RubricPoint[]} rows @param {boolean} [typed] */
  const keep = (rows, typed = false) => desk.store.change(withInteraction(desk.store.item, { rubric: rows }), { place: "rubric", typed });
  const add = () => {
    let at = points().length + 1;
    while (points().some(({ id }) => id === `r${at}`)) at += 1;
    keep([...points(), { id: `r${at}`, text: "", points: "1" }]);
    /** @type {HTMLElement | null | undefined} */ (list.lastElementChild?.querySelector("textarea"))?.focus();
  };
  /** @param {number} at @param {Partial<import("../types.js").RubricPoint>} values */
  const set = (at, values) => keep(points().map((row, index) => (index === at ? { ...row, ...values } : row)), true);
  /** @param {number} at */
  const make = (at) => {
    const text = h("textarea", { class: "input rubric-text", rows: 2, "aria-label": _("Rubric point %(n)s", { n: at + 1 }), oninput: () => set(at, { text: text.value }) });
    const worth = h("input", { class: "input rubric-points", inputmode: "decimal", "aria-label": _("Points of rubric point %(n)s", { n: at + 1 }), oninput: () => set(at, { points: storedNumber(worth.value) }) });
    const error = h("p", { class: "field-error", role: "status" });
    text.addEventListener("keydown", (event) => {
      if (event.isComposing || event.shiftKey || event.ctrlKey || event.key !== "Enter") return;
      event.preventDefault();
      add();
    });
    const away = h("button", { type: "button", class: "button button-quiet button-icon tool", "aria-label": _("Remove rubric point %(n)s", { n: at + 1 }), onclick: () => keep(points().filter((_row, index) => index !== at)) }, icon("trash-2"));
    const element = h("li", { class: "write-row write-row-rubric" }, h("div", { class: "write-text" }, text, error), worth, h("div", { class: "write-acts" }, away));
    return { element, text, worth, error };
  };
  /** @type {ReturnType<typeof make>[]} */
  const made = [];
  const show = () => {
    const rows = points();
    while (made.length > rows.length) made.pop()?.element.remove();
    while (made.length < rows.length) {
      const next = make(made.length);
      made.push(next);
      list.append(next.element);
    }
    for (const [at, row] of rows.entries()) {
      const parts = made[at];
      if (!parts) continue;
      if (parts.text.value !== row.text) parts.text.value = row.text;
      if (storedNumber(parts.worth.value) !== row.points) parts.worth.value = shownNumber(row.points);
      desk.errors.show(parts.error, `rubric/${at}`);
    }
  };
  show();
  const element = h("section", { class: "stack stack-tight", "aria-label": _("Rubric") },
    h("span", { class: "field-label" }, _("Rubric")), h("p", { class: "field-hint" }, _("What is marked, and for how many points. Their sum is the most that the essay earns.")),
    desk.error("rubric"), list, h("div", {}, h("button", { type: "button", class: "button button-quiet", onclick: add }, icon("plus"), h("span", {}, _("Add a rubric point")))));
  return { element, show, focus: () => made[0]?.text.focus() };
}
