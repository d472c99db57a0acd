import { given, isAnswered } from "../player/answered.js";
import { button, content, h, icon, notice, usePictures } from "../player/dom.js";
import { t } from "../player/text.js";
import { keyInWords } from "./told.js";

/**
 * What stands below an item: the button that checks, then verdict, key and rationale, then the way on.
 * @param {import("../player/paper.js").OwnItem} item @param {{check: () => void, next: () => void}} acts
 */
export function createPart(item, acts) {
  const check = button(t("Check this answer"), acts.check, { kind: "primary", symbol: icon("list-checks") });
  const next = button(t("Next item"), acts.next, { kind: "primary", symbol: icon("chevron-right") });
  const said = h("div", { role: "status", class: "stack", id: `told-${item.slot}` });
  const element = h("div", { class: "checking stack" }, check, said, next);
  next.hidden = true;
  // Who hears the page is told the verdict with the button that has the focus then.
  next.setAttribute("aria-describedby", said.id);
  let busy = false;
  let offline = false;
  return {
    element,
    /** @param {import("../player/state.js").State} state */
    update(state) {
      if (offline && !state.saved.offline) said.replaceChildren();
      offline &&= state.saved.offline;
      const open = state.attempt === "running" && !state.timeUp && !state.handingIn;
      check.disabled = busy || !open || !isAnswered(given(item, state.answers[item.slot]));
    },
    wait() {
      busy = true;
      check.disabled = true;
      said.replaceChildren(h("p", { class: "quiet" }, t("Checking…")));
    },
    /** @param {string} why @param {boolean} [lost] for want of a network: said until it is back */
    refuse(why, lost = false) {
      busy = false;
      offline = lost;
      check.disabled = false;
      said.replaceChildren(notice("warning", icon("triangle-alert"), h("p", {}, why)));
      element.scrollIntoView({ block: "nearest" });
    },
    /** @param {import("./told.js").Told} told @param {{show: boolean}} how `show`: it has just been asked for */
    tell(told, { show }) {
      check.hidden = true;
      next.hidden = false;
      usePictures(told.assets);
      said.replaceChildren(words(item, told));
      markKey(element, told.key.options ?? []);
      if (!show) return;
      next.focus({ preventScroll: true });
      element.scrollIntoView({ block: "nearest" });
    },
  };
}

/** @param {import("../player/paper.js").OwnItem} item @param {import("./told.js").Told} told */
function words(item, { verdict, key, rationale, ruling = "", reason = "" }) {
  const [tone, symbol, title] = {
    right: ["success", icon("circle-check"), t("Right")],
    partly: ["warning", icon("circle-dot"), t("Partly right")],
    wrong: ["danger", icon("circle-x"), t("Not right")],
    by_person: ["info", icon("info"), t("This answer has to be read by a teacher")],
  }[verdict];
  const keyWords = keyInWords(item, key, { yes: t("True"), no: t("False") });
  return notice(/** @type {string} */ (tone), /** @type {Node} */ (symbol), h("p", { class: "notice-title" }, /** @type {string} */ (title)),
    keyWords ? h("p", {}, t("Key: %(key)s", { key: keyWords })) : null,
    ruling ? h("p", {}, decided(ruling, reason)) : null,
    rationale ? h("div", { class: "stack stack-tight" }, h("p", { class: "small quiet" }, ruling ? t("Explanation, written before the correction") : t("Explanation")), content(rationale)) : null);
}

/** @param {string} ruling its kind @param {string} reason */
function decided(ruling, reason) {
  if (ruling === "full_marks") return t("Every answer to this question counts as right: %(reason)s", { reason });
  if (ruling === "dropped") return t("This question does not count: %(reason)s", { reason });
  return t("The key of this question was corrected: %(reason)s", { reason });
}

/** The key's cards get a frame; its letter stands in words below. @param {HTMLElement} part @param {string[]} options */
function markKey(part, options) {
  for (const input of part.closest(".item")?.querySelectorAll("input") ?? [])
    if (options.includes(input.value)) input.closest(".choice")?.classList.add("choice-key");
}
