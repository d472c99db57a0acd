import { _ } from "../language.js";
import { checkStorage } from "../player/checks.js";

/**
 * What this device has or lacks, and what follows. `bit` names it in the code that is read to the teacher
 * (exam_engine/delivery/device_check.py knows the same numbers); `level` is what it means for a test.
 * @typedef {"good" | "limited" | "cannot"} Level
 * @typedef {{bit: number, name: string, level: Level, words: string}} Finding
 */
const MINUTE = 60_000;
const DAY = 86_400_000;

/** @returns {Finding} the floor as floor.js sees it */
export function browser() {
  const name = _("Browser");
  return "MathMLElement" in window && "CompressionStream" in window
    ? { bit: 1, name, level: "good", words: _("New enough for tests.") }
    : { bit: 1, name, level: "cannot", words: _("Too old. Use Chrome or Edge from version 109 on, Firefox from 115, Safari from 16.4, or another device.") };
}

/** @param {import("../player/shelf.js").Shelf} shelf @returns {Promise<Finding>} */
export async function storage(shelf) {
  const { name, good, words } = await checkStorage(shelf);
  return { bit: 2, name, level: good ? "good" : "cannot", words };
}

/** @returns {Finding} */
export function https() {
  const name = _("Secure connection (https)");
  // A browser trusts its own machine without https: that says nothing of the devices that come over the network.
  const own = location.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  if (own) return { bit: 4, name, level: "good", words: _("This device is the server itself, so it needs no https. Other devices open the service by another address and do need it: see “Let this device trust the service”.") };
  if (globalThis.isSecureContext) return { bit: 4, name, level: "good", words: _("Nobody on the network can read along, and the paper can be fetched before the start.") };
  return { bit: 4, name, level: "limited", words: _("No https. Answers are kept and sent as always; but if the page is reloaded while the network is away, it needs the network back before the work goes on. The paper comes only at the start.") };
}

/** @returns {Promise<Finding | null>} null without https: that finding says it already */
export async function offline() {
  if (!globalThis.isSecureContext) return null;
  const name = _("Reloading without network");
  const words = _("This browser can't keep the page (a private window, or settings that clear everything). If it is reloaded while the network is away, it needs the network back.");
  const bad = { bit: 8, name, level: /** @type {Level} */ ("limited"), words };
  if (!("serviceWorker" in navigator)) return bad;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    return { bit: 8, name, level: "good", words: _("Works: the page is kept on this device.") };
  } catch {
    return { ...bad, words: _("This browser doesn't trust the certificate yet, so it can't keep the page. If it is reloaded while the network is away, it needs the network back.") };
  }
}

/** @returns {Finding | null} */
export function locks() {
  if (!globalThis.isSecureContext || navigator.locks) return null;
  return { bit: 16, name: _("Several tabs"), level: "limited", words: _("This browser tells tabs apart slowly. Keep the test in one tab only.") };
}

/** @param {number | null} apart ms that the device is ahead of the server @returns {Finding | null} */
export function clock(apart) {
  if (apart === null) return null;
  const name = _("Clock");
  const minutes = Math.round(Math.abs(apart) / MINUTE);
  if (minutes < 2) return { bit: 32, name, level: "good", words: _("Right.") };
  const words = apart > 0
    ? _("It is %(n)s minutes fast. Tests do not mind: their time comes from the server.", { n: minutes })
    : _("It is %(n)s minutes slow. Tests do not mind: their time comes from the server.", { n: minutes });
  // A certificate has a beginning and an end, and the browser asks the device's own clock about them.
  if (Math.abs(apart) < DAY) return { bit: 32, name, level: "good", words };
  return { bit: 32, name, level: "limited", words: _("The date is wrong (%(n)s days apart). Set it: with a wrong date the browser may refuse https.", { n: Math.round(Math.abs(apart) / DAY) }) };
}

/** @returns {Finding} */
export function screen() {
  const name = _("Screen");
  const { innerWidth: width, innerHeight: height } = globalThis;
  const size = { width, height };
  return width >= 320 && height >= 400
    ? { bit: 64, name, level: "good", words: _("Large enough (%(width)s × %(height)s).", size) }
    : { bit: 64, name, level: "limited", words: _("Small (%(width)s × %(height)s): long items need much scrolling. Turn the device, make the letters smaller or the window larger.", size) };
}

/** @param {boolean} answers @param {number} way ms @returns {Finding} */
export function connection(answers, way) {
  const name = _("Connection");
  if (!answers) return { bit: 128, name, level: "cannot", words: _("The server does not answer. Check the network, then check again.") };
  if (way > 3000) return { bit: 128, name, level: "limited", words: _("Slow: an answer took %(n)s seconds. Answers are kept on this device meanwhile.", { n: Math.round(way / 1000) }) };
  return { bit: 128, name, level: "good", words: _("The server answers.") };
}

/** @returns {Finding} one is really written and read back */
export function cookies() {
  const name = _("Cookies");
  document.cookie = "check=1; path=/check; samesite=lax";
  const kept = /(^|; )check=1/.test(document.cookie);
  document.cookie = "check=; path=/check; max-age=0; samesite=lax";
  return kept
    ? { bit: 256, name, level: "good", words: _("Allowed.") }
    : { bit: 256, name, level: "cannot", words: _("Blocked: nobody can sign in. Allow them for this address, or use another browser.") };
}

/** @param {Finding[]} found @returns {Level} the worst one */
export function verdict(found) {
  const has = (/** @type {Level} */ level) => found.some((one) => one.level === level);
  return has("cannot") ? "cannot" : has("limited") ? "limited" : "good";
}

/** Three digits to read aloud. @param {Finding[]} found */
export const codeOf = (found) => String(found.filter((one) => one.level !== "good").reduce((sum, one) => sum | one.bit, 0)).padStart(3, "0");
