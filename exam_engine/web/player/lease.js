/** One sending tab: Web Locks, or a lease kept in the browser's database and told over BroadcastChannel where there are none. */

export const LEASE_MS = 6_000;
const RENEW_MS = 2_000;
const HAND_OVER_MS = 1_500;
const SILENCE_MS = 600;

/**
 * May this tab hold the lease?
 * @param {{holder: string, until: number} | undefined} record @param {string} me @param {number} now
 */
export const mayHold = (record, me, now) => !record || record.holder === me || record.until <= now || record.until > now + LEASE_MS;

export class Lease {
  /**
   * @param {{shelf: import("./shelf.js").Shelf, beforeLoss: () => Promise<void>, lost: () => void, locks?: LockManager}} parts
   *   `beforeLoss` puts away what is being typed
   */
  constructor({ shelf, beforeLoss, lost, locks = globalThis.navigator?.locks }) {
    this.shelf = shelf;
    this.beforeLoss = beforeLoss;
    this.lost = lost;
    this.locks = locks;
    // Made anew in every page: a duplicated tab copies everything else.
    this.me = `${Date.now()}-${Math.random()}`;
    this.held = false;
    this.channel = new BroadcastChannel("exam-engine-player");
    this.channel.onmessage = ({ data }) => void this.heard(data);
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    /** @type {(() => void) | undefined} */
    this.release = undefined;
  }

  /** @param {{type: string, from: string}} message */
  async heard(message) {
    if (message.type === "who" && this.held) this.channel.postMessage({ type: "here", from: this.me });
    if (message.type === "give" && this.held) {
      await this.beforeLoss();
      await this.giveUp();
      this.channel.postMessage({ type: "given", from: this.me });
      this.lost();
    }
    if (message.type === "taken" && this.held && message.from !== this.me) await this.dropped();
  }

  /** @returns {Promise<boolean>} whether this tab is the one */
  async claim() {
    this.held = this.locks ? await this.lock({ ifAvailable: true }) : (await this.write(false)) || (!(await this.isAnybodyThere()) && (await this.write(true)));
    return this.held;
  }

  /** A page that was closed or reloaded leaves its lease behind for seconds; a living one answers. @returns {Promise<boolean>} */
  isAnybodyThere() {
    return this.ask("who", "here", SILENCE_MS);
  }

  /** @param {string} question @param {string} reply @param {number} patience ms @returns {Promise<boolean>} whether it came */
  ask(question, reply, patience) {
    return new Promise((resolve) => {
      const ear = new BroadcastChannel("exam-engine-player");
      const done = (/** @type {boolean} */ came) => (ear.close(), resolve(came));
      ear.onmessage = ({ data }) => data.type === reply && data.from !== this.me && done(true);
      this.channel.postMessage({ type: question, from: this.me });
      setTimeout(() => done(false), patience);
    });
  }

  /** The person says: here. The other tab puts away its work first, if it still answers. */
  async takeOver() {
    await this.ask("give", "given", HAND_OVER_MS);
    this.held = this.locks ? await this.lock({ steal: true }) : await this.write(true);
    this.channel.postMessage({ type: "taken", from: this.me });
  }

  /** @param {LockOptions} options @returns {Promise<boolean>} */
  lock(options) {
    return new Promise((resolve) => {
      const held = this.locks?.request("exam-engine-player", options, (lock) => {
        resolve(lock !== null);
        return lock && new Promise((free) => (this.release = () => free(undefined)));
      });
      held?.catch(() => void this.dropped());
    });
  }

  /** @param {boolean} force @returns {Promise<boolean>} */
  async write(force) {
    const got = await this.shelf.write(async (tx) => {
      const now = Date.now();
      if (!force && !mayHold(await tx.get("meta", "lease"), this.me, now)) return false;
      tx.put("meta", "lease", { holder: this.me, until: now + LEASE_MS });
      return true;
    });
    if (got) this.renew();
    return got;
  }

  renew() {
    clearInterval(this.timer);
    this.timer = setInterval(async () => {
      const mine = await this.shelf.write(async (tx) => {
        const record = await tx.get("meta", "lease");
        if (record && record.holder !== this.me) return false;
        tx.put("meta", "lease", { holder: this.me, until: Date.now() + LEASE_MS });
        return true;
      }).catch(() => true);
      if (!mine && this.held) await this.dropped();
    }, RENEW_MS);
  }

  async giveUp() {
    this.held = false;
    clearInterval(this.timer);
    this.release?.();
    this.release = undefined;
    if (this.locks) return;
    await this.shelf.write(async (tx) => {
      if ((await tx.get("meta", "lease"))?.holder === this.me) tx.delete("meta", "lease");
    }).catch(() => undefined);
  }

  async dropped() {
    if (!this.held) return;
    this.held = false;
    clearInterval(this.timer);
    await this.beforeLoss();
    this.lost();
  }
}
