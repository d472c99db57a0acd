import { incomplete, openWords, progress, unanswered } from "../answered.js";
import { button, h, icon, notice } from "../dom.js";
import { t } from "../text.js";

/** Before handing in: what has no answer, what is flagged. @param {{go: (at: number) => void, handIn: () => void}} acts */
export function createReview({ go, handIn }) {
  const lists = h("div", { class: "stack" });
  const told = h("div", { role: "status" });
  const send = button(t("Hand in"), handIn, { kind: "primary", symbol: icon("send") });
  const back = button(t("Back to the items"), () => go(at), { symbol: icon("arrow-left") });
  const heading = h("h1", { tabindex: "-1" }, t("Check before handing in"));
  const element = h("div", { class: "column stack" }, heading, lists, told, h("div", { class: "row review-acts" }, back, send));
  let at = 0;
  return {
    element,
    heading,
    /** @param {import("../state.js").State} state */
    update(state) {
      if (!state.paper) return;
      at = state.at;
      const { paper, answers, markups } = state;
      const open = unanswered(paper, answers);
      const flagged = paper.items.filter((item) => markups[item.slot]?.flag);
      const partial = incomplete(paper, answers);
      lists.replaceChildren(
        h("p", { class: "lead number" }, progress(paper, answers)),
        partial.length ? h("section", { class: "panel stack stack-tight" }, h("h2", { class: "panel-title" }, t("Not complete")),
          partial.map((item) => h("div", {}, h("button", { type: "button", class: "button", onclick: () => go(item.number - 1) }, openWords(item, answers))))) : h("span", {}),
        open.length || !partial.length ? list(t("Without an answer"), open, t("Every item has an answer."), go) : h("span", {}),
        flagged.length ? list(t("Flagged for later"), flagged, "", go) : h("span", {}),
      );
      send.disabled = state.handingIn || state.timeUp;
      back.disabled = state.handingIn;
      told.replaceChildren(...message(state));
    },
  };
}

/** @param {import("../state.js").State} state */
function message({ handingIn, saved, message: said }) {
  if (handingIn && (saved.offline || saved.busy)) {
    return [notice("warning", icon("triangle-alert"), h("p", { class: "notice-title" }, t("Not handed in yet: there is no connection.")),
      h("p", {}, t("The hand-in and all answers are kept on this device and go out by themselves as soon as the connection is back. Leave this page open and tell %(invigilator)s.")))];
  }
  if (handingIn) return [notice("info", icon("info"), h("p", {}, t("Handing in…")))];
  return said ? [notice("warning", icon("triangle-alert"), h("p", {}, said))] : [];
}

/** @param {string} title @param {import("../paper.js").OwnItem[]} items @param {string} none @param {(at: number) => void} go */
const list = (title, items, none, go) =>
  h("section", { class: "panel stack stack-tight" },
    h("h2", { class: "panel-title" }, items.length ? `${title} (${items.length})` : title),
    items.length
      ? h("div", { class: "palette-grid" }, items.map((item) =>
          h("button", { type: "button", class: "cell number", onclick: () => go(item.number - 1), "aria-label": t("Item %(n)s", { n: item.number }) }, String(item.number))))
      : h("p", { class: "quiet" }, none));
