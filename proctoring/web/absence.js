/**
 * Something was left and came back: one report with its length. What lasts is told when it has lasted a while, so that
 * the room page can show it, and again with its length when it is over.
 */

export const LONG_MS = 5_000;
const SHORT_MS = 500;

export class Absence {
  /**
   * @param {{ended: (ms: number) => void, goesOn: () => void, now: () => number, timers: import("./thrift.js").Timers}} parts
   */
  constructor({ ended, goesOn, now, timers }) {
    this.ended = ended;
    this.goesOn = goesOn;
    this.now = now;
    this.timers = timers;
    /** @type {number | null} */
    this.since = null;
    /** @type {unknown} */
    this.timer = null;
  }

  leave() {
    if (this.since !== null) return;
    this.since = this.now();
    this.timer = this.timers.set(() => this.goesOn(), LONG_MS);
  }

  /** A blink (a window that the system opened and closed) is nothing. */
  back() {
    if (this.since === null) return;
    this.timers.clear(this.timer);
    const ms = Math.round(this.now() - this.since);
    this.since = null;
    if (ms >= SHORT_MS) this.ended(ms);
  }
}
