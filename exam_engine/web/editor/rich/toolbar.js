import { toggleMark } from "prosemirror-commands";
import { wrapInList } from "prosemirror-schema-list";
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, isInTable } from "prosemirror-tables";
import { _ } from "../../language.js";
import { h, icon } from "../../player/dom.js";
import { marks, nodes } from "./schema.js";

/**
 * One bar for all fields; it acts where the caret is, or was last.
 * @param {{field: () => import("./field.js").RichField | null, undo: () => void, redo: () => void, tools: import("./tools.js").Tools}} parts
 */
export function toolbar({ field, undo, redo, tools }) {
  /** @param {import("prosemirror-state").Command} command */
  const act = (command) => () => {
    const found = field();
    if (!found) return;
    command(found.view.state, found.view.dispatch, found.view);
    found.focus();
    update();
  };
  const file = h("input", { type: "file", accept: "image/*", hidden: true, onchange: () => {
    const found = field();
    for (const picture of file.files ?? []) if (found) void tools.insertPicture(found.view, picture, found.view.state.selection.from);
    file.value = "";
  } });
  const styles = /** @type {const} */ ([["strong", "bold", _("Bold"), "Ctrl+B"], ["em", "italic", _("Italic"), "Ctrl+I"], ["underline", "underline", _("Underline"), "Ctrl+U"], ["sub", "subscript", _("Subscript"), "Ctrl+,"], ["sup", "superscript", _("Superscript"), "Ctrl+."]]);
  const pressed = styles.map(([name, symbol, label, keys]) => ({ name, element: tool(symbol, `${label} (${keys})`, act(toggleMark(marks[name])), true) }));
  const table = h("details", { class: "menu tool-menu" },
    h("summary", { class: "button button-quiet button-icon tool", "aria-label": _("Table"), title: _("Table") }, icon("table")),
    h("div", { class: "menu-list" },
      entry(_("Insert a table"), act(insertTable)), entry(_("Add a row"), act(addRowAfter)), entry(_("Add a column"), act(addColumnAfter)),
      entry(_("Remove the row"), act(deleteRow)), entry(_("Remove the column"), act(deleteColumn)), entry(_("Remove the table"), act(deleteTable))),
  );
  const element = h("div", { class: "toolbar", role: "toolbar", "aria-label": _("Format") },
    tool("sigma", `${_("Formula")} (Ctrl+M)`, act((_state, _dispatch, view) => Boolean(view && tools.insertFormula(view)))),
    tool("image", _("Picture"), () => file.click()), file,
    pressed.map((one) => one.element),
    tool("list", _("List"), act(wrapInList(nodes.bullet_list))),
    tool("list-ordered", _("Numbered list"), act(wrapInList(nodes.ordered_list))),
    table,
    h("span", { class: "tool-gap" }),
    tool("undo-2", `${_("Undo")} (Ctrl+Z)`, undo),
    tool("redo-2", `${_("Redo")} (Ctrl+Y)`, redo),
  );
  // icon("list") icon("list-ordered") icon("sigma") icon("image") icon("undo-2") icon("redo-2") icon("bold") icon("italic") icon("underline") icon("subscript") icon("superscript")
  const update = () => {
    const state = field()?.view.state;
    for (const one of pressed) {
      const active = state ? (state.storedMarks ?? state.selection.$from.marks()).some(({ type }) => type === marks[one.name]) : false;
      one.element.setAttribute("aria-pressed", String(active));
    }
  };
  return { element, update };
}

/** @type {import("prosemirror-state").Command} */
function insertTable(state, dispatch) {
  if (isInTable(state)) return false;
  const cell = () => nodes.table_cell.createAndFill();
  const row = () => nodes.table_row.create(null, [cell(), cell(), cell()].filter((one) => one !== null));
  dispatch?.(state.tr.replaceSelectionWith(nodes.table.create(null, [row(), row()])).scrollIntoView().setMeta("own", true));
  return true;
}

/** Pressing a tool leaves the caret where it is. @param {string} name @param {string} label @param {() => void} act @param {boolean} [toggles] */
function tool(name, label, act, toggles = false) {
  return h("button", {
    type: "button", class: "button button-quiet button-icon tool", "aria-label": label, title: label, "aria-pressed": toggles ? "false" : null,
    onmousedown: (/** @type {Event} */ event) => event.preventDefault(), onclick: act,
  }, icon(name));
}

/** @param {string} label @param {() => void} act */
const entry = (label, act) => h("button", {
  type: "button", class: "menu-item", onmousedown: (/** @type {Event} */ event) => event.preventDefault(),
  onclick: (/** @type {Event} */ event) => {
    act();
    if (event.target instanceof Element) event.target.closest("details")?.removeAttribute("open");
  },
}, label);
