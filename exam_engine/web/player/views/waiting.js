import { checkBrowser, checkClock, checkConnection, checkStorage } from "../checks.js";
import { windowEnd } from "../clock.js";
import { button, h, icon, notice, say } from "../dom.js";
import { languageSwitch } from "./language.js";
import { dayAndTime, duration, t, timeOfDay, untilWords } from "../text.js";

/** @type {() => Record<string, string>} why each signal is recorded, in words a pupil understands */
const signalWords = () => ({
  focus_lost: t("when this page loses the focus"),
  hidden: t("when this page is covered or another tab is shown"),
  full_screen_left: t("when full screen is left"),
  paste: t("when something is pasted into an answer"),
  second_tab: t("when the page is opened in a second tab"),
  second_device: t("when the attempt is opened on a second device"),
  address_changed: t("when the network address changes"),
});

/**
 * Before the start: who, what, when; is the device fit; which rules hold; what is recorded.
 * @param {import("../player.js").Player} player @param {import("../shelf.js").Shelf} shelf @param {{start: () => void, about: {label: string, recorded: string, why: string}[]}} acts
 */
export function createWaiting(player, shelf, { start, about }) {
  const heading = h("h1", { tabindex: "-1" });
  const who = h("dl", { class: "facts" });
  const count = h("p", { class: "countdown number", role: "timer", "aria-live": "off" });
  const spoken = h("p", { class: "quiet", role: "status" });
  const go = button(t("Start"), start, { kind: "primary", more: { class: "button button-primary button-wide start" } });
  const told = h("div", { role: "status" });
  const checks = h("ul", { class: "checks" });
  const rules = h("ul", { class: "rules" });
  const signals = h("div", {});
  const element = h("div", { class: "column stack" },
    h("div", { class: "stack stack-tight" }, h("div", { class: "row row-apart" }, h("p", { class: "quiet" }, t("Waiting room")), languageSwitch()), heading),
    h("section", { class: "panel stack" }, who),
    h("section", { class: "panel stack start-panel", "aria-label": t("Start") }, count, spoken, go, told),
    h("section", { class: "panel stack" }, h("h2", { class: "panel-title" }, t("This device")), checks),
    h("section", { class: "panel stack" }, h("h2", { class: "panel-title" }, t("Good to know")), rules, signals));
  /** @type {import("../checks.js").Finding | null} */
  let storage = null;
  void checkStorage(shelf).then((found) => { storage = found; tick(); });
  /** @type {import("../state.js").State} */
  let state = player.state;

  const tick = () => {
    if (state.screen !== "waiting" || !state.info) return;
    const { sitting, attempt } = state.info;
    const end = windowEnd(state.info);
    const left = player.clock.until(sitting.starts);
    const early = left === null || left > 0;
    say(count, left === null ? "–:––" : left > 0 ? far(left, sitting.starts) : "");
    count.hidden = !early;
    const next = state.starting ? t("Opening the paper…") : early ? t("The exam starts at %(time)s. The button below wakes up by itself.", { time: timeOfDay(sitting.starts ?? 0) })
      : attempt.admitted ? (end ? untilWords(end) : t("Ready. The time starts running when the button is pressed.")) : t("Please wait: %(invigilator)s lets each candidate in. The button below wakes up by itself.");
    say(spoken, next);
    const asleep = early || !attempt.admitted || state.starting;
    if (go.disabled !== asleep) go.disabled = asleep;
    showChecks();
  };
  let shown = "";
  const showChecks = () => {
    const found = [checkBrowser(), storage ?? { name: t("Storage"), good: null, words: t("Trying to keep something…") }, checkClock(player.clock), checkConnection(state.saved.offline)];
    if (shown === JSON.stringify(found)) return;
    shown = JSON.stringify(found);
    checks.replaceChildren(...found.map(({ name, good, words }) =>
      h("li", { class: `check-row ${good === false ? "check-bad" : good ? "check-good" : ""}` },
        good === false ? icon("triangle-alert") : good ? icon("circle-check") : icon("loader"),
        h("span", {}, h("strong", {}, name), h("span", { class: "check-words" }, words)))));
  };
  setInterval(tick, 500);
  return {
    element,
    heading,
    /** @param {import("../state.js").State} next */
    update(next) {
      const fresh = next.info !== state.info || !heading.textContent;
      state = next;
      if (next.info && fresh) {
        say(heading, next.info.sitting.title);
        who.replaceChildren(...facts(next.info));
        rules.replaceChildren(...ruleWords(next.info).map((words) => h("li", {}, words)));
        signals.replaceChildren(...aboutSignals(next.info, about));
      }
      told.replaceChildren(...(next.message ? [notice("warning", icon("triangle-alert"), h("p", {}, next.message))] : []));
      tick();
    },
  };
}

/** A countdown below a day, a date above. @param {number} left @param {number | null} starts */
const far = (left, starts) => (left < 86_400 ? duration(left) : new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full" }).format(starts ?? 0));

/** @param {import("../types.js").Info} info */
function facts({ candidate, sitting, policy }) {
  /** @type {[string, string][]} */
  const slip = [[t("Candidate number"), candidate.number], [t("Room"), candidate.room], [t("Seat"), candidate.seat], [t("Form"), sitting.form]];
  /** @type {[string, string][]} */
  const pairs = [[t("Name"), candidate.name], ...(policy.formal || candidate.room ? slip : [])]; // a test in class has no slips
  return pairs.filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, h("strong", { class: "number" }, value))]);
}

/** @param {import("../types.js").Info} info */
function ruleWords(info) {
  const { policy, sitting } = info;
  const end = windowEnd(info);
  if (policy.feedback) return [t("Practice: each answer can be checked at once, and it can be done again as often as wanted."), t("It never counts as a mark.")];
  const minutes = Math.floor((policy.duration_s + policy.extra_s) / 60);
  return [
    end ? untilWords(end) : minutes ? t("There are %(n)s minutes.", { n: minutes }) : "",
    policy.extra_s && !end ? t("Extra time of %(n)s minutes is part of it.", { n: Math.floor(policy.extra_s / 60) }) : "",
    sitting.closes && !end ? t("Starting is possible until %(time)s.", { time: dayAndTime(sitting.closes) }) : "",
    t("Every answer is saved by itself, on this device and on the server. The line at the top says where it is."),
    t("If the connection is lost, just carry on. Answers are kept on this device and sent later."),
    policy.earliest_submit_s ? t("Handing in is possible after %(n)s minutes.", { n: Math.ceil(policy.earliest_submit_s / 60) }) : "",
    policy.device_change === "free" ? t("Should this device fail, sign in on another one and go on.") : t("Should this device fail, tell %(invigilator)s: the work goes on, on another one."),
  ].filter(Boolean);
}

/** @param {import("../types.js").Info} info @param {{label: string, recorded: string, why: string}[]} told proctoring's own words */
function aboutSignals({ policy }, told) {
  if (!policy.signals.length) return [h("p", { class: "quiet" }, t("Nothing else about this device is recorded."))];
  const words = signalWords();
  return [notice("info", icon("info"),
    h("p", { class: "notice-title" }, t("What is recorded while %(you)s work")),
    h("ul", {}, told.length ? told.map(({ label, recorded, why }) => h("li", {}, h("strong", {}, label), h("span", { class: "check-words" }, recorded), h("span", { class: "check-words" }, why)))
      : policy.signals.map((name) => h("li", {}, words[name] ?? name))),
    h("p", {}, t("It helps %(invigilator)s to look after the room fairly. No picture, sound or content of other pages is recorded; a person, never the program, decides what it means. It is deleted after %(n)s days.", { n: policy.signal_days })))];
}
