import { ANSWER, MARKUP } from "./kinds.js";
import { waitingWork } from "./files.js";
import { keyOf } from "./outbox.js";
import { makeKey, seal, unseal } from "./vault.js";

/**
 * @typedef {import("./types.js").Session} Session
 * @typedef {import("./types.js").Answer} Answer
 * @typedef {import("./types.js").Markup} Markup
 */

/** @type {Record<number, string>} */
const NAMES = { [ANSWER]: "answer", [MARKUP]: "markup" };

/** The work of attempts on this device, each under its own key. */
export class Store {
  /** @param {import("./shelf.js").Shelf} shelf @param {import("./outbox.js").Outbox} outbox */
  constructor(shelf, outbox) {
    this.shelf = shelf;
    this.outbox = outbox;
  }

  /** A name for this browser that says nothing about it. @returns {Promise<string>} */
  device() {
    return this.shelf.write(async (tx) => {
      const known = await tx.get("meta", "device");
      if (known) return known;
      const made = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      tx.put("meta", "device", made);
      return made;
    });
  }

  /** @param {string} attempt @returns {Promise<Session | undefined>} */
  session(attempt) {
    return this.shelf.read((tx) => tx.get("sessions", attempt));
  }

  /**
   * Takes up what the start gave: goes on counting where this device or the journal stopped.
   * @param {string} attempt @param {{token: string, resume: number, counter: number, deadline: number | null}} started
   */
  async begin(attempt, { token, resume, counter, deadline }) {
    const key = (await this.session(attempt))?.key ?? (await makeKey());
    await this.shelf.write(async (tx) => {
      /** @type {Session | undefined} */
      const before = await tx.get("sessions", attempt);
      const goesOn = before?.resume === resume;
      tx.put("sessions", attempt, {
        attempt, token, resume, deadline, key, counter: Math.max(counter, goesOn ? before.counter : 0), open: goesOn ? before.open : {},
      });
      // Sealed with the same key, numbered by the same resume: what waits may travel under the newer token.
      for (const entry of goesOn ? await tx.all("outbox", `${attempt}/`) : [])
        if (entry.resume === resume && entry.token !== token) tx.put("outbox", keyOf(entry), { ...entry, token });
    });
  }

  /** Who works here, for a reload without a network. @param {string} attempt @param {unknown} raw the state as the server told it */
  async remember(attempt, raw) {
    await this.shelf.write(async (tx) => tx.put("meta", "last", { attempt, raw }));
  }

  /** @returns {Promise<{attempt: string, raw: any} | undefined>} */
  last() {
    return this.shelf.read((tx) => tx.get("meta", "last"));
  }

  /** Ciphertext of the server's own. @param {string} attempt @param {string} name @param {ArrayBuffer} value */
  async keepRaw(attempt, name, value) {
    await this.shelf.write(async (tx) => tx.put("work", `${attempt}/${name}`, value));
  }

  /** @param {string} attempt @param {string} name @returns {Promise<ArrayBuffer | undefined>} */
  raw(attempt, name) {
    return this.shelf.read((tx) => tx.get("work", `${attempt}/${name}`));
  }

  /** @param {string} attempt @param {number | null} deadline */
  async keepDeadline(attempt, deadline) {
    await this.shelf.write(async (tx) => {
      const session = await tx.get("sessions", attempt);
      if (session && session.deadline !== deadline) tx.put("sessions", attempt, { ...session, deadline });
    });
  }

  /** @param {string} attempt @param {string} name @param {unknown} value */
  async keep(attempt, name, value) {
    const sealed = await seal((await this.session(attempt))?.key ?? null, value);
    await this.shelf.write(async (tx) => tx.put("work", `${attempt}/${name}`, sealed));
  }

  /** @param {string} attempt @param {string} name @returns {Promise<any>} */
  async kept(attempt, name) {
    const [session, sealed] = await this.shelf.read(async (tx) => [await tx.get("sessions", attempt), await tx.get("work", `${attempt}/${name}`)]);
    return sealed ? unseal(session?.key ?? null, sealed) : undefined;
  }

  /**
   * Answers and mark-up as they stand on this device.
   * @param {string} attempt @param {number} slots
   * @returns {Promise<{answers: Record<number, Answer>, markups: Record<number, Markup>}>}
   */
  async work(attempt, slots) {
    /** @type {Record<number, Answer>} */
    const answers = {};
    /** @type {Record<number, Markup>} */
    const markups = {};
    for (let slot = 0; slot < slots; slot++) {
      const [answer, markup] = await Promise.all([this.kept(attempt, `answer/${slot}`), this.kept(attempt, `markup/${slot}`)]);
      if (answer !== undefined) answers[slot] = answer;
      if (markup) markups[slot] = markup;
    }
    return { answers, markups };
  }

  /**
   * The server's answers replace those of this device, except where this device has something newer to send.
   * @param {string} attempt @param {[number, Answer][]} answers @param {[number, Markup][]} marks
   */
  async restore(attempt, answers, marks) {
    const session = await this.session(attempt);
    const waiting = (await this.outbox.entries()).filter((entry) => entry.attempt === attempt && entry.resume === session?.resume);
    const newer = new Set(waiting.map((entry) => `${NAMES[entry.kind]}/${entry.slot}`));
    const told = [...answers.map(([slot, value]) => ({ name: `answer/${slot}`, value })), ...marks.map(([slot, value]) => ({ name: `markup/${slot}`, value }))];
    const sealed = await Promise.all(told.map(async ({ name, value }) => ({ name, value: await seal(session?.key ?? null, value) })));
    await this.shelf.write(async (tx) => {
      for (const { name, value } of sealed) if (!newer.has(name)) tx.put("work", `${attempt}/${name}`, value);
    });
  }

  /** What another candidate left here is erased; what they have not sent yet stays, unreadable, until it is. @param {string} attempt */
  async wipeOthers(attempt) {
    /** @type {Session[]} */
    const sessions = await this.shelf.read((tx) => tx.all("sessions"));
    for (const session of sessions) if (session.attempt !== attempt) await this.wipe(session.attempt);
  }

  /** @param {string} attempt */
  async wipe(attempt) {
    await this.shelf.write(async (tx) => {
      const waiting = await waitingWork(tx, attempt);
      for (const key of await tx.keys("work", `${attempt}/`)) if (!waiting.has(key)) tx.delete("work", key);
      if (!waiting.size && !(await tx.all("outbox", `${attempt}/`)).length) tx.delete("sessions", attempt);
    });
  }
}
