import { button, h, icon } from "../dom.js";
import { t } from "../text.js";

/**
 * A native dialog that closes by Escape, by its button and by a click beside it.
 * @param {string} title @param {import("../dom.js").Child[]} body @param {{sheet?: boolean}} [looks]
 */
export function createDialog(title, body, { sheet = false } = {}) {
  const id = `dialog-${title.length}-${Math.random().toString(36).slice(2)}`;
  const closer = button(t("Close"), () => element.close(), { kind: "quiet", symbol: icon("x") });
  const element = h("dialog", { class: `dialog${sheet ? " sheet" : ""}`, "aria-labelledby": id },
    h("div", { class: "dialog-body" }, h("div", { class: "row row-apart" }, h("h2", { id, tabindex: "-1", autofocus: true }, title), closer), ...body));
  element.addEventListener("click", (event) => event.target === element && element.close());
  return element;
}

/** @param {HTMLDialogElement} dialog */
export function openDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}
