import { given, isAnswered, openParts, progress } from "../answered.js";
import { h, icon, say } from "../dom.js";
import { t } from "../text.js";

/**
 * How an item stands, in the words that a screen reader says.
 * @param {import("../paper.js").OwnItem} item @param {import("../state.js").State} state
 */
export function standing(item, state) {
  const value = state.answers[item.slot];
  const parts = [t("Item %(n)s", { n: item.number })];
  parts.push(openParts(item, value) ? t("partly answered") : isAnswered(given(item, value)) ? t("answered") : t("not answered"));
  if (state.markups[item.slot]?.flag) parts.push(t("flagged"));
  return parts.join(", ");
}

/** All items at a glance: at the right where there is room, a sheet where there is none. @param {{go: (at: number) => void, review: () => void}} acts */
export function createPalette({ go, review }) {
  const grid = h("div", { class: "palette-sections" });
  const summary = h("p", { class: "small quiet number" });
  const half = h("li", {}, h("span", { class: "cell cell-sample cell-partial", "aria-hidden": "true" }), t("partly answered"));
  const legend = h("ul", { class: "palette-legend" },
    h("li", {}, h("span", { class: "cell cell-sample cell-answered", "aria-hidden": "true" }), t("answered")),
    half,
    h("li", {}, h("span", { class: "cell cell-sample", "aria-hidden": "true" }), t("not answered")),
    h("li", {}, h("span", { class: "cell cell-sample", "aria-hidden": "true" }, icon("flag")), t("flagged")));
  const end = h("button", { type: "button", class: "button button-wide", onclick: review }, icon("file-check"), h("span", {}, t("Review and hand in")));
  const element = h("div", { class: "palette" }, h("h2", { class: "palette-title" }, t("Items")), summary, grid, legend, end);
  /** @type {{button: HTMLButtonElement, item: import("../paper.js").OwnItem, flag: HTMLElement}[]} */
  let cells = [];
  /** @type {import("../paper.js").OwnPaper | null} */
  let built = null;

  /** @param {import("../paper.js").OwnPaper} paper */
  const build = (paper) => {
    built = paper;
    half.hidden = !paper.items.some(({ body }) => body.statements || body.min);
    cells = paper.items.map((item, at) => {
      const flag = h("span", { class: "cell-flag", hidden: true }, icon("flag"));
      return { item, flag, button: h("button", { type: "button", class: "cell number", onclick: () => go(at) }, String(item.number), flag) };
    });
    grid.replaceChildren(...paper.sections.map(({ title, from, to }) =>
      h("div", { class: "palette-section", role: "group", "aria-label": title || t("Items") },
        paper.sections.length > 1 && title ? h("h3", { class: "palette-heading" }, title) : null,
        h("div", { class: "palette-grid" }, cells.slice(from, to).map(({ button }) => button)))));
  };
  return {
    element,
    /** @param {import("../state.js").State} state */
    update(state) {
      if (!state.paper) return;
      if (built !== state.paper) build(state.paper);
      for (const [at, { button, item, flag }] of cells.entries()) {
        const value = state.answers[item.slot];
        const partial = openParts(item, value) > 0;
        button.classList.toggle("cell-answered", isAnswered(given(item, value)) && !partial);
        button.classList.toggle("cell-partial", partial);
        flag.hidden = !state.markups[item.slot]?.flag;
        const label = standing(item, state);
        if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
        if (state.screen === "exam" && at === state.at) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
      }
      say(summary, progress(state.paper, state.answers));
    },
  };
}
