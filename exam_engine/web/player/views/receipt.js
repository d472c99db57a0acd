import { h, icon } from "../dom.js";
import { t, timeOfDay } from "../text.js";

/** What the server recorded, to be compared and kept. @param {string} home where a pupil goes from here, or nothing */
export function createReceipt(home) {
  const heading = h("h1", { tabindex: "-1" });
  const facts = h("dl", { class: "facts" });
  const digest = h("code", { class: "digest" });
  const result = h("a", { class: "button", href: "/play/result" }, icon("award"), h("span", {}, t("Result")));
  const element = h("div", { class: "column stack" },
    h("div", { class: "receipt-mark tone-success" }, icon("circle-check")), heading,
    h("p", { class: "lead" }, t("All of it is on the server. This page can be closed.")),
    h("div", { "data-addition": "end" }),
    home ? h("a", { class: "button button-primary button-wide", href: home }, icon("house"), h("span", {}, t("Back to my page"))) : null,
    h("section", { class: "panel stack", "aria-label": t("Receipt") }, facts,
      h("details", {}, h("summary", {}, t("Details for checking")),
        h("p", { class: "small quiet" }, t("The digest of the answers (SHA-256): whoever has it can prove later that no answer was changed.")), digest),
      h("a", { class: "button", href: "/play/receipt.pdf" }, icon("download"), h("span", {}, t("Receipt as PDF"))),
      result));
  return {
    element,
    heading,
    /** @param {import("../state.js").State} state */
    update({ receipt, info }) {
      if (!receipt) return;
      heading.textContent = title(receipt);
      // Practice has no marks that a teacher would confirm: what was right stands above.
      result.hidden = info?.sitting.kind === "practice";
      facts.replaceChildren(...rows([
        ...person(info),
        [t("Recorded at"), receipt.at ? timeOfDay(receipt.at) : ""],
        [t("Answers on the server"), String(receipt.answers)],
        [t("Receipt code"), receipt.code],
      ]));
      digest.textContent = receipt.digest.match(/.{1,8}/g)?.join(" ") ?? "";
    },
  };
}

/** @param {import("../types.js").Receipt} receipt */
function title({ answers, by, state }) {
  if (state === "expired" || by === "deadline") return t("Time is over. Your work is recorded: %(n)s answers saved on the server", { n: answers });
  if (state === "ended" || by === "staff") return t("The attempt was ended by %(invigilator)s. %(n)s answers are saved on the server", { n: answers });
  return t("Handed in");
}

/** Numbers and sittings are for exams; a class knows its pupils by name. @param {import("../state.js").State["info"]} info @returns {[string, string][]} */
function person(info) {
  if (!info) return [];
  const { candidate, sitting } = info;
  if (sitting.kind === "exam") return [[t("Name"), candidate.name], [t("Candidate number"), candidate.number], [t("Sitting"), sitting.title]];
  /** @type {Record<string, string>} */
  const kinds = { homework: t("Homework"), practice: t("Practice") };
  return [[t("Pupil"), candidate.name], [t("Class"), candidate.class], [kinds[sitting.kind] ?? t("Test"), sitting.title]];
}

/** @param {[string, string][]} pairs */
const rows = (pairs) => pairs.filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", { class: "number" }, value)]);
