import { h, icon } from "../dom.js";
import { t, timeOfDay } from "../text.js";

/** What the server recorded, to be compared and kept. @param {string} home where a pupil goes from here, or nothing */
export function createReceipt(home) {
  const heading = h("h1", { tabindex: "-1" });
  const facts = h("dl", { class: "facts" });
  const element = h("div", { class: "column stack" },
    h("div", { class: "receipt-mark tone-success" }, icon("circle-check")), heading,
    h("p", { class: "lead" }, t("All of it is on the server. This page can be closed.")),
    h("div", { "data-addition": "end" }),
    home ? h("a", { class: "button button-primary button-wide", href: home }, icon("house"), h("span", {}, t("Back to my page"))) : null,
    h("section", { class: "panel stack", "aria-label": t("Receipt") }, facts,
      h("a", { class: "button", href: "/play/receipt.pdf" }, icon("download"), h("span", {}, t("Receipt as PDF"))),
      h("a", { class: "button", href: "/play/result" }, icon("award"), h("span", {}, t("Result")))));
  return {
    element,
    heading,
    /** @param {import("../state.js").State} state */
    update({ receipt, info }) {
      if (!receipt) return;
      heading.textContent = title(receipt);
      facts.replaceChildren(...rows([
        [t("Name"), info?.candidate.name ?? ""],
        [t("Candidate number"), info?.candidate.number ?? ""],
        [t("Sitting"), info?.sitting.title ?? ""],
        [t("Recorded at"), receipt.at ? timeOfDay(receipt.at) : ""],
        [t("Answers on the server"), String(receipt.answers)],
        [t("Receipt code"), receipt.code],
        [t("Digest"), receipt.digest],
      ]));
    },
  };
}

/** @param {import("../types.js").Receipt} receipt */
function title({ answers, by, state }) {
  if (state === "expired" || by === "deadline") return t("Time is over. Your work is recorded: %(n)s answers saved on the server", { n: answers });
  if (state === "ended" || by === "staff") return t("The attempt was ended by %(invigilator)s. %(n)s answers are saved on the server", { n: answers });
  return t("Handed in");
}

/** @param {[string, string][]} pairs */
const rows = (pairs) => pairs.filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", { class: name === t("Digest") ? "digest" : "number" }, value)]);
