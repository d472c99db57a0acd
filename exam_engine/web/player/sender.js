import { Refusal, fetchState, save, sendPiece, submit } from "./api.js";
import { HAND_IN } from "./kinds.js";
import { heartbeat, meaning, nextBatch, pause, quiet, saysMore, settle, withFiles } from "./sending.js";

/** Of a file; on a line of 50 kbit/s it takes five seconds. */
const PIECE = 32 * 1024;
/** Refusals of a file that waiting does not change; whatever else a server says, older than this page perhaps, the file is kept. */
const NEVER_TAKEN = new Set(["no_files", "too_many_files", "file_refused", "answer_file_too_large"]);

/**
 * @typedef {import("./types.js").Entry} Entry
 * @typedef {{type: "acknowledged", attempt: string, reply: any, standings: Map<number, number>} | {type: "sending", attempt: string} | {type: "state", raw: any} | {type: "signed_out"}
 *   | {type: "failed", why: string, failures: number, attempt: string, refusal: Refusal} | {type: "handed_in", attempt: string, reply: any}
 *   | {type: "refused_entry", entry: Entry} | {type: "file", file: import("./files.js").Waiting, held: number, done: boolean}
 *   | {type: "refused_file", attempt: string, file: import("./files.js").Waiting, refusal: Refusal}} News
 */

/** Empties the outbox, one request in flight at a time; where nothing waits it asks for the clock and the state. */
export class Sender {
  /**
   * @param {{outbox: import("./outbox.js").Outbox, files?: import("./files.js").Files | null, clock: import("./clock.js").Clock, attempt: string, device: string,
   *   tell: (news: News) => void, random?: () => number}} parts
   */
  constructor({ outbox, files = null, clock, attempt, device, tell, random = Math.random }) {
    this.outbox = outbox;
    this.files = files;
    /** Where each file goes on. @type {Map<string, number>} */
    this.held = new Map();
    this.clock = clock;
    this.attempt = attempt;
    this.device = device;
    this.tell = tell;
    this.random = random;
    this.failures = 0;
    this.most = 60;
    // The journal will never hold every counter that was used here: an entry was refused, or lost with the device's storage.
    this.lossy = false;
    /** @type {Set<string>} */
    this.spent = new Set();
    /** The last whole state. @type {{state: string, told: number, at: number} | null} */
    this.known = null;
    this.running = false;
    this.busy = false;
    this.again = false;
    this.urgent = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  begin() {
    this.running = true;
    this.soon();
  }

  end() {
    this.running = false;
    clearTimeout(this.timer);
  }

  /** Something waits, or the connection is back. @param {{impatient?: boolean}} [how] impatient: do not wait out the back-off */
  soon({ impatient = false } = {}) {
    if (!this.running) return;
    if (this.busy) {
      this.again = true;
      this.urgent ||= impatient;
    } else if (this.failures === 0 || impatient) this.schedule(0);
  }

  /** @param {number} ms */
  schedule(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.turn(), ms);
  }

  async turn() {
    if (this.busy || !this.running) return;
    this.busy = true;
    this.again = false;
    this.urgent = false;
    let wait;
    try {
      wait = await this.send();
    } catch (error) {
      this.failures += 1;
      wait = pause(this.failures, null, this.random());
      console.error(error);
    }
    this.busy = false;
    if (this.running) this.schedule(this.urgent || (this.again && this.failures === 0) ? 0 : wait);
  }

  /** One request. @returns {Promise<number>} ms until the next */
  async send() {
    const files = (await this.files?.waiting()) ?? [];
    const batch = withFiles(nextBatch(await this.outbox.entries(), this.attempt, this.spent, this.most), files);
    if (!batch) return (await this.piece(files)) ?? this.quietly();
    const { token, attempt, handIn } = batch;
    const readable = await this.readable(await this.outbox.sending(batch.entries));
    const entries = readable.map(({ entry }) => entry);
    const wires = readable.map(({ wire }) => wire);
    if (!wires.length && !handIn) return 0;
    this.tell({ type: "sending", attempt });
    const sent = this.clock.monotonic();
    try {
      const reply = handIn ? await submit(token, wires, this.lossy ? null : handIn.counter) : await save(token, wires);
      if (typeof reply.now === "number") this.clock.sample(reply.now, sent, this.clock.monotonic());
      await this.acknowledged(attempt, entries, handIn, reply);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.failed(error, token, attempt, entries, handIn);
    }
    const more = nextBatch(await this.outbox.entries(), this.attempt, this.spent, this.most);
    return more || files.length ? 0 : heartbeat(this.random());
  }

  /** The next piece of a file; answers go before it. @param {import("./files.js").Waiting[]} waiting @returns {Promise<number | null>} null: there is none to send */
  async piece(waiting) {
    for (const file of [...waiting].sort((a, b) => Number(b.attempt === this.attempt) - Number(a.attempt === this.attempt))) {
      const token = await this.outbox.token(file.attempt);
      if (!token || this.spent.has(token)) continue;
      const bytes = await this.files?.bytes(file.attempt, file.digest);
      if (!bytes) await this.files?.drop(file); // its key is gone: nobody can read it any more
      else return this.sendPiece(token, file, bytes);
    }
    return null;
  }

  /** @param {string} token @param {import("./files.js").Waiting} file @param {Uint8Array} bytes @returns {Promise<number>} */
  async sendPiece(token, file, bytes) {
    const at = this.held.get(file.digest) ?? 0;
    this.tell({ type: "file", file, held: at, done: false });
    try {
      const { held, done } = await sendPiece(token, file, at, bytes.subarray(at, at + PIECE));
      this.failures = 0;
      this.held.set(file.digest, held);
      if (done) await this.files?.sent(file);
      this.tell({ type: "file", file, held, done });
      return 0;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.failedFile(error, token, file);
    }
  }

  /** @param {Refusal} refusal @param {string} token @param {import("./files.js").Waiting} file @returns {Promise<number>} */
  async failedFile(refusal, token, file) {
    const { attempt } = file;
    const why = meaning(refusal.status, null);
    if (why === "unknown") this.spent.add(token);
    else if (NEVER_TAKEN.has(refusal.code)) {
      await this.files?.drop(file);
      // The candidate has to know before the work is closed.
      await this.outbox.forget((await this.outbox.entries()).filter((entry) => entry.attempt === attempt && entry.kind === HAND_IN));
      this.tell({ type: "refused_file", attempt, file, refusal });
      return 0;
    }
    this.failures += 1;
    this.tell({ type: "failed", why, failures: this.failures, attempt, refusal });
    return why === "unknown" ? 0 : pause(this.failures, refusal.retryAfter, this.random());
  }

  /** Nothing waits: a save that carries nothing says that somebody is here, and asks whether there is news. @returns {Promise<number>} */
  async quietly() {
    const { known } = this;
    const token = known && quiet(known, this.clock.monotonic()) ? await this.outbox.token(this.attempt) : null;
    if (!known || !token || this.spent.has(token)) return this.beat();
    const sent = this.clock.monotonic();
    try {
      const reply = await save(token, []);
      this.clock.sample(reply.now, sent, this.clock.monotonic());
      this.failures = 0;
      if (saysMore(known, reply)) return this.beat();
      this.tell({ type: "acknowledged", attempt: this.attempt, reply, standings: new Map() });
      return heartbeat(this.random());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The other way is asked, which knows what every refusal means; an older server takes no empty save at all.
      this.known = null;
      if (meaning(error.status, null) !== "offline" && meaning(error.status, null) !== "busy") return this.beat();
      this.failures += 1;
      this.tell({ type: "failed", why: meaning(error.status, null), failures: this.failures, attempt: this.attempt, refusal: error });
      return pause(this.failures, error.retryAfter, this.random());
    }
  }

  /** Asks for the clock and the whole state. @returns {Promise<number>} */
  async beat() {
    const sent = this.clock.monotonic();
    try {
      const raw = await fetchState(this.device);
      this.clock.sample(raw.now, sent, this.clock.monotonic());
      this.failures = 0;
      this.known = { state: raw.attempt?.state, told: raw.notices, at: this.clock.monotonic() };
      this.tell({ type: "state", raw });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The page's session may be over while the attempt's token still saves: only a save can tell.
      if (error.status === 401) {
        this.tell({ type: "signed_out" });
        return heartbeat(this.random());
      }
      this.failures += 1;
      this.tell({ type: "failed", why: meaning(error.status, null), failures: this.failures, attempt: this.attempt, refusal: error });
      return pause(this.failures, error.retryAfter, this.random());
    }
    return heartbeat(this.random());
  }

  /** An entry whose key is gone can't be read by anybody any more; it is let go, never sent as something else. @param {Entry[]} entries */
  async readable(entries) {
    const found = [];
    for (const entry of entries) {
      try {
        found.push({ entry, wire: await this.outbox.wire(entry) });
      } catch {
        await this.outbox.refuse(entry);
      }
    }
    return found;
  }

  /** @param {string} attempt @param {Entry[]} entries @param {Entry | null} handIn @param {any} reply */
  async acknowledged(attempt, entries, handIn, reply) {
    this.failures = 0;
    const { done, again, standings } = settle(entries, reply.a ?? (handIn ? entries.map((entry) => [entry.counter, 0]) : []));
    await this.outbox.forget(handIn ? [...done, handIn] : done);
    if (again.length) await this.outbox.renumber(again);
    this.tell({ type: "acknowledged", attempt, reply, standings });
    if (handIn) this.tell({ type: "handed_in", attempt, reply });
  }

  /** @param {Refusal} refusal @param {string} token @param {string} attempt @param {Entry[]} entries @param {Entry | null} handIn */
  async failed(refusal, token, attempt, entries, handIn) {
    const why = meaning(refusal.status, refusal.counter);
    const bad = entries.find((entry) => entry.counter === refusal.counter);
    if (why === "entry" && bad) {
      await this.outbox.refuse(bad);
      this.tell({ type: "refused_entry", entry: bad });
      return 0;
    }
    if (why === "large" && entries.length > 1) {
      this.most = Math.max(1, Math.floor(entries.length / 2));
      return 0;
    }
    if (why === "large" && entries[0]) {
      await this.outbox.refuse(entries[0]);
      this.tell({ type: "refused_entry", entry: entries[0] });
      return 0;
    }
    if (handIn && refusal.code === "entries_missing") {
      this.lossy = true;
      return 0;
    }
    if (handIn && why === "stuck") {
      // The server says no to handing in (too early, paused …): a person decides again; the answers keep travelling.
      await this.outbox.forget([handIn]);
    }
    if (why === "unknown") this.spent.add(token);
    this.failures += 1;
    this.tell({ type: "failed", why, failures: this.failures, attempt, refusal });
    return why === "unknown" ? 0 : pause(this.failures, refusal.retryAfter, this.random());
  }
}
