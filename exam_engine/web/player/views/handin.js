import { incomplete, openWords, unanswered } from "../answered.js";
import { button, h, icon } from "../dom.js";
import { t } from "../text.js";
import { openDialog } from "./dialogs.js";

/** Asks once, with what it means in numbers. @param {{confirmed: () => void}} acts */
export function createHandIn({ confirmed }) {
  const words = h("div", { class: "stack stack-tight" });
  const element = h("dialog", { class: "dialog", "aria-labelledby": "hand-in-title" },
    h("div", { class: "dialog-body" },
      h("h2", { id: "hand-in-title" }, t("Hand in now?")), words, h("p", { class: "quiet" }, t("After handing in nothing can be changed.")),
      h("div", { class: "dialog-actions" },
        button(t("Go on working"), () => element.close(), { more: { autofocus: true } }),
        button(t("Hand in"), () => { element.close(); confirmed(); }, { kind: "primary", symbol: icon("send") }))));
  return {
    element,
    /** @param {import("../state.js").State} state */
    open({ paper, answers }) {
      if (!paper) return;
      const open = unanswered(paper, answers).length;
      const lines = incomplete(paper, answers).map((item) => openWords(item, answers));
      if (open) lines.unshift(t("%(n)s items have no answer yet.", { n: open }));
      words.replaceChildren(...(lines.length ? lines : [t("Every item has an answer.")]).map((line) => h("p", {}, line)));
      openDialog(element);
    },
  };
}
