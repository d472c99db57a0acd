import { fetchReceipt } from "./api.js";
import { isAnswered } from "./answered.js";
import { Desk } from "./desk.js";
import { Views } from "./journal.js";
import { ANSWER, HAND_IN, MARKUP, SIGNAL, VIEWS } from "./kinds.js";
import { same } from "./paper.js";
import { Pending } from "./pending.js";
import { readReceipt, readState } from "./replies.js";
import { slotsWaiting } from "./sending.js";
import { watch } from "./signals.js";
import { initial, mayWrite, reduce } from "./state.js";
import { useWording } from "./text.js";

const RETRY_MS = 3_000;
/** Not oftener, whatever the replies say. */
const SOUND_MS = 8_000;

/** One attempt on this page: what the candidate does goes in here, what the page shows comes out of `state`. */
export class Player {
  /** @param {{outbox: import("./outbox.js").Outbox, files: import("./files.js").Files, store: import("./store.js").Store, clock: import("./clock.js").Clock, device: string}} parts */
  constructor({ outbox, files, store, clock, device }) {
    this.outbox = outbox;
    this.files = files;
    this.desk = new Desk(files, {
      attempt: () => this.attempt, answers: () => this.state.answers, unkept: (slot) => this.state.saved.unstored.includes(slot), kept: (slot) => this.kept(slot),
    });
    this.store = store;
    this.clock = clock;
    this.device = device;
    this.attempt = "";
    /** @type {import("./sender.js").Sender | null} */
    this.sender = null;
    this.state = initial;
    /** @type {((state: import("./state.js").State) => void)[]} */
    this.listeners = [];
    this.views = new Views(() => performance.timeOrigin + performance.now());
    this.pending = new Pending((slot, value) => this.keep(ANSWER, slot, value));
    /** @type {(() => void) | null} */
    this.stopWatching = null;
    this.soundedAt = -Infinity;
  }

  /** @param {import("./state.js").News} news */
  dispatch(news) {
    const before = this.state;
    this.state = reduce(before, news);
    if (this.state !== before) for (const listener of this.listeners) listener(this.state);
  }

  // --- what the candidate does ---

  /** @param {number} slot @param {import("./types.js").Answer} value @param {{typing?: boolean}} [how] */
  answer(slot, value, { typing = false } = {}) {
    if (!mayWrite(this.state) || this.state.fixed[slot] || same(this.state.answers[slot], value)) return;
    this.dispatch({ type: "answer", slot, value });
    if (typing) return this.pending.put(slot, value);
    this.pending.drop(slot);
    void this.keep(ANSWER, slot, value);
  }

  /** @param {number} slot @param {import("./types.js").Markup} change */
  markup(slot, change) {
    if (!mayWrite(this.state)) return;
    const value = { ...this.state.markups[slot], ...change };
    this.dispatch({ type: "markup", slot, value });
    void this.keep(MARKUP, slot, value);
  }

  /** @param {number} at index in the candidate's order */
  async go(at) {
    void this.pending.flush();
    this.dispatch({ type: "go", at });
    await this.store.keep(this.attempt, "at", this.state.at).catch(() => undefined);
  }

  async handIn() {
    await this.pending.flush();
    await this.keepViews([]);
    this.dispatch({ type: "handingIn", on: true });
    await this.keep(HAND_IN, -1, null);
    this.sender?.soon({ impatient: true });
  }

  // --- what is kept ---

  /** Keeps an entry on this device and asks for it to be sent. A device that refuses is asked again, and the page says so. @param {number} kind @param {number} slot @param {unknown} value */
  async keep(kind, slot, value) {
    try {
      await this.outbox.append(this.attempt, { kind, slot, value, client_ms: Math.round(performance.timeOrigin + performance.now()) });
    } catch (error) {
      console.error(error);
      if (kind === ANSWER || kind === HAND_IN) {
        this.dispatch({ type: "broken" });
        setTimeout(() => (kind === HAND_IN || same(this.state.answers[slot], value)) && void this.keep(kind, slot, value), RETRY_MS);
      }
      return;
    }
    // A newer text of the same slot may wait for its rest: until it is kept too, the line does not say "saved".
    const settled = kind === ANSWER && same(this.state.answers[slot], value) ? slot : undefined;
    this.dispatch({ type: "stored", ...(await this.counts()), slot: settled });
    this.sender?.soon();
  }

  /** Resolves when the newest answer of the slot is kept on this device. @param {number} slot @returns {Promise<void>} */
  kept(slot) {
    return new Promise((resolve) => {
      const look = (/** @type {import("./state.js").State} */ { saved }) => {
        if (saved.unstored.includes(slot)) return;
        this.listeners = this.listeners.filter((one) => one !== look);
        resolve();
      };
      this.listeners.push(look);
      look(this.state);
    });
  }

  /** @param {number[]} slots now on the screen */
  async keepViews(slots) {
    this.views.show(slots);
    for (let done = this.views.take(); done.length; done = this.views.take())
      if (this.state.attempt === "running" && !this.state.handingIn) await this.keep(VIEWS, -1, done);
  }

  /** @param {string} name @param {Record<string, unknown>} value */
  signal(name, value) {
    if (this.state.attempt === "running" && !this.state.handingIn) void this.keep(SIGNAL, -1, { signal: name, ...value });
  }

  async counts() {
    const entries = await this.outbox.entries();
    const waiting = slotsWaiting(entries, this.attempt, await this.files.waiting());
    const refused = entries.filter((entry) => entry.attempt === this.attempt && entry.refused).length;
    const answered = Object.values(this.state.answers).filter(isAnswered).length;
    return { waiting, refused, answered: Math.max(0, answered - waiting) };
  }

  // --- what the server says ---

  /** @param {import("./sender.js").News} news */
  async heard(news) {
    if (news.type === "state") return this.learn(news.raw);
    if (news.type === "signed_out") return this.signedOut();
    if (news.type === "file") return this.heardOfFile(news);
    if (!("attempt" in news) || news.attempt !== this.attempt) {
      if (news.type === "acknowledged") await this.store.wipeOthers(this.attempt);
      if (news.type === "refused_entry") this.dispatch({ type: "stored", ...(await this.counts()) });
      return;
    }
    if (news.type === "sending") this.dispatch(news);
    if (news.type === "acknowledged") {
      this.dispatch({ ...news, ...(await this.counts()) });
      if (typeof news.reply.deadline === "number") await this.store.keepDeadline(this.attempt, news.reply.deadline).catch(() => undefined);
      if (news.reply.notices > (this.state.info?.told ?? 0)) void this.sender?.beat();
      if (this.state.screen === "closed") await this.afterClosing();
    }
    if (news.type === "handed_in") await this.handedIn(news.reply);
    if (news.type === "failed") await this.failed(news);
    if (news.type === "refused_file") this.refusedFile(news);
  }

  /** @param {Extract<import("./sender.js").News, {type: "file"}>} news */
  async heardOfFile({ file, held, done }) {
    if (file.attempt !== this.attempt) return done ? this.store.wipeOthers(this.attempt) : undefined;
    this.desk.tell(file.digest, done ? { where: "server", share: 1 } : { where: "sending", share: held / file.size });
    if (!done) return;
    const now = this.clock.now();
    this.dispatch({ type: "acknowledged", reply: now === null ? {} : { now }, standings: new Map([[0, 0]]), ...(await this.counts()) });
    if (this.state.screen === "closed") await this.afterClosing();
  }

  /** The server does not want this file: the answer no longer names it, and the page says why. @param {Extract<import("./sender.js").News, {type: "refused_file"}>} news */
  refusedFile({ file, refusal }) {
    if (this.state.handingIn) this.dispatch({ type: "handingIn", on: false, message: refusal.detail });
    const answer = withoutFile(this.state.answers[file.slot], file.digest);
    if (answer !== undefined) this.answer(file.slot, answer);
    this.desk.refuse(file.digest, refusal.detail);
  }

  /** @param {Extract<import("./sender.js").News, {type: "failed"}>} news */
  async failed({ why, failures, refusal }) {
    this.desk.rest();
    this.dispatch({ type: "failed", why, failures, ...(await this.counts()) });
    if (why === "unknown") this.dispatch({ type: "show", screen: "signed_out" });
    if (why !== "stuck") return;
    if (refusal.code === "other_device") this.dispatch({ type: "show", screen: "other_device" });
    else if (this.state.handingIn) this.dispatch({ type: "handingIn", on: false, message: refusal.detail });
    void this.sender?.beat();
  }

  /**
   * This page's session is over. Its token may still save; whether the work goes on elsewhere, the reply to a save tells, even to
   * one that carries nothing.
   */
  async signedOut() {
    const { screen, attempt, paper, handingIn } = this.state;
    const working = paper && !handingIn && (attempt === "running" || attempt === "paused") && (screen === "exam" || screen === "review");
    const now = performance.now();
    if (working && now - this.soundedAt > SOUND_MS) {
      this.soundedAt = now;
      await this.keep(VIEWS, -1, []);
    }
    if (!paper && (screen === "waiting" || screen === "other_device")) this.dispatch({ type: "show", screen: "signed_out" });
  }

  /** @param {any} raw */
  async learn(raw) {
    const info = readState(raw);
    if (this.attempt && info.attempt.id !== this.attempt) return location.reload();
    useWording(info.policy.formal);
    const session = await this.store.session(this.attempt);
    this.dispatch({ type: "info", info });
    if (info.attempt.deadline !== null && session) await this.store.keepDeadline(this.attempt, info.attempt.deadline).catch(() => undefined);
    if (session && info.attempt.resume > session.resume && this.state.paper) this.dispatch({ type: "show", screen: "other_device" });
    if (this.state.paper && this.state.saved.offline) this.dispatch({ type: "acknowledged", reply: { now: info.now }, standings: new Map(), ...(await this.counts()) });
    if (this.state.screen === "closed") await this.afterClosing();
  }

  watchSignals() {
    this.stopWatching ??= watch(this.state.info?.policy.signals ?? [], (name, value) => this.signal(name, value));
  }

  /** @param {any} reply */
  async handedIn(reply) {
    this.stopWatching?.();
    this.dispatch({ type: "receipt", receipt: readReceipt(reply) });
    await this.store.wipe(this.attempt);
  }

  /** The attempt is over: nothing of the paper stays once everything has arrived. */
  async afterClosing() {
    this.stopWatching?.();
    const { waiting } = await this.counts();
    if (waiting > 0 || this.state.receipt) return;
    try {
      this.dispatch({ type: "receipt", receipt: readReceipt(await fetchReceipt()) });
      await this.store.wipe(this.attempt);
    } catch { /* not closed by the sweep yet, or offline: the next heartbeat asks again */ }
  }
}

/** @param {import("./types.js").Answer | undefined} answer @param {string} digest @returns {import("./types.js").Answer | undefined} undefined: it does not name the file */
export function withoutFile(answer, digest) {
  if (!answer || typeof answer !== "object" || Array.isArray(answer)) return undefined;
  const left = Object.entries(answer).map(([number, one]) => [number, Array.isArray(one) ? one.filter((name) => !name.startsWith(`${digest} `)) : one]);
  return Object.fromEntries(left.filter(([, one]) => !Array.isArray(one) || one.length));
}
