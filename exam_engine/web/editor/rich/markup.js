import { DOMParser, DOMSerializer } from "prosemirror-model";
import { schema } from "./schema.js";

/** @param {string} html @returns {import("prosemirror-model").Node} */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return DOMParser.fromSchema(schema).parse(template.content);
}

/** HTML as the server takes it: no paragraph around what stands alone in the field, in an entry of a list or in a cell. @param {import("prosemirror-model").Node} doc */
export function serialise(doc) {
  const inert = document.implementation.createHTMLDocument("");
  const holder = inert.createElement("div");
  holder.append(inert.importNode(DOMSerializer.fromSchema(schema).serializeFragment(doc.content), true));
  for (const part of [holder, ...holder.querySelectorAll("li, td, th")]) unwrap(part);
  return holder.innerHTML;
}

/** @param {Element} part */
function unwrap(part) {
  const [first, ...rest] = part.children;
  const alone = !rest.length || (part.localName === "li" && rest.every(({ localName }) => localName === "ul" || localName === "ol"));
  if (first?.localName === "p" && !first.attributes.length && alone) first.replaceWith(...first.childNodes);
}
