/** How long a sample of the server's clock is preferred for its short way before a younger one takes over. */
const KEEP_MS = 120_000;

/**
 * The end of a class's own work that may be done at any time of a window: nobody needs a clock for three days. null: minutes count.
 * @param {import("./types.js").Info | null} info
 */
export const windowEnd = (info) =>
  info && !info.policy.formal && info.sitting.timing === "common_end" && info.sitting.closes !== null ? info.attempt.deadline ?? info.sitting.closes + info.policy.extra_s * 1000 : null;

/** The server's time from one offset and a clock that never jumps: the device's own date does not matter. */
export class Clock {
  /** @param {() => number} monotonic milliseconds that only grow */
  constructor(monotonic = () => performance.now()) {
    this.monotonic = monotonic;
    /** @type {{offset: number, width: number, taken: number} | null} */
    this.best = null;
  }

  /** @param {number} serverNow ms since the epoch @param {number} sent @param {number} received both monotonic */
  sample(serverNow, sent, received) {
    const width = Math.max(0, received - sent);
    const offset = serverNow - (sent + received) / 2;
    const { best } = this;
    // A wider sample that the best one explains is worth nothing; one that it cannot explain means that the machine slept.
    const explained = best && Math.abs(offset - best.offset) <= (width + best.width) / 2;
    if (!best || width <= best.width || !explained || received - best.taken > KEEP_MS) this.best = { offset, width, taken: received };
  }

  /** ms since the epoch, or null before the first sample */
  now() {
    return this.best ? this.monotonic() + this.best.offset : null;
  }

  /** Seconds until a moment of the server's clock; null when either is unknown. @param {number | null} moment */
  until(moment) {
    const now = this.now();
    return moment === null || now === null ? null : (moment - now) / 1000;
  }
}
