import { STORES } from "./shelf.js";

/**
 * Stands in where the browser refuses to store anything: answers still travel to the server, but only while the page lives,
 * and the page says so.
 * @returns {import("./shelf.js").Shelf}
 */
export function memoryShelf() {
  /** @type {Record<string, Map<string, any>>} */
  let kept = Object.fromEntries(STORES.map((name) => [name, new Map()]));
  let last = Promise.resolve();
  /** @template T @param {(tx: import("./shelf.js").Transaction) => Promise<T>} work @returns {Promise<T>} */
  const run = (work) => {
    const turn = last.then(async () => {
      const draft = Object.fromEntries(Object.entries(kept).map(([name, records]) => [name, new Map(records)]));
      const result = await work(verbs(draft));
      kept = draft;
      return result;
    });
    last = turn.then(() => undefined, () => undefined);
    return turn;
  };
  return { durable: false, read: run, write: run };
}

/** @param {Record<string, Map<string, any>>} draft @returns {import("./shelf.js").Transaction} */
function verbs(draft) {
  const records = (/** @type {string} */ store) => /** @type {Map<string, any>} */ (draft[store]);
  return {
    get: async (store, key) => structuredClone(records(store).get(key)),
    all: async (store, prefix = "") => [...records(store)].filter(([key]) => key.startsWith(prefix)).sort(byKey).map(([, value]) => structuredClone(value)),
    keys: async (store, prefix) => [...records(store).keys()].filter((key) => key.startsWith(prefix)).sort(),
    put: (store, key, value) => void records(store).set(key, structuredClone(value)),
    delete: (store, key) => void records(store).delete(key),
  };
}

/** @param {[string, any]} a @param {[string, any]} b */
const byKey = ([a], [b]) => (a < b ? -1 : 1);
