/**
 * Where programs above the player hang what they add to its page. They are built apart, so the register is shared by name.
 *
 * @typedef {(player: import("./player.js").Player, settings: Record<string, any>) => void} Addition
 */
const REGISTER = Symbol.for("exam-engine.additions");

/** @returns {Set<Addition>} */
function register() {
  const shared = /** @type {Record<symbol, Set<Addition> | undefined>} */ (/** @type {unknown} */ (globalThis));
  return (shared[REGISTER] ??= new Set());
}

/** @param {Addition} addition */
export function add(addition) {
  register().add(addition);
  globalThis.dispatchEvent(new CustomEvent("exam-engine-addition"));
}

/** Runs each addition once, also those that arrive later. @param {import("./player.js").Player} player @param {Record<string, any>} settings */
export function attach(player, settings) {
  /** @type {Set<Addition>} */
  const done = new Set();
  const run = () => {
    for (const addition of register()) {
      if (done.has(addition)) continue;
      done.add(addition);
      addition(player, settings);
    }
  };
  globalThis.addEventListener("exam-engine-addition", run);
  run();
}

/** The place that an item, or the page at the end, keeps free for additions. @param {string} name */
export const placeOf = (name) => /** @type {HTMLElement | null} */ (document.querySelector(`[data-addition="${name}"]`));
