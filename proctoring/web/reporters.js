import { Absence } from "./absence.js";
import { Thrift } from "./thrift.js";

/**
 * What each reporter watches. None reads what is on the screen, what is typed or what was copied.
 * @typedef {import("../../exam_engine/web/player/signals.js").Reporter} Reporter
 */

const CHANNEL = "exam-engine-tabs";
/** @type {import("./thrift.js").Timers} */
const timers = { set: (done, ms) => setTimeout(done, ms), clear: (timer) => clearTimeout(timer) };
const now = () => performance.now();

/** While the page is hidden it has no focus either; one report is enough where both are wanted. */
let watchesHidden = false;

/** @type {Reporter} */
export function hidden(report) {
  watchesHidden = true;
  const stop = absence(report, (leave, back) => {
    const look = () => (document.visibilityState === "hidden" ? leave() : back());
    look(); // hidden already: an event tells only of changes
    return on(document, "visibilitychange", look);
  });
  return () => {
    watchesHidden = false;
    stop();
  };
}

/** @type {Reporter} */
export function focusLost(report) {
  return absence(report, (leave, back) => {
    const seen = () => watchesHidden && document.visibilityState === "hidden";
    const stops = [
      // The order of blur and hiding differs between browsers: wait until both have happened.
      on(window, "blur", () => setTimeout(() => { if (!seen() && !document.hasFocus()) leave(); }, 100)),
      on(window, "focus", back),
      on(document, "visibilitychange", () => { if (seen()) back(); }),
    ];
    return () => stops.forEach((stop) => stop());
  });
}

/** @type {Reporter} */
export function fullScreenLeft(report) {
  let was = document.fullscreenElement !== null;
  return absence(report, (leave, back) =>
    on(document, "fullscreenchange", () => {
      const is = document.fullscreenElement !== null;
      if (was && !is) leave();
      if (is) back();
      was = is;
    }));
}

/** That something was pasted, into which item, and its length; never the text. @type {Reporter} */
export function paste(report) {
  /** @type {Map<number, Thrift>} */
  const perItem = new Map();
  const stop = on(document, "paste", (event) => {
    if (!(event instanceof ClipboardEvent) || !(event.target instanceof Element) || !event.target.closest("textarea, input")) return;
    const chars = event.clipboardData?.getData("text").length ?? 0;
    const slot = slotOf(event.target);
    const thrift = perItem.get(slot) ?? new Thrift((numbers) => report(slot < 0 ? numbers : { ...numbers, slot }), timers);
    perItem.set(slot, thrift);
    thrift.report({ chars });
  });
  const stopFlush = on(window, "pagehide", () => perItem.forEach((thrift) => thrift.flush()));
  return () => [stop, stopFlush].forEach((end) => end());
}

/** Every page says hello when it is opened; the one at work hears the others. @type {Reporter} */
export function secondTab(report) {
  if (!("BroadcastChannel" in window)) return undefined;
  const thrift = new Thrift(report, timers);
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = () => thrift.report({});
  return () => channel.close();
}

export function sayHello() {
  if (!("BroadcastChannel" in window)) return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("hello");
  channel.close();
}

/**
 * @param {(value: Record<string, unknown>) => void} report
 * @param {(leave: () => void, back: () => void) => () => void} watch
 */
function absence(report, watch) {
  const thrift = new Thrift(report, timers);
  const spell = new Absence({ ended: (ms) => thrift.report({ ms }), goesOn: () => report({ phase: "begin" }), now, timers });
  const stop = watch(() => spell.leave(), () => spell.back());
  const stopFlush = on(window, "pagehide", () => thrift.flush());
  return () => {
    stop();
    stopFlush();
    spell.back();
    thrift.flush();
  };
}

/** The item that holds a field, as the player marks it; −1 where it marks none. @param {Element} field */
function slotOf(field) {
  const mark = field.closest("[data-slot]")?.getAttribute("data-slot");
  return mark ? Number(mark) : -1;
}

/** @param {EventTarget} target @param {string} name @param {(event: Event) => void} heard */
function on(target, name, heard) {
  target.addEventListener(name, heard);
  return () => target.removeEventListener(name, heard);
}
