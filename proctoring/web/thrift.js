/**
 * Keeps reports few: the first of a kind goes at once, what follows within a few seconds is added up and goes as one.
 * Only numbers travel; those of the same name are summed.
 *
 * @typedef {Record<string, number>} Numbers
 * @typedef {{set: (done: () => void, ms: number) => unknown, clear: (timer: any) => void}} Timers
 */

export const EVERY_MS = 5_000;

export class Thrift {
  /** @param {(numbers: Numbers) => void} emit @param {Timers} timers */
  constructor(emit, timers) {
    this.emit = emit;
    this.timers = timers;
    /** @type {unknown} */
    this.timer = null;
    /** @type {Numbers | null} */
    this.waiting = null;
  }

  /** @param {Numbers} numbers */
  report(numbers) {
    if (this.timer === null) {
      this.emit({ ...numbers, n: 1 });
      this.timer = this.timers.set(() => this.rest(), EVERY_MS);
    } else this.waiting = added(this.waiting ?? {}, { ...numbers, n: 1 });
  }

  /** The few seconds are over. */
  rest() {
    this.timer = null;
    const { waiting } = this;
    this.waiting = null;
    if (!waiting) return;
    this.emit(waiting);
    this.timer = this.timers.set(() => this.rest(), EVERY_MS);
  }

  /** The page goes away: nothing may wait any longer. */
  flush() {
    if (this.timer !== null) this.timers.clear(this.timer);
    const { waiting } = this;
    this.timer = this.waiting = null;
    if (waiting) this.emit(waiting);
  }
}

/** @param {Numbers} sum @param {Numbers} more @returns {Numbers} */
function added(sum, more) {
  const found = { ...sum };
  for (const [name, value] of Object.entries(more)) found[name] = (found[name] ?? 0) + value;
  return found;
}
