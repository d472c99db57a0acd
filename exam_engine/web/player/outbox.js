import { ANSWER, HAND_IN, MARKUP } from "./kinds.js";
import { seal, unseal } from "./vault.js";

/**
 * @typedef {import("./types.js").Entry} Entry
 * @typedef {import("./types.js").Session} Session
 * @typedef {import("./shelf.js").Shelf} Shelf
 */

/**
 * Sorts as text the way it counts as a number. Handing in uses up no counter: it names the last one that was used.
 * @param {Pick<Entry, "attempt" | "resume" | "counter"> & {kind?: number}} entry
 */
export const keyOf = ({ attempt, resume, counter, kind }) => `${attempt}/${pad(resume)}/${kind === HAND_IN ? "hand-in" : pad(counter)}`;

/** @param {number} n */
const pad = (n) => String(n).padStart(9, "0");

/**
 * Entries on their way to the server. An entry leaves only when the server has acknowledged its counter. Until it was sent for
 * the first time a newer value of the same slot takes its place, so that an essay typed offline is kept once, not a thousand times.
 */
export class Outbox {
  /** @param {Shelf} shelf */
  constructor(shelf) {
    this.shelf = shelf;
  }

  /**
   * Keeps one value under the next counter of the attempt; resolves when it is safe on this device.
   * @param {string} attempt @param {{kind: number, slot: number, value: unknown, client_ms: number}} news
   * @returns {Promise<Entry>}
   */
  async append(attempt, { kind, slot, value, client_ms }) {
    const known = await this.shelf.read((tx) => tx.get("sessions", attempt));
    if (!known) throw new Error("no session");
    const sealed = await seal(known.key, value);
    return this.shelf.write(async (tx) => {
      /** @type {Session} */
      const session = await tx.get("sessions", attempt);
      const waiting = await unsent(tx, session, kind, slot);
      const counter = session.counter + (kind === HAND_IN ? 0 : 1);
      const entry = waiting
        ? { ...waiting, value: sealed, client_ms }
        : { attempt, token: session.token, resume: session.resume, counter, kind, slot, value: sealed, client_ms, tries: 0, refused: false };
      if (!waiting && kind !== HAND_IN) {
        session.counter = entry.counter;
        session.open[`${kind}/${slot}`] = entry.counter;
        tx.put("sessions", attempt, session);
      }
      tx.put("outbox", keyOf(entry), entry);
      if (kind === ANSWER) tx.put("work", `${attempt}/answer/${slot}`, sealed);
      if (kind === MARKUP) tx.put("work", `${attempt}/markup/${slot}`, sealed);
      return entry;
    });
  }

  /** Everything that waits, of every attempt on this device, oldest first. @returns {Promise<Entry[]>} */
  entries() {
    return this.shelf.read((tx) => tx.all("outbox"));
  }

  /**
   * Notes that these are about to be sent, so that their values stay what they are, and returns them as they are kept now.
   * @param {Entry[]} batch @returns {Promise<Entry[]>}
   */
  sending(batch) {
    return this.shelf.write(async (tx) => {
      const found = [];
      for (const known of batch) {
        /** @type {Entry | undefined} */
        const entry = await tx.get("outbox", keyOf(known));
        if (!entry) continue;
        entry.tries += 1;
        tx.put("outbox", keyOf(entry), entry);
        found.push(entry);
      }
      return found;
    });
  }

  /** The server has acknowledged these. @param {Entry[]} acknowledged */
  async forget(acknowledged) {
    await this.shelf.write(async (tx) => {
      for (const entry of acknowledged) {
        tx.delete("outbox", keyOf(entry));
        if (entry.kind !== ANSWER) continue;
        // A newer answer made it: an older one of the same slot that the server could not take no longer matters.
        /** @type {Entry[]} */
        const others = await tx.all("outbox", `${entry.attempt}/`);
        for (const old of others)
          if (old.refused && old.slot === entry.slot && old.kind === ANSWER && isOlder(old, entry)) tx.delete("outbox", keyOf(old));
      }
    });
  }

  /** The server cannot take this value; it stays, out of the others' way. @param {Entry} entry */
  async refuse(entry) {
    await this.shelf.write(async (tx) => {
      if (entry.kind === ANSWER) tx.put("outbox", keyOf(entry), { ...entry, refused: true });
      else tx.delete("outbox", keyOf(entry));
    });
  }

  /**
   * Puts entries under new counters of the attempt's present session, because their old counter or token is spent.
   * @param {Entry[]} entries
   */
  async renumber(entries) {
    await this.shelf.write(async (tx) => {
      for (const entry of entries) {
        /** @type {Session | undefined} */
        const session = await tx.get("sessions", entry.attempt);
        if (!session) continue;
        if (entry.kind !== HAND_IN) session.counter += 1;
        tx.put("sessions", entry.attempt, session);
        tx.delete("outbox", keyOf(entry));
        const renewed = { ...entry, token: session.token, resume: session.resume, counter: session.counter, tries: 0 };
        tx.put("outbox", keyOf(renewed), renewed);
      }
    });
  }

  /** What the attempt's present session sends with. @param {string} attempt @returns {Promise<string | null>} */
  async token(attempt) {
    /** @type {Session | undefined} */
    const session = await this.shelf.read((tx) => tx.get("sessions", attempt));
    return session?.token ?? null;
  }

  /** The entry as it travels. @param {Entry} entry @returns {Promise<import("./types.js").Wire>} */
  async wire(entry) {
    /** @type {Session | undefined} */
    const session = await this.shelf.read((tx) => tx.get("sessions", entry.attempt));
    return [entry.counter, entry.kind, entry.slot, await unseal(session?.key ?? null, entry.value), entry.client_ms];
  }
}

/** @param {Entry} a @param {Entry} b */
const isOlder = (a, b) => a.resume < b.resume || (a.resume === b.resume && a.counter < b.counter);

/**
 * The slot's newest entry, if it was never sent.
 * @param {import("./shelf.js").Transaction} tx @param {Session} session @param {number} kind @param {number} slot
 * @returns {Promise<Entry | null>}
 */
async function unsent(tx, session, kind, slot) {
  const counter = session.open[`${kind}/${slot}`];
  if (counter === undefined || (kind !== ANSWER && kind !== MARKUP)) return null;
  const found = await tx.get("outbox", keyOf({ attempt: session.attempt, resume: session.resume, counter }));
  return found && found.tries === 0 && !found.refused ? found : null;
}
