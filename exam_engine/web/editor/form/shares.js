import { _ } from "../../language.js";
import { h } from "../../player/dom.js";
import { changeRow, mark, rows, tableOf, withInteraction } from "../item.js";
import { shownNumber, storedNumber } from "./fields.js";

/** @typedef {import("../desk.js").Desk} Desk @typedef {import("./fields.js").Part} Part @typedef {{name: string, value: string, write: (typed: string) => import("../types.js").Item}} Share */

/** Shares of the points by option: for most questions the key has 1 and the others nothing. @param {Desk} desk @returns {Part} */
export const optionShares = (desk) => shares(desk, {
  name: "weights", title: _("Share of the points by option"),
  hint: _("1 is all of the points, 0,5 half of them, −0,5 takes half away; a question never earns less than nothing. For several right options: when each earns its share."),
  list: () => rows(desk.store.item).map((row, at) => ({
    name: mark(desk.store.item, at), value: /** @type {{weight?: string}} */ (row).weight ?? "0", write: (typed) => changeRow(desk.store.item, row.id, { weight: typed || "0" }),
  })),
});

/** Shares of the points by how many statements are right. @param {Desk} desk @returns {Part} */
export const statementShares = (desk) => shares(desk, {
  name: "table", title: _("Share of the points by right statements"),
  hint: _("As in the graduation exam unless you change it: 1 right statement of 4 earns 0,1 of the points, 2 earn 0,25, 3 earn 0,5."),
  list: () => tableOf(desk.store.item).map((value, at, table) => ({
    name: String(at), value, write: (typed) => withInteraction(desk.store.item, { table: table.map((own, other) => (other === at ? typed || "0" : own)) }),
  })),
});

/** Shares of the points by accepted text. @param {Desk} desk @returns {Part} */
export const textShares = (desk) => shares(desk, {
  name: "text-weights", title: _("Share of the points by answer"),
  hint: _("1 is all of the points, 0,5 half of them: for an answer that is nearly right."),
  list: () => {
    const accepted = /** @type {import("../types.js").AcceptedText[]} */ (desk.store.item.interaction.accepted ?? []);
    return accepted.map((one, at) => ({
      name: one.text, value: one.weight ?? "1",
      write: (typed) => withInteraction(desk.store.item, { accepted: accepted.map((own, other) => (other === at ? { ...own, weight: typed || "0" } : own)) }),
    }));
  },
});

/** @param {Desk} desk @param {{name: string, title: string, hint: string, list: () => Share[]}} what @returns {Part} */
function shares(desk, { name, title, hint, list }) {
  const error = desk.error(name);
  const frame = h("div", { class: "write-shares" });
  /** @type {{element: HTMLElement, label: HTMLElement, input: HTMLInputElement}[]} */
  const made = [];
  const make = (/** @type {number} */ at) => {
    const label = h("span", { class: "field-label" });
    const input = h("input", {
      class: "input", inputmode: "text", autocomplete: "off", size: 6,
      oninput: () => { const share = list()[at]; if (share) desk.store.change(share.write(storedNumber(input.value)), { place: `${name}/${at}`, typed: true }); },
    });
    return { element: h("label", { class: "write-share" }, label, input), label, input };
  };
  const show = () => {
    const now = list();
    while (made.length > now.length) made.pop()?.element.remove();
    while (made.length < now.length) {
      const next = make(made.length);
      made.push(next);
      frame.append(next.element);
    }
    for (const [at, { name: words, value }] of now.entries()) {
      const own = made[at];
      if (!own) continue;
      own.label.textContent = words;
      // A field that was just emptied waits for what is typed next.
      const emptied = !own.input.value.trim() && document.activeElement === own.input;
      if (!emptied && storedNumber(own.input.value) !== value) own.input.value = shownNumber(value);
    }
  };
  show();
  const element = h("details", { class: "write-further" }, h("summary", {}, title), h("div", { class: "stack stack-tight" }, h("p", { class: "field-hint" }, hint), error, frame));
  return { element, show, focus: () => { element.open = true; made[0]?.input.focus(); } };
}
