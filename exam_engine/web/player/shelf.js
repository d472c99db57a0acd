/**
 * What a browser keeps: four stores of records under text keys. A write is done when `write` resolves: its transaction has
 * completed with strict durability, so the record survives a crash of the browser and of the machine.
 *
 * @typedef {{get: (store: string, key: string) => Promise<any>, all: (store: string, prefix?: string) => Promise<any[]>,
 *   keys: (store: string, prefix: string) => Promise<string[]>,
 *   put: (store: string, key: string, value: any) => void, delete: (store: string, key: string) => void}} Transaction
 * @typedef {{read: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>, write: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
 *   durable: boolean}} Shelf
 */
export const STORES = ["meta", "sessions", "work", "outbox"];
const NAME = "exam-engine-player";

/** @returns {Promise<Shelf>} */
export function openShelf() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(shelf(request.result));
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

/** @param {IDBDatabase} database @returns {Shelf} */
function shelf(database) {
  /** @template T @param {IDBTransactionMode} mode @param {(tx: Transaction) => Promise<T>} work @returns {Promise<T>} */
  const run = (mode, work) =>
    new Promise((resolve, reject) => {
      const tx = database.transaction(STORES, mode, { durability: "strict" });
      /** @type {T} */
      let result;
      tx.oncomplete = () => resolve(result);
      tx.onabort = () => reject(tx.error ?? new Error("aborted"));
      work(verbs(tx)).then(
        (value) => (result = value),
        (error) => {
          reject(error);
          try { tx.abort(); } catch { /* it is over already */ }
        },
      );
    });
  return { durable: true, read: (work) => run("readonly", work), write: (work) => run("readwrite", work) };
}

/** @param {IDBTransaction} tx @returns {Transaction} */
function verbs(tx) {
  return {
    get: (store, key) => answer(tx.objectStore(store).get(key)),
    all: (store, prefix = "") => answer(tx.objectStore(store).getAll(below(prefix))),
    keys: (store, prefix) => answer(tx.objectStore(store).getAllKeys(below(prefix))),
    put: (store, key, value) => void tx.objectStore(store).put(value, key),
    delete: (store, key) => void tx.objectStore(store).delete(key),
  };
}

/** @param {string} prefix */
const below = (prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/** @param {IDBRequest} request @returns {Promise<any>} */
const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
