import { serialise } from "./markup.js";
import { nodes } from "./schema.js";

/**
 * The text with a place for one more part where the caret is; the parts behind it count on. Nothing is dispatched: the item changes as a whole.
 * @param {import("prosemirror-state").EditorState} state @param {boolean} inline @returns {{html: string, number: number}}
 */
export function putPlace(state, inline) {
  const { $to } = state.selection;
  const at = inline && $to.parent.inlineContent ? $to.pos : $to.depth ? $to.after(1) : state.doc.content.size;
  /** @type {[place: number, number: number][]} */
  const known = [];
  state.doc.descendants((node, place) => {
    const number = /^part:(\d+)$/.exec(node.attrs.place ?? "")?.[1];
    if (number !== undefined) known.push([place, Number(number)]);
  });
  const number = known.reduce((next, [place, one]) => (place < at ? Math.max(next, one + 1) : next), 0);
  let { tr } = state;
  for (const [place, one] of known) if (one >= number) tr = tr.setNodeAttribute(place, "place", `part:${one + 1}`);
  const made = { place: `part:${number}` };
  if (!inline) tr = tr.insert(at, nodes.place_block.create(made));
  else tr = tr.insert(at, $to.parent.inlineContent ? nodes.place_inline.create(made) : nodes.paragraph.create(null, nodes.place_inline.create(made)));
  return { html: serialise(tr.doc), number };
}
