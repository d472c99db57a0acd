import { t } from "./text.js";

/**
 * What the waiting room finds out about this device: each finding names what is missing and what to do.
 * @typedef {{name: string, good: boolean | null, words: string}} Finding null: not known yet
 */

/** @param {import("./shelf.js").Shelf} shelf @returns {Promise<Finding>} a record is really written and read back */
export async function checkStorage(shelf) {
  const name = t("Storage");
  const bad = { name, good: false, words: t("This browser refuses to keep answers. Close private windows, free some space, or ask %(invigilator)s for another device.") };
  if (!shelf.durable) return bad;
  try {
    const mark = String(Math.random());
    await shelf.write(async (tx) => tx.put("meta", "check", mark));
    const good = (await shelf.read((tx) => tx.get("meta", "check"))) === mark;
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    if (good && quota !== undefined && quota - (usage ?? 0) < 20_000_000) return { name, good: false, words: t("Almost no space is left on this device. Delete something, or ask %(invigilator)s for another device.") };
    return good ? { name, good, words: t("Answers can be kept on this device.") } : bad;
  } catch {
    return bad;
  }
}

/** @returns {Finding} */
export const checkBrowser = () => ({
  name: t("Browser"), good: true,
  words: globalThis.isSecureContext
    ? t("This browser can do everything that is needed.")
    : t("This browser is fine. Answers survive a lost connection; only do not reload the page while there is none."),
});

/** @param {import("./clock.js").Clock} clock @returns {Finding} the device's own date does not matter, but people look at it */
export function checkClock(clock) {
  const now = clock.now();
  const name = t("Clock");
  if (now === null) return { name, good: null, words: t("Asking the server for the time…") };
  const apart = Math.abs(Date.now() - now) / 60_000;
  if (apart < 2) return { name, good: true, words: t("The time comes from the server.") };
  return { name, good: true, words: t("The clock of this device is wrong. That does no harm: the time comes from the server.") };
}

/** @param {boolean} offline @returns {Finding} */
export const checkConnection = (offline) => ({
  name: t("Connection"), good: !offline,
  words: offline ? t("No connection to the server. Check the network; if it stays so, tell %(invigilator)s.") : t("The server answers."),
});
