/**
 * Where proctoring's modules hang their reporters. They are built apart from the player, so the register is shared by name.
 *
 * @typedef {(report: (value: Record<string, unknown>) => void) => void | (() => void)} Reporter starts watching, returns how to stop
 */
const REGISTER = Symbol.for("exam-engine.reporters");

/** @returns {Map<string, Reporter>} */
function register() {
  const shared = /** @type {Record<symbol, Map<string, Reporter> | undefined>} */ (/** @type {unknown} */ (globalThis));
  return (shared[REGISTER] ??= new Map());
}

/** @param {string} name of the signal, as in the sitting's policy @param {Reporter} reporter */
export function registerReporter(name, reporter) {
  register().set(name, reporter);
  globalThis.dispatchEvent?.(new CustomEvent("exam-engine-reporter", { detail: name }));
}

/**
 * Starts the reporters that the exam turns on, also those that arrive later.
 * @param {string[]} wanted @param {(name: string, value: Record<string, unknown>) => void} report
 * @returns {() => void} stops them all
 */
export function watch(wanted, report) {
  /** @type {Map<string, (() => void) | void>} */
  const running = new Map();
  const begin = () => {
    for (const [name, reporter] of register())
      if (wanted.includes(name) && !running.has(name)) running.set(name, reporter((value) => report(name, value)));
  };
  globalThis.addEventListener?.("exam-engine-reporter", begin);
  begin();
  return () => {
    globalThis.removeEventListener?.("exam-engine-reporter", begin);
    for (const stop of running.values()) stop?.();
    running.clear();
  };
}
