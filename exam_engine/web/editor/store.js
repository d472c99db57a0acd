/**
 * @typedef {import("./types.js").Item} Item
 * @typedef {{item: Item, place: string}} Step what it was before, and the field where the change was made
 */

/** Typing in one field within this time is one step of undoing. */
const JOINED_MS = 800;
const MOST_STEPS = 500;

/** The item as it is written, with one history over all its fields. Items never change: a change is another item. */
export class Store {
  /** @param {Item} item @param {() => number} [now] */
  constructor(item, now = () => performance.now()) {
    this.item = item;
    this.now = now;
    /** @type {Step[]} */
    this.past = [];
    /** @type {Step[]} */
    this.future = [];
    /** @type {((how: {undone: string | null}) => void)[]} */
    this.listeners = [];
    this.typing = { place: "", at: -Infinity };
  }

  /** @param {(how: {undone: string | null}) => void} listener `undone`: the field to look at, after undoing or redoing */
  listen(listener) {
    this.listeners.push(listener);
  }

  /**
   * @param {Item} item
   * @param {{place?: string, typed?: boolean}} [how] `place`: the field; `typed`: one of many small changes
   */
  change(item, { place = "", typed = false } = {}) {
    if (item === this.item) return;
    const now = this.now();
    const joins = typed && place === this.typing.place && now - this.typing.at < JOINED_MS && !this.future.length;
    if (!joins) this.past.push({ item: this.item, place });
    if (this.past.length > MOST_STEPS) this.past.shift();
    this.typing = typed ? { place, at: now } : { place: "", at: -Infinity };
    this.future = [];
    this.item = item;
    this.#tell(null);
  }

  undo() {
    return this.#step(this.past, this.future);
  }

  redo() {
    return this.#step(this.future, this.past);
  }

  /** @param {Step[]} from @param {Step[]} to */
  #step(from, to) {
    const step = from.pop();
    if (!step) return false;
    to.push({ item: this.item, place: step.place });
    this.typing = { place: "", at: -Infinity };
    this.item = step.item;
    this.#tell(step.place);
    return true;
  }

  /** @param {string | null} undone */
  #tell(undone) {
    for (const listener of this.listeners) listener({ undone });
  }
}
