import { h, icon } from "../player/dom.js";
import { t } from "../player/text.js";
import { tally } from "./told.js";

/**
 * How the round went, and the way to do it again.
 * @param {Iterable<import("./told.js").Told>} told @param {{items: number, again: string}} round `again`: where another one begins
 */
export function createSummary(told, { items, again }) {
  const { right, checked, topics } = tally(told);
  const rows = topics.length > 1 ? topics.map((row) => h("li", {}, t("%(topic)s: %(right)s of %(all)s", { topic: row.topic, right: row.right, all: row.checked }))) : [];
  const counts = checked ? [
    h("h2", { class: "panel-title", id: "round" }, t("%(right)s of %(all)s right", { right, all: checked })),
    items > checked ? h("p", { class: "quiet" }, t("%(n)s items were not checked.", { n: items - checked })) : null,
    rows.length ? h("ul", { class: "number" }, rows) : null,
  ] : [h("h2", { class: "panel-title", id: "round" }, t("This round is finished"))];
  return h("section", { class: "panel stack", "aria-labelledby": "round" }, counts, again ? another(again) : null);
}

/** @param {string} action */
function another(action) {
  const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
  return h("form", { method: "post", action },
    h("input", { type: "hidden", name: "_csrf_token", value: token }),
    h("button", { type: "submit", class: "button button-wide" }, icon("rotate-ccw"), h("span", {}, t("Do it again"))));
}
