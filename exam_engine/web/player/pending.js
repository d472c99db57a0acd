const QUIET_MS = 700;
const LONGEST_MS = 3_000;

/** Typed text waits for a short rest before it is kept, but never long. One value per slot; `flush` keeps everything at once. */
export class Pending {
  /** @param {(slot: number, value: import("./types.js").Answer) => Promise<void>} keep @param {{set: typeof setTimeout, clear: typeof clearTimeout, now: () => number}} [time] */
  constructor(keep, time = { set: setTimeout.bind(globalThis), clear: clearTimeout.bind(globalThis), now: () => performance.now() }) {
    this.keep = keep;
    this.time = time;
    /** @type {Map<number, {value: import("./types.js").Answer, since: number, timer: ReturnType<typeof setTimeout>}>} */
    this.values = new Map();
  }

  /** @param {number} slot @param {import("./types.js").Answer} value */
  put(slot, value) {
    const before = this.values.get(slot);
    if (before) this.time.clear(before.timer);
    const since = before?.since ?? this.time.now();
    const wait = Math.max(0, Math.min(QUIET_MS, since + LONGEST_MS - this.time.now()));
    this.values.set(slot, { value, since, timer: this.time.set(() => void this.release(slot), wait) });
  }

  /** What was typed stands in a newer answer of the slot, or was cleared by it: kept later, it would win. @param {number} slot */
  drop(slot) {
    this.time.clear(this.values.get(slot)?.timer);
    this.values.delete(slot);
  }

  /** @param {number} slot */
  async release(slot) {
    const found = this.values.get(slot);
    if (!found) return;
    this.time.clear(found.timer);
    this.values.delete(slot);
    await this.keep(slot, found.value);
  }

  async flush() {
    await Promise.all([...this.values.keys()].map((slot) => this.release(slot)));
  }
}
