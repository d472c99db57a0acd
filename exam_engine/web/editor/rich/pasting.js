import { Fragment, Slice } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import { pasted } from "./cleaning.js";
import { fromOffice } from "./clipboard.js";
import { parted } from "./formulas.js";
import { nodes, schema } from "./schema.js";
import { lostPictures } from "./tools.js";

/** Pictures come in by paste and drop; pasted text may hold formulas between dollars. @param {import("./tools.js").Tools} tools */
export function pasting(tools) {
  let rtf = "";
  return new Plugin({
    props: {
      handlePaste: (view, event) => takePictures(view, event.clipboardData, view.state.selection.from, tools),
      handleDrop: (view, event) => {
        const place = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.selection.from;
        if (!takePictures(view, event.dataTransfer, place, tools)) return false;
        event.preventDefault();
        return true;
      },
      transformPastedHTML: (html) => {
        const found = fromOffice(pasted(html), rtf);
        if (found.lost) tools.tell(lostPictures(found.lost));
        return found.html;
      },
      transformPasted: (slice) => new Slice(withFormulas(slice.content), slice.openStart, slice.openEnd),
      handleDOMEvents: {
        // Pictures inside pasted HTML are brought to the service when they are in place.
        paste: (view, event) => {
          rtf = event.clipboardData?.getData("text/rtf") ?? "";
          setTimeout(() => void tools.bringPictures(view));
          return false;
        },
        drop: (view) => {
          rtf = "";
          setTimeout(() => void tools.bringPictures(view));
          return false;
        },
      },
    },
  });
}

/**
 * @param {import("prosemirror-view").EditorView} view @param {DataTransfer | null} data @param {number} place
 * @param {import("./tools.js").Tools} tools
 */
function takePictures(view, data, place, tools) {
  const pictures = [...(data?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
  const words = (data?.getData("text/plain") ?? "").trim();
  // Word puts a picture of the whole text beside the text.
  if (!pictures.length || words) return false;
  for (const picture of pictures) void tools.insertPicture(view, picture, place);
  return true;
}

/** @param {Fragment} fragment @returns {Fragment} */
function withFormulas(fragment) {
  /** @type {import("prosemirror-model").Node[]} */
  const made = [];
  fragment.forEach((node) => {
    if (!node.isText) made.push(node.type.spec.code ? node : node.copy(withFormulas(node.content)));
    else for (const part of parted(node.text ?? "")) made.push(typeof part === "string" ? schema.text(part, node.marks) : nodes.formula.create(part));
  });
  return Fragment.fromArray(made);
}
