import { Refusal, fetchPaper, fetchSealed, fetchState, fetchVariant, start } from "./api.js";
import { bring } from "./interactions/registry.js";
import { HAND_IN } from "./kinds.js";
import { arrange, slotCount } from "./paper.js";
import { fetchRecordings } from "./recordings.js";
import { readState } from "./replies.js";
import { canOpenSealed, openSealed } from "./sealed.js";
import { pause } from "./sending.js";
import { Sender } from "./sender.js";
import { usePictures } from "./dom.js";
import { t, useWording } from "./text.js";

/** From the loaded page to the attempt. @typedef {import("./player.js").Player} Player */

/** @param {Player} player */
export async function open(player) {
  const raw = await askUntilAnswered(player);
  if (raw === null) return openKept(player);
  if (!raw) return;
  const info = readState(raw);
  useWording(info.policy.formal);
  player.attempt = info.attempt.id;
  await player.store.wipeOthers(info.attempt.id);
  await player.store.remember(info.attempt.id, raw);
  beginSending(player);
  player.dispatch({ type: "info", info });
  const { state, resume } = info.attempt;
  if (state === "ready") {
    player.dispatch({ type: "show", screen: "waiting" });
    // Practice waits for nobody: whoever comes in has pressed a button for it already.
    if (info.policy.feedback && (info.sitting.starts ?? 0) <= info.now) await begin(player);
    else void prefetch(player);
  } else if (state === "running" || state === "paused") await goOn(player, resume, info.device.here || !info.device.bound);
  else {
    player.dispatch({ type: "show", screen: "closed" });
    await player.afterClosing();
  }
}

/** @param {Player} player @param {number} resume @param {boolean} here this device holds the attempt, or has been let in and none does */
async function goOn(player, resume, here) {
  const session = await player.store.session(player.attempt);
  if (session?.resume === resume && (await openFromDevice(player))) return;
  if (here) await begin(player);
  else player.dispatch({ type: "show", screen: "other_device" });
}

/**
 * The state of the attempt. null: there is no network, and this page came from the browser's own cache, so the person is the one
 * who worked here last. undefined: nobody is signed in.
 * @param {Player} player @returns {Promise<any>}
 */
async function askUntilAnswered(player) {
  for (let failures = 1; ; failures++) {
    const sent = player.clock.monotonic();
    try {
      const raw = await fetchState(player.device);
      player.clock.sample(raw.now, sent, player.clock.monotonic());
      return raw;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401 || error.status === 403) return void player.dispatch({ type: "show", screen: "signed_out" });
      if (error.status === 404) return void player.dispatch({ type: "show", screen: "failed", message: error.detail });
      if (document.documentElement.dataset.offline !== undefined && (await player.store.last())) return null;
      player.dispatch({ type: "show", screen: "loading", message: t("No connection to the server yet. This page keeps trying.") });
      await new Promise((resolve) => setTimeout(resolve, pause(failures, error.retryAfter, Math.random())));
    }
  }
}

/** A reload in the middle of an outage. @param {Player} player */
async function openKept(player) {
  const last = await player.store.last();
  if (!last) return;
  const info = readState(last.raw);
  useWording(info.policy.formal);
  player.attempt = last.attempt;
  player.dispatch({ type: "info", info: { ...info, attempt: { ...info.attempt, state: info.attempt.state === "ready" ? "running" : info.attempt.state } } });
  if (!(await openFromDevice(player))) player.dispatch({ type: "show", screen: "loading", message: t("No connection to the server yet. This page keeps trying.") });
  beginSending(player);
}

/** @param {Player} player */
function beginSending(player) {
  const { outbox, files, clock, attempt, device } = player;
  player.sender?.end();
  player.sender = new Sender({ outbox, files, clock, attempt, device, tell: (news) => void player.heard(news) });
  player.sender.begin();
}

/** In a secure context the paper comes sealed while people wait, spread over a while. @param {Player} player */
async function prefetch(player) {
  const { info } = player.state;
  if (!canOpenSealed() || !info?.policy.sealed_download || (await player.store.raw(player.attempt, "sealed"))) return;
  const room = Math.min(20, Math.max(0, (player.clock.until(info.sitting.starts) ?? 0) / 2));
  await new Promise((resolve) => setTimeout(resolve, room * 1000 * Math.random()));
  try {
    await player.store.keepRaw(player.attempt, "sealed", await fetchSealed());
  } catch { /* it comes after the start then */ }
}

/** The candidate presses Start, or goes on here. @param {Player} player @returns {Promise<void>} */
export async function begin(player) {
  player.dispatch({ type: "starting", on: true });
  try {
    const sent = player.clock.monotonic();
    const begun = await start(player.device);
    player.clock.sample(begun.now, sent, player.clock.monotonic());
    await player.store.begin(player.attempt, begun);
    const { paper, variant } = await content(player, begun.key);
    await player.store.keep(player.attempt, "paper", paper);
    await player.store.keep(player.attempt, "variant", variant);
    await player.store.restore(player.attempt, begun.answers ?? [], begun.marks ?? []);
    await openFromDevice(player, begun);
    player.sender?.soon({ impatient: true });
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(0, { detail: t("The paper could not be opened. Try again; if it happens again, call %(invigilator)s.") });
    const asksDevice = refusal.code === "other_device";
    const message = refusal.status === 0 && refusal.code === "offline" ? t("No connection to the server. Nothing is lost; try again in a moment.") : refusal.detail;
    player.dispatch({ type: "starting", on: false, message, asksDevice });
    if (refusal.status === 401) player.dispatch({ type: "show", screen: "signed_out" });
    if (asksDevice) player.dispatch({ type: "show", screen: "other_device", message });
    if (!(error instanceof Refusal)) console.error(error);
  }
}

/** @param {Player} player @param {string | undefined} key */
async function content(player, key) {
  const sealed = key && canOpenSealed() ? await player.store.raw(player.attempt, "sealed") : undefined;
  if (sealed) {
    try {
      return await openSealed(sealed, key ?? "");
    } catch { /* sealed under another key: the paper was replaced meanwhile */ }
  }
  const [paper, variant] = await Promise.all([fetchPaper(), fetchVariant()]);
  return { paper, variant };
}

/** @param {Player} player @param {{deadline: number | null, state?: string, now?: number}} [begun] @returns {Promise<boolean>} whether this device has the paper */
async function openFromDevice(player, begun) {
  const { store, attempt } = player;
  const session = await store.session(attempt);
  const [paper, variant] = [await store.kept(attempt, "paper"), await store.kept(attempt, "variant")];
  if (!session || !paper || !variant) return false;
  usePictures(paper.assets);
  await player.desk.remember();
  const own = arrange(paper, variant);
  await bring(own.items.map(({ type }) => type));
  const { answers, markups } = await store.work(attempt, slotCount(own));
  const state = begun?.state ?? player.state.info?.attempt.state ?? "running";
  const deadline = begun ? begun.deadline : (player.state.info?.attempt.deadline ?? session.deadline);
  player.dispatch({ type: "opened", paper: own, answers, markups, at: (await store.kept(attempt, "at")) ?? 0, deadline, attempt: state });
  // Before anything is waited for: what happens from the first sight of the paper on is noticed.
  player.watchSignals();
  const counts = await player.counts();
  void fetchRecordings(own);
  player.dispatch({ type: "acknowledged", reply: { now: begun?.now ?? player.state.info?.now, state, deadline }, standings: new Map(), ...counts });
  if ((await player.outbox.entries()).some((entry) => entry.attempt === attempt && entry.kind === HAND_IN)) player.dispatch({ type: "handingIn", on: true });
  return true;
}
