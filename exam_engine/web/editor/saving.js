import { Refusal } from "./api.js";

/**
 * @typedef {import("./types.js").Item} Item
 * @typedef {{item: Item, revision: number, sent?: string[]}} Copy what is not on the server yet, and what was sent last
 * @typedef {{read: () => Copy | null, write: (copy: Copy) => void, clear: () => void}} Shelf
 * @typedef {"saved" | "saving" | "waiting" | "offline" | "conflict" | "gone" | "refused"} Standing
 * @typedef {{draft: string, revision: number, saved: string}} Reply
 */

const AFTER_MS = 1000;
const AGAIN_MS = 5000;

/** Keeps the draft on the server while it is written: soon after the last key, one request at a time, never over a newer one. */
export class Saving {
  /**
   * @param {{draft: string, revision: number, begin: (item: Item) => Promise<Reply>, put: (draft: string, body: object, how: {last: boolean}) => Promise<Reply>,
   *   shelf: Shelf, tell: (standing: Standing, more: {at?: string, other?: any, text?: string}) => void, moved: (draft: string) => void}} parts
   */
  constructor(parts) {
    this.parts = parts;
    this.draft = parts.draft;
    this.revision = parts.revision;
    /** @type {Item | null} */
    this.waiting = null;
    /** @type {Promise<void> | null} */
    this.running = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.stopped = false;
    /** What this device has sent, whether or not a reply came: a state like that is no conflict. @type {string[]} */
    this.own = [];
  }

  /** @param {Copy} copy kept by this device as the page before was left: some of it was sent, perhaps without a reply */
  remember({ item, sent = [] }) {
    this.own = [...sent, canonical(item)];
  }

  /** @param {Item} item */
  later(item) {
    this.waiting = item;
    this.#keep(item);
    if (this.stopped) return;
    this.parts.tell("waiting", {});
    this.#in(AFTER_MS);
  }

  /** Everything that waits is on the server when this is done; false where it is not. @param {{last?: boolean}} [how] */
  async now({ last = false } = {}) {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.waiting && !this.stopped) {
      this.running = this.#send(this.waiting, last).finally(() => (this.running = null));
      await this.running;
    }
    return !this.waiting;
  }

  /** After a conflict: goes on from the state of the other tab. @param {{draft: string, revision: number}} other */
  goOn({ draft, revision }) {
    [this.draft, this.revision, this.stopped] = [draft, revision, false];
    this.#moved();
  }

  /** The draft is published or put away: nothing is sent any more. */
  end() {
    clearTimeout(this.timer);
    this.stopped = true;
    this.waiting = null;
    this.parts.shelf.clear();
  }

  /** The draft has another name: the copy on this device goes by it, too. */
  #moved() {
    this.parts.moved(this.draft);
    if (this.waiting) this.#keep(this.waiting);
  }

  /** With what was sent last: after a reload it tells a lost reply from somebody else's change. @param {Item} item */
  #keep(item) {
    this.parts.shelf.write({ item, revision: this.revision, sent: this.own.slice(-2) });
  }

  /** @param {Item} item @param {boolean} last */
  async #send(item, last) {
    this.parts.tell("saving", {});
    this.own = [...this.own.slice(-20), canonical(item)];
    this.#keep(item);
    try {
      const reply = this.draft
        ? await this.parts.put(this.draft, { item, revision: this.revision }, { last })
        : await this.parts.begin(item);
      const begun = !this.draft;
      [this.draft, this.revision] = [reply.draft, reply.revision];
      if (begun) this.#moved();
      if (this.waiting === item) this.#done(reply.saved);
      else this.#in(AFTER_MS);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {string} at */
  #done(at) {
    this.waiting = null;
    this.parts.shelf.clear();
    this.parts.tell("saved", { at });
  }

  /** @param {unknown} error */
  #failed(error) {
    const refused = error instanceof Refusal && error.status < 500 && error.status !== 429;
    if (!refused) {
      this.parts.tell("offline", {});
      this.#in(AGAIN_MS);
      return;
    }
    const { status, said, message } = /** @type {Refusal} */ (error);
    if (status === 409 && said.other && this.own.includes(canonical(said.other.item))) {
      this.goOn(said.other);
      this.#in(0);
      return;
    }
    this.stopped = true;
    if (status === 409 && said.other) this.parts.tell("conflict", { other: said.other });
    else this.parts.tell(status === 404 ? "gone" : "refused", { text: message });
  }

  /** @param {number} ms */
  #in(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.now(), ms);
  }
}

/** The same text for the same item: the database keeps no order of names. @param {unknown} value @returns {string} */
export function canonical(value) {
  return JSON.stringify(value, (_name, part) => (part && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));
}

/** The copy on this device. Full or forbidden storage is no reason to stop writing. @param {string} name @returns {Shelf} */
export function localShelf(name) {
  const key = `exam-engine-draft-${name}`;
  /** @template T @param {() => T} act */
  const tried = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    read: () => tried(() => JSON.parse(localStorage.getItem(key) ?? "null")),
    write: (copy) => void tried(() => localStorage.setItem(key, JSON.stringify(copy))),
    clear: () => void tried(() => localStorage.removeItem(key)),
  };
}
