// The device check: what this device has and lacks for a test, and what follows, in words.
import { _ } from "../language.js";
import { h, icon, notice } from "../player/dom.js";
import { memoryShelf } from "../player/memory_shelf.js";
import { openShelf } from "../player/shelf.js";
import { useLanguage, useWording } from "../player/text.js";
import { browser, clock, codeOf, connection, cookies, https, locks, offline, screen, storage, verdict } from "./findings.js";

/** @type {Record<import("./findings.js").Level, {tone: string, symbol: string}>} */
const LOOKS = {
  good: { tone: "success", symbol: "circle-check" },
  limited: { tone: "warning", symbol: "triangle-alert" },
  cannot: { tone: "danger", symbol: "circle-alert" },
};

/** @type {import("./findings.js").Level[]} */
const ORDER = ["cannot", "limited", "good"];

/** @type {() => Record<import("./findings.js").Level, [string, string]>} */
const verdictWords = () => ({
  good: [_("This device is ready"), _("It can do everything that a test needs.")],
  limited: [_("This device can be used, with limits"), _("Please read what is marked below.")],
  cannot: [_("This device can't be used for a test"), _("What is marked below has to be mended first. Otherwise take another device, or tell your teacher.")],
});

/** @param {string} id */
const block = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");

/** The server's time and how long asking took; null when it does not answer. */
async function askServer() {
  const sent = performance.now();
  try {
    const reply = await fetch("/check/now", { cache: "no-store" });
    if (!reply.ok) return null;
    const way = performance.now() - sent;
    const { now } = await reply.json();
    return { way, apart: Date.now() - (now + way / 2) };
  } catch {
    return null;
  }
}

async function findings() {
  const shelf = await openShelf().catch(memoryShelf);
  const server = await askServer();
  const found = [
    browser(), cookies(), await storage(shelf), connection(server !== null, server?.way ?? 0), https(), await offline(), locks(),
    clock(server?.apart ?? null), screen(),
  ];
  return found.filter((one) => one !== null);
}

/** @param {HTMLElement} place @param {import("./findings.js").Finding[]} found */
function show(place, found) {
  const whole = verdict(found);
  const [title, words] = verdictWords()[whole];
  const worstFirst = [...found].sort((one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level));
  place.replaceChildren(
    box(whole, title, words),
    h("p", {}, _("Code for the teacher"), ": ", h("strong", { class: "number", id: "code" }, codeOf(found))),
    h("ul", { class: "stack stack-tight plain-list" }, ...worstFirst.map(({ level, name, words: why }) => h("li", {}, box(level, name, why)))));
  place.dataset.verdict = whole;
}

/** @param {import("./findings.js").Level} level @param {string} title @param {string} words */
const box = (level, title, words) => notice(LOOKS[level].tone, icon(LOOKS[level].symbol), h("p", { class: "notice-title" }, title), h("p", {}, words));

async function main() {
  const settings = block("settings");
  useLanguage({ locale: document.documentElement.lang, ...settings }, block("texts"));
  useWording(false);
  const place = document.getElementById("check");
  if (!place) return;
  document.documentElement.dataset.icons = place.dataset.icons;
  show(place, await findings());
}

void main();
