import { windowEnd } from "./clock.js";
import { begin } from "./opening.js";
import { button, h, icon, say } from "./dom.js";
import { command, isField } from "./keyboard.js";
import { apply, keepPreferences, readPreferences } from "./preferences.js";
import { mayWrite } from "./state.js";
import { t } from "./text.js";
import { openDialog } from "./views/dialogs.js";
import { createExam } from "./views/exam.js";
import { createHandIn } from "./views/handin.js";
import { createHelp } from "./views/help.js";
import { createMessage } from "./views/messages.js";
import { createNotices } from "./views/notices.js";
import { createReceipt } from "./views/receipt.js";
import { createReview } from "./views/review.js";
import { createSavedLine } from "./views/saved_line.js";
import { createSettings } from "./views/settings.js";
import { createTimer } from "./views/timer.js";
import { createTimeUp } from "./views/time_up.js";
import { createWaiting } from "./views/waiting.js";

const DEVICE_POLL_MS = 4_000;

/**
 * The page around the screens: bars, settings, help, keys; shows the screen that the state names.
 * @param {HTMLElement} root @param {import("./player.js").Player} player @param {import("./shelf.js").Shelf} shelf
 * @param {{start: () => void, takeOver: () => void, about: {label: string, recorded: string, why: string}[], home: string, practice: boolean}} acts `home`: the page of a pupil who came from there
 */
export function createPage(root, player, shelf, acts) {
  let preferences = readPreferences();
  const change = (/** @type {Partial<typeof preferences>} */ wish) => {
    preferences = { ...preferences, ...wish };
    keepPreferences(preferences);
    apply(preferences);
    update(player.state);
  };
  const showReview = () => {
    void player.pending.flush();
    player.dispatch({ type: "show", screen: "review" });
  };
  const go = (/** @type {number} */ at) => void player.go(at);
  const exam = createExam(player, { review: showReview, preferences: () => preferences });
  const waiting = createWaiting(player, shelf, { start: acts.start, about: acts.about });
  const handIn = createHandIn({ confirmed: () => void player.handIn() });
  const review = createReview({ go, handIn: () => handIn.open(player.state) });
  const receipt = createReceipt(acts.home);
  const timeUp = createTimeUp();
  const message = createMessage({ takeOver: acts.takeOver, continueHere: () => void begin(player), retry: () => location.reload() });
  const saved = createSavedLine();
  const timer = createTimer({
    seconds: () => player.clock.until(player.state.deadline),
    hide: (hidden) => change({ timer: !hidden }),
    ended: () => void endTime(player),
  });
  const notices = createNotices({ seen: () => player.dispatch({ type: "noticesSeen", count: player.state.info?.notices.length ?? 0 }) });
  const help = createHelp();
  const settings = createSettings(preferences, change, acts.practice);
  const tools = h("div", { class: "bar-tools" },
    button(t("Settings"), () => openDialog(settings), { kind: "quiet", symbol: icon("settings-2"), more: { class: "button button-quiet bar-tool" } }),
    button(t("Keyboard"), () => openDialog(help), { kind: "quiet", symbol: icon("keyboard"), more: { class: "button button-quiet bar-tool bar-tool-keys" } }));
  const who = h("span", { class: "who-line number" });
  const top = h("header", { class: "bar bar-top" }, timer.element, h("div", { class: "bar-state" }, who, saved.element), tools);
  const main = h("main", { class: "main", id: "main" });
  root.replaceChildren(top, notices.element, main, handIn.element, help, settings);

  let shown = "";
  /** @param {import("./state.js").State} state */
  const update = (state) => {
    const writing = ["exam", "review"].includes(state.screen) && state.paper !== null;
    const over = writing && state.timeUp && state.attempt === "running";
    const screen = over ? timeUp : { exam, review, receipt, waiting }[/** @type {string} */ (state.screen)] ?? message;
    root.dataset.screen = over ? "time_up" : state.screen;
    timer.element.hidden = !writing;
    saved.element.hidden = !(writing || (state.screen === "other_device" && state.paper) || over);
    const named = state.info && (state.info.policy.formal || state.info.candidate.room);
    say(who, state.info ? [state.info.candidate.name, ...(named ? [state.info.candidate.number] : [])].join(" · ") : "");
    saved.update(state);
    timer.update({ paused: state.attempt === "paused", hidden: !preferences.timer, end: windowEnd(state.info) === null ? null : state.deadline });
    notices.update(state);
    screen.update(state);
    const key = over ? "time_up" : state.screen;
    if (key === shown) return;
    const first = shown === "" || shown === "loading";
    shown = key;
    main.replaceChildren(screen.element);
    if (screen === exam) exam.focus();
    else if (!first && "heading" in screen) screen.heading.focus();
    if (state.screen !== "exam") void player.keepViews([]);
  };
  player.listeners.push(update);
  update(player.state);
  listenToKeys(player, exam, { help: () => openDialog(help), preferences: () => preferences });
  setInterval(() => void askForDevice(player), DEVICE_POLL_MS);
}

/** The deadline has come by the server's clock: put everything away, and ask the server what it says. @param {import("./player.js").Player} player */
async function endTime(player) {
  if (player.state.attempt !== "running" || player.state.timeUp) return;
  await player.pending.flush();
  player.dispatch({ type: "timeUp", on: true });
  setTimeout(() => player.sender?.soon({ impatient: true }), 500 + 3_000 * Math.random());
}

/** While permission is awaited: asking again is how this device learns of it. @param {import("./player.js").Player} player */
async function askForDevice(player) {
  if (player.state.screen === "other_device" && player.state.asksDevice && !player.state.starting) await begin(player);
}

/**
 * @param {import("./player.js").Player} player @param {ReturnType<typeof createExam>} exam
 * @param {{help: () => void, preferences: () => import("./preferences.js").Preferences}} parts
 */
function listenToKeys(player, exam, { help, preferences }) {
  document.addEventListener("keydown", (event) => {
    const inDialog = document.querySelector("dialog[open]") !== null;
    const found = command(event, { inField: isField(event.target), inDialog, letters: preferences().letters });
    if (!found) return;
    if (found.type === "help") return help();
    if (player.state.screen !== "exam" || player.state.attempt !== "running" || player.state.timeUp) return;
    if (found.type === "move") exam.move(found.by);
    if (found.type === "palette") exam.openPalette();
    if (mayWrite(player.state) && found.type === "choose") exam.choose(found.index);
    if (mayWrite(player.state) && found.type === "flag") exam.flag();
    if (mayWrite(player.state) && found.type === "strike") exam.strike();
    event.preventDefault();
  });
}
