import { baseKeymap, chainCommands, exitCode, toggleMark } from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { NodeSelection } from "prosemirror-state";
import { goToNextCell } from "prosemirror-tables";
import { marks, nodes } from "./schema.js";

/** @type {import("prosemirror-state").Command} */
const breakLine = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.line_break.create()).scrollIntoView());
  return true;
});

/** The keys of a field. Undo is the page's, for it belongs to the whole item. @param {import("./field.js").RichField} field */
export function keys(field) {
  const { parts } = field;
  /** @type {import("prosemirror-state").Command} */
  const enter = ({ selection }) => selection.$from.depth <= 1 && (parts.enter?.() ?? false);
  /** @type {import("prosemirror-state").Command} */
  const openChip = ({ selection }) => {
    if (!(selection instanceof NodeSelection)) return false;
    if (selection.node.type === nodes.formula) return parts.tools.editFormula(field.view, selection.from);
    return selection.node.type === nodes.picture && parts.tools.describePicture(field.view, selection.from);
  };
  return [
    keymap({
      "Mod-b": toggleMark(marks.strong),
      "Mod-i": toggleMark(marks.em),
      "Mod-u": toggleMark(marks.underline),
      "Mod-,": toggleMark(marks.sub),
      "Mod-.": toggleMark(marks.sup),
      "Mod-m": (_state, _dispatch, view) => (view ? parts.tools.insertFormula(view) : false),
      Enter: chainCommands(openChip, splitListItem(nodes.list_item), enter),
      "Shift-Enter": breakLine,
      Backspace: () => field.isEmpty && (parts.empty?.() ?? false),
      Tab: chainCommands(goToNextCell(1), sinkListItem(nodes.list_item)),
      "Shift-Tab": chainCommands(goToNextCell(-1), liftListItem(nodes.list_item)),
    }),
    keymap(baseKeymap),
  ];
}
