import { gapCursor } from "prosemirror-gapcursor";
import { EditorState, Plugin, Selection, TextSelection } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { formulaView, keptView, pictureView, placeView } from "./chips.js";
import { keys } from "./keys.js";
import { parse, serialise } from "./markup.js";
import { pasting } from "./pasting.js";
import { nodes } from "./schema.js";
import { shortcuts } from "./shortcuts.js";

/**
 * @typedef {{html: string, label: string, changed: (html: string, how: {typed: boolean}) => void, focused: (field: RichField) => void,
 *   tools: import("./tools.js").Tools, enter?: () => boolean, empty?: () => boolean, invalid?: () => boolean}} Parts
 *   `enter`: Enter at the end of a row; `empty`: Backspace in an empty one
 */

/** One text of the item, with formulas, pictures and tables. It holds no history: the item has one over all its fields. */
export class RichField {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.html = parts.html;
    this.element = document.createElement("div");
    this.element.className = "rich item-content";
    this.view = new EditorView({ mount: this.element }, {
      state: this.#state(parse(parts.html)),
      attributes: () => ({ role: "textbox", "aria-multiline": "true", "aria-label": parts.label, class: "input rich item-content" }),
      dispatchTransaction: (transaction) => this.#apply(transaction),
      nodeViews: {
        formula: (node, view, place) => formulaView(node, view, place, parts.tools),
        picture: (node, view, place) => pictureView(node, view, place, parts.tools),
        place_block: (node) => placeView(node),
        place_inline: (node) => placeView(node),
        kept_block: (node) => keptView(node, parts.tools),
        kept_inline: (node) => keptView(node, parts.tools),
      },
    });
    this.element.addEventListener("focus", () => parts.focused(this));
  }

  /** Shows a state that came from elsewhere (undo, another tab); the caret goes where it differs. @param {string} html */
  show(html) {
    if (html === this.html) return;
    const before = this.view.state.doc;
    this.html = html;
    const doc = parse(html);
    const state = this.#state(doc);
    const end = doc.content.findDiffEnd(before.content);
    const place = Math.min(end?.a ?? doc.content.size, doc.content.size);
    this.view.updateState(state.apply(state.tr.setSelection(Selection.near(doc.resolve(place), -1))));
  }

  /** @param {boolean} [atEnd] */
  focus(atEnd = false) {
    if (atEnd) this.view.dispatch(this.view.state.tr.setSelection(TextSelection.atEnd(this.view.state.doc)));
    this.view.focus();
  }

  destroy() {
    this.view.destroy();
  }

  get isEmpty() {
    const { doc } = this.view.state;
    return doc.childCount === 1 && doc.firstChild?.type === nodes.paragraph && doc.firstChild.content.size === 0;
  }

  /** @param {import("prosemirror-model").Node} doc */
  #state(doc) {
    return EditorState.create({
      doc,
      plugins: [...keys(this), shortcuts(), pasting(this.parts.tools), tableEditing(), gapCursor(), placeholder],
    });
  }

  /** @param {import("prosemirror-state").Transaction} transaction */
  #apply(transaction) {
    this.view.updateState(this.view.state.apply(transaction));
    if (!transaction.docChanged) return;
    const html = this.isEmpty ? "" : serialise(this.view.state.doc);
    if (html === this.html) return;
    this.html = html;
    const typed = transaction.steps.length === 1 && transaction.getMeta("uiEvent") === undefined && !transaction.getMeta("own");
    this.parts.changed(html, { typed });
  }
}

/** A class for an empty field, so that the style can say what belongs there. */
const placeholder = new Plugin({
  props: {
    attributes: ({ doc }) => /** @type {Record<string, string>} */ (doc.childCount === 1 && doc.firstChild?.isTextblock && doc.firstChild.content.size === 0 ? { class: "rich-empty" } : {}),
  },
});
