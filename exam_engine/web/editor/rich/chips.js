import { h } from "../../player/dom.js";
import { _ } from "../../language.js";

/** @typedef {import("prosemirror-model").Node} Node @typedef {import("prosemirror-view").EditorView} View */

/**
 * A formula in the text, as the pupil will see it; a click or Enter opens it.
 * @param {Node} node @param {View} view @param {() => number | undefined} place @param {import("./tools.js").Tools} tools
 */
export function formulaView(node, view, place, tools) {
  const dom = h("span", { class: `chip chip-formula${node.attrs.display ? " chip-display" : ""}`, contenteditable: "false" });
  void tools.formulas.show(dom, node.attrs);
  dom.addEventListener("click", () => {
    const at = place();
    if (at !== undefined) tools.editFormula(view, at);
  });
  return { dom, ignoreMutation: () => true };
}

/**
 * @param {Node} node @param {View} view @param {() => number | undefined} place @param {import("./tools.js").Tools} tools
 */
export function pictureView(node, view, place, tools) {
  const { asset, alt, width, height } = node.attrs;
  const image = h("img", { src: asset ? `/assets/${asset}` : null, alt: alt || _("Picture without a description"), width, height });
  const dom = h("span", { class: `chip chip-picture${alt ? "" : " chip-undescribed"}`, contenteditable: "false" }, asset ? image : _("Picture …"));
  dom.addEventListener("click", () => {
    const at = place();
    if (at !== undefined && asset) tools.describePicture(view, at);
  });
  return { dom, ignoreMutation: () => true };
}

/** @param {Element} span */
function pastedOf(span) {
  const pasted = ["omml", "mathml"].find((one) => span.hasAttribute(`data-${one}`)) ?? "";
  return { pasted, source: span.getAttribute(`data-${pasted}`) ?? "" };
}

/** Where a part, a gap or a variable stands; it can be moved and taken out. @param {Node} node */
export function placeView(node) {
  const [kind = "", name = ""] = node.attrs.place.split(":");
  const words = kind === "part" ? _("Part %(n)s", { n: Number(name) + 1 }) : kind === "gap" ? _("Gap") : kind === "variable" ? name : _("Remark");
  return { dom: h(node.isInline ? "span" : "div", { class: `chip chip-place chip-${kind}`, contenteditable: "false", draggable: "true" }, words), ignoreMutation: () => true };
}

/** What stays whole: shown as pupils see it. @param {Node} node @param {import("./tools.js").Tools} tools */
export function keptView(node, tools) {
  const template = document.createElement("template");
  template.innerHTML = node.attrs.html;
  for (const image of template.content.querySelectorAll("img[data-asset]")) image.setAttribute("src", `/assets/${image.getAttribute("data-asset")}`);
  for (const span of template.content.querySelectorAll("span[data-tex], span[data-kept], span[data-omml], span[data-mathml]")) {
    const kept = span.getAttribute("data-kept");
    void tools.formulas.show(/** @type {HTMLElement} */ (span), { tex: span.getAttribute("data-tex") ?? "", display: span.hasAttribute("data-display"), kept: kept === null ? null : Number(kept), ...pastedOf(span) });
  }
  const dom = h(node.isInline ? "span" : "div", { class: "chip chip-kept", contenteditable: "false", title: _("Kept as it is; it can be moved or taken out") });
  dom.append(template.content);
  return { dom, ignoreMutation: () => true };
}
