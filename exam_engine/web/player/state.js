import { AFTER_CLOSING, AFTER_SUBMISSION, LATE, SUPERSEDED } from "./kinds.js";

/**
 * What the page knows. It changes only through `reduce`.
 *
 * @typedef {"loading" | "waiting" | "exam" | "review" | "receipt" | "closed" | "other_tab" | "other_device" | "signed_out" | "failed"} Screen
 * @typedef {{phase: "idle" | "storing" | "sending", waiting: number, offline: boolean, busy: boolean, savedAt: number | null, refused: number,
 *   broken: boolean, memory: boolean, onServer: number, unstored: number[]}} Saved `memory`: nothing can be kept on this device;
 *   `unstored`: slots whose newest answer (typed a moment ago) is not yet kept on this device
 * @typedef {{screen: Screen, info: import("./types.js").Info | null, paper: import("./paper.js").OwnPaper | null,
 *   answers: Record<number, import("./types.js").Answer>, markups: Record<number, import("./types.js").Markup>, at: number, fixed: Record<number, true>,
 *   attempt: import("./types.js").AttemptState, deadline: number | null, timeUp: boolean, handingIn: boolean, saved: Saved,
 *   receipt: import("./types.js").Receipt | null, message: string, starting: boolean, noticesSeen: number, asksDevice: boolean}} State
 * @typedef {{type: string, [name: string]: any}} News
 */

/** @type {State} */
export const initial = {
  screen: "loading", info: null, paper: null, answers: {}, markups: {}, at: 0, fixed: {}, attempt: "ready", deadline: null, timeUp: false,
  handingIn: false, receipt: null, message: "", starting: false, noticesSeen: 0, asksDevice: false,
  saved: { phase: "idle", waiting: 0, offline: false, busy: false, savedAt: null, refused: 0, broken: false, memory: false, unstored: [], onServer: 0 },
};

/** @type {Record<string, (state: State, news: any) => State>} */
const RULES = {
  info: (state, { info }) => closing({
    ...state, info, attempt: info.attempt.state, deadline: info.attempt.deadline ?? state.deadline,
    timeUp: state.timeUp && !(info.attempt.deadline !== null && info.attempt.deadline > info.now),
  }),
  show: (state, { screen, message = "" }) => ({ ...state, screen, message }),
  starting: (state, { on, message = "", asksDevice = state.asksDevice }) => ({ ...state, starting: on, message, asksDevice }),
  opened: (state, { paper, answers, markups, at, deadline, attempt = "running" }) => ({
    ...state, paper, answers, markups, at: clamp(at, paper.items.length), deadline, attempt, screen: "exam", starting: false, message: "", asksDevice: false,
  }),
  go: (state, { at }) => ({ ...state, screen: "exam", at: clamp(at, state.paper?.items.length ?? 1) }),
  answer: (state, { slot, value }) => ({ ...state, noticesSeen: seenWhileWorking(state), answers: { ...state.answers, [slot]: value }, saved: { ...state.saved, phase: "storing", unstored: [...state.saved.unstored.filter((one) => one !== slot), slot] } }),
  // Practice has told the key of this item: the answer that was marked stands.
  fixed: (state, { slot, value }) => ({ ...state, answers: { ...state.answers, [slot]: value }, fixed: { ...state.fixed, [slot]: true } }),
  markup: (state, { slot, value }) => ({ ...state, markups: { ...state.markups, [slot]: value } }),
  stored: (state, { waiting, refused, answered, slot }) => ({
    ...state,
    saved: { ...state.saved, phase: state.saved.phase === "storing" ? "idle" : state.saved.phase, waiting, refused, onServer: answered, broken: false, unstored: state.saved.unstored.filter((one) => one !== slot) },
  }),
  memory: (state) => ({ ...state, saved: { ...state.saved, memory: true } }),
  broken: (state) => ({ ...state, saved: { ...state.saved, broken: true, phase: "idle" } }),
  sending: (state) => ({ ...state, saved: { ...state.saved, phase: "sending" } }),
  acknowledged: (state, news) => acknowledged(state, news),
  failed: (state, { why, failures, waiting, answered }) => ({
    ...state,
    saved: { ...state.saved, phase: "idle", waiting, onServer: answered, offline: why === "offline" && failures > 0, busy: why !== "offline" },
  }),
  timeUp: (state, { on }) => ({ ...state, timeUp: on }),
  handingIn: (state, { on, message = "" }) => ({ ...state, handingIn: on, message, screen: on && state.screen === "exam" ? "review" : state.screen }),
  receipt: (state, { receipt }) => ({ ...state, receipt, attempt: "submitted", handingIn: false, screen: "receipt" }),
  noticesSeen: (state, { count }) => ({ ...state, noticesSeen: count }),
};

/** That the work was moved here need not be confirmed by whoever goes on with it. @param {State} state */
function seenWhileWorking({ info, noticesSeen }) {
  const fresh = info?.notices.slice(noticesSeen) ?? [];
  return fresh.every(({ action }) => action === "device_changed") ? noticesSeen + fresh.length : noticesSeen;
}

/** @param {State} state @param {News} news @returns {State} */
export const reduce = (state, news) => RULES[news.type]?.(state, news) ?? state;

/** @param {State} state @param {any} news @returns {State} */
function acknowledged(state, { reply, standings, waiting, refused, answered = 0 }) {
  const told = new Set(standings.values());
  const attempt = reply.state ?? state.attempt;
  const deadline = reply.deadline ?? state.deadline;
  const next = {
    ...state,
    attempt,
    deadline,
    // The server has moved the deadline: time that is owed is never taken.
    timeUp: state.timeUp && !(deadline !== null && deadline > (reply.now ?? 0)),
    saved: {
      ...state.saved, phase: /** @type {"idle"} */ ("idle"), waiting, refused, offline: false, busy: false,
      // A heartbeat saves nothing: the line stays as it is.
      savedAt: standings.size || state.saved.offline || state.saved.savedAt === null ? reply.now ?? state.saved.savedAt : state.saved.savedAt,
      onServer: answered,
    },
  };
  if (told.has(SUPERSEDED)) return { ...next, screen: "other_device" };
  if (told.has(AFTER_SUBMISSION) || told.has(AFTER_CLOSING) || (told.has(LATE) && attempt !== "running")) return closing(next);
  return closing(next);
}

const OVER = new Set(["submitted", "expired", "ended", "absent"]);

/** The server has closed the attempt, or has opened it again. @param {State} state @returns {State} */
function closing(state) {
  if (OVER.has(state.attempt) && state.screen !== "receipt" && state.screen !== "other_tab") return { ...state, screen: "closed" };
  if (!OVER.has(state.attempt) && state.screen === "closed") return { ...state, screen: state.paper ? "exam" : "waiting", handingIn: false };
  return state;
}

/** @param {number} at @param {number} count */
const clamp = (at, count) => Math.max(0, Math.min(count - 1, at));

/** May the candidate write now? @param {State} state */
export const mayWrite = (state) => state.attempt === "running" && !state.timeUp && !state.handingIn && (state.screen === "exam" || state.screen === "review");
