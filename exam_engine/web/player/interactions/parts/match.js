import { content, h, say } from "../../dom.js";
import { t } from "../../text.js";
import { linesOver } from "./lines.js";
import { paired } from "./limits.js";
import { letter } from "../options.js";
import { pairing } from "./pairing.js";
import { answerOf, inOrder, listOf, namesOf, teller, thing } from "./part.js";

/** Pairs across two sets: lines between them, or a table to tick. @type {import("./part.js").PartInteraction} */
export const match = (body, context) => (body.table ? table(body, context) : columns(body, context));

/** @type {import("./part.js").PartInteraction} */
function columns(body, context) {
  const endsOf = (/** @type {string} */ side, /** @type {Record<string, string>} */ choices, /** @type {(at: number) => string} */ mark) => {
    const ids = inOrder(context, choices);
    const names = namesOf(ids, choices);
    return ids.map((id, at) => {
      const [short, words] = [mark(at), names[id] ?? ""];
      const button = h("button", { type: "button", class: "match-end" }, h("span", { class: "match-mark" }, short), thing(choices[id] ?? "", words));
      return { id, side, name: `${short}. ${words}`, short, button };
    });
  };
  const left = endsOf("choice", body.choices, (at) => String(at + 1));
  const right = endsOf("target", body.targets, (at) => letter(at).toLowerCase());
  const column = (/** @type {typeof left} */ ends) => h("div", { class: "match-column" }, ends.map(({ button }) => button));
  const frame = h("div", { class: "match", role: "group", "aria-labelledby": context.labelledby }, column(left), column(right));
  const lines = linesOver(frame);
  const own = pairing(body, context, [...left, ...right], (pairs) => lines(pairs.map(([a, b]) => [a.button, b.button])));
  const hint = h("p", { class: "field-hint" }, t("Tap one on the left, then what belongs to it on the right. Tap both again to part them."));
  return { element: h("div", { class: "stack stack-tight", onkeydown: own.escape }, hint, frame, own.told, own.list), update: own.update };
}

/** @type {import("./part.js").PartInteraction} */
function table(body, context) {
  const rows = inOrder(context, body.choices);
  const heads = inOrder(context, body.targets);
  const told = teller();
  const [rowNames, columnNames] = [namesOf(rows, body.choices), namesOf(heads, body.targets)];
  /** @type {string[]} */
  let pairs = [];
  /** @param {HTMLInputElement} input */
  const changed = (input) => {
    const [row = "", column = ""] = input.value.split(" ");
    const found = input.checked ? paired(body, pairs, row, column) : { pairs: pairs.filter((pair) => pair !== input.value) };
    say(told, "why" in found ? found.why : "");
    if ("why" in found) input.checked = false;
    else context.change(answerOf(body, found.pairs));
  };
  /** @type {HTMLInputElement[]} */
  const inputs = [];
  const cell = (/** @type {string} */ row, /** @type {string} */ column) => {
    const label = `${rowNames[row]} – ${columnNames[column]}`;
    const input = h("input", { type: "checkbox", value: `${row} ${column}`, "aria-label": label, onchange: () => changed(input) });
    inputs.push(input);
    return h("td", { class: "match-cell" }, h("label", { class: "match-tick" }, input));
  };
  const head = h("tr", {}, h("td", {}), heads.map((id) => h("th", { scope: "col" }, content(body.targets[id]))));
  const lines = rows.map((row) => h("tr", {}, h("th", { scope: "row" }, content(body.choices[row])), heads.map((column) => cell(row, column))));
  const frame = h("div", { class: "wide", role: "region", tabindex: "0", "aria-labelledby": context.labelledby }, h("table", { class: "match-table" }, h("thead", {}, head), h("tbody", {}, lines)));
  return {
    element: h("div", { class: "item-content" }, frame, told),
    update({ value, locked }) {
      pairs = listOf(value);
      for (const input of inputs) {
        input.checked = pairs.includes(input.value);
        input.disabled = locked;
      }
    },
  };
}
