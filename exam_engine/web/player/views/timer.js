import { h, icon, say } from "../dom.js";
import { duration, t, untilWords } from "../text.js";

/** Minutes left at which a warning is due. */
export const WARNINGS = [10, 5, 1];
const COMES_BACK_S = 5 * 60;
const LAST_HOUR_S = 60 * 60;

/**
 * What the timer shows.
 * @param {number | null} seconds left @param {{hidden: boolean, paused: boolean, end?: number | null}} how `end`: of a window that is no time of one's own
 * @returns {{text: string, weight: "calm" | "near" | "last" | "far", hidden: boolean}}
 */
export function timerFace(seconds, { hidden, paused, end = null }) {
  if (paused) return { text: t("Paused"), weight: "calm", hidden: false };
  if (seconds === null) return { text: "–:––", weight: "calm", hidden };
  if (end !== null && seconds > LAST_HOUR_S) return { text: untilWords(end), weight: "far", hidden: false };
  const weight = seconds <= 60 ? "last" : seconds <= 600 ? "near" : "calm";
  return { text: duration(seconds), weight, hidden: hidden && seconds > COMES_BACK_S };
}

/**
 * The warning that is due between two looks at the clock; only the latest where several were slept through.
 * @param {number | null} before seconds left @param {number | null} now
 */
export function warningDue(before, now) {
  if (before === null || now === null || now <= 0) return null;
  return WARNINGS.filter((minutes) => before > minutes * 60 && now <= minutes * 60).pop() ?? null;
}

/** @param {{seconds: () => number | null, hide: (hidden: boolean) => void, ended: () => void}} parts */
export function createTimer({ seconds, hide, ended }) {
  const face = h("span", { class: "timer-face number", role: "timer", "aria-live": "off" });
  const words = h("span", { class: "timer-words" });
  const spoken = h("span", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  const eye = icon("eye");
  const closed = icon("eye-off");
  const toggle = h("button", { type: "button", class: "button button-quiet button-icon timer-toggle", onclick: () => hide(!wantsHidden) });
  const element = h("div", { class: "timer" }, icon("clock"), face, words, toggle, spoken);
  let wantsHidden = false;
  let paused = false;
  /** @type {number | null} */
  let end = null;
  /** @type {number | null} */
  let last = null;

  const tick = () => {
    const left = seconds();
    const shown = timerFace(left, { hidden: wantsHidden, paused, end });
    say(face, shown.hidden ? t("Time hidden") : shown.text);
    element.dataset.weight = shown.weight;
    toggle.hidden = shown.weight === "far" || (left !== null && left <= COMES_BACK_S);
    const due = paused ? null : warningDue(last, left);
    if (due !== null) {
      const warning = t("%(n)s minutes left", { n: due });
      say(words, warning);
      say(spoken, warning);
    } else if (left !== null && !WARNINGS.some((minutes) => left <= minutes * 60 && left > minutes * 60 - 30)) say(words, "");
    last = left;
    if (left !== null && left <= 0 && !paused) ended();
  };
  setInterval(tick, 500);
  return {
    element,
    /** @param {{paused: boolean, hidden: boolean, end: number | null}} how */
    update(how) {
      ({ paused, hidden: wantsHidden, end } = how);
      const label = wantsHidden ? t("Show the time") : t("Hide the time");
      if (toggle.title !== label) {
        toggle.title = label;
        toggle.setAttribute("aria-label", label);
        toggle.replaceChildren(wantsHidden ? closed : eye);
      }
      tick();
    },
  };
}
