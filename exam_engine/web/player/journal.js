/** Of one entry: the server takes no longer ones (`MOST_SIDE_BYTES`). */
export const MOST_VIEWS = 100;

/** When each slot was shown and left, by a clock that never jumps; rides on saves. */
export class Views {
  /** @param {() => number} monotonic ms */
  constructor(monotonic) {
    this.monotonic = monotonic;
    /** @type {Map<number, number>} */
    this.open = new Map();
    /** @type {[slot: number, shown: number, left: number][]} */
    this.closed = [];
  }

  /** These slots are on the screen now, and no others. @param {number[]} slots */
  show(slots) {
    const now = Math.round(this.monotonic());
    for (const [slot, shown] of this.open) {
      if (slots.includes(slot)) continue;
      this.closed.push([slot, shown, now]);
      this.open.delete(slot);
    }
    for (const slot of slots) if (!this.open.has(slot)) this.open.set(slot, now);
  }

  /** What is complete, to be written: as much as goes into one entry. */
  take() {
    return this.closed.splice(0, MOST_VIEWS);
  }
}
