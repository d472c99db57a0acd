import { _ } from "../language.js";

/** Behind the link to the first page: how much waits there. Asked once a minute, and where something may have been done. */
const FRESH_MS = 60_000;
const SHELF = "waiting";
const link = document.querySelector(".nav-link[data-waiting]");

/** @returns {{n: number, at: number}} */
function known() {
  try {
    return { n: 0, at: 0, ...JSON.parse(sessionStorage.getItem(SHELF) ?? "{}") };
  } catch {
    return { n: 0, at: 0 };
  }
}

/** @param {number} n */
function show(n) {
  const old = link?.querySelector(".nav-count");
  if (!n) return old?.remove();
  const count = old ?? document.createElement("span");
  count.className = "nav-count";
  count.textContent = n > 99 ? "99+" : String(n);
  count.setAttribute("role", "img");
  count.setAttribute("aria-label", _("%(n)s things wait for you", { n }));
  if (!old) link?.append(count);
  return undefined;
}

async function ask() {
  const last = known();
  const changing = /^\/($|review|returned|comments|items|exams)/.test(location.pathname);
  if (!changing && Date.now() - last.at < FRESH_MS) return show(last.n);
  const reply = await fetch("/waiting", { headers: { accept: "application/json" } });
  if (!reply.ok) return undefined;
  const { n } = await reply.json();
  sessionStorage.setItem(SHELF, JSON.stringify({ n, at: Date.now() }));
  return show(n);
}

if (link) queueMicrotask(() => void ask().catch(() => undefined)); // the page's language is known then
