/// <reference lib="webworker" />
// Lets the player be reloaded while the server is away. It keeps the page's shell and its program files, never a reply of the API.
// The first page of a device is there before this program is: it asks for itself to be kept (player/kept.js).

// The build puts the names of the player's files in the place of PLAYER_FILES.
/** @type {string[]} */
const FILES = typeof PLAYER_FILES === "undefined" ? [] : PLAYER_FILES;
/** Kept as soon as a page has asked for it. */
const ON_DEMAND = /\/static\/practice-[\w-]+\.js$/;
const CACHE = "exam-engine-player";
const SHELL = "/play";
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => `/static/${file}`))).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", (event) => {
  const files = /** @type {{keep?: unknown}} */ (event.data)?.keep;
  if (Array.isArray(files)) event.waitUntil(keepPage(files.map(String)).catch(() => undefined));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === SHELL && request.method === "GET") event.respondWith(shell(request));
    // Whoever opens any other page may be somebody else: from here on only the server says who works on this device.
    else if (/^\/(t\/|s\/|candidate|sign-|pupil|join|my|welcome)/.test(url.pathname)) event.waitUntil(forget());
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(programFile(request));
});

/** Counts how often the shell was thrown away: one that was asked for before is somebody else's by then. */
let doors = 0;

async function forget() {
  doors++;
  await (await caches.open(CACHE)).delete(SHELL);
}

/** The shell, and what the page has loaded so far without this program. @param {string[]} files */
async function keepPage(files) {
  const cache = await caches.open(CACHE);
  const before = doors;
  if (!(await cache.match(SHELL))) {
    const fresh = await fetch(SHELL, { headers: { accept: "text/html" } });
    if (whole(fresh) && before === doors) await cache.put(SHELL, fresh);
  }
  for (const file of files) if (isProgram(file) && !(await cache.match(file))) await cache.add(file);
}

/** @param {Response} fresh */
const whole = (fresh) => fresh.ok && !fresh.redirected && fresh.type === "basic";

/** @param {string} url */
const isProgram = (url) => ON_DEMAND.test(url) || FILES.some((file) => url.endsWith(`/static/${file}`));

/** The page from the server; when it does not answer, the one kept, marked as such. @param {Request} request */
async function shell(request) {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(request);
    if (whole(fresh)) await cache.put(SHELL, fresh.clone());
    if (fresh.status < 500) return fresh;
    return (await kept(cache)) ?? fresh;
  } catch (error) {
    const page = await kept(cache);
    if (page) return page;
    throw error;
  }
}

/** @param {Cache} cache */
async function kept(cache) {
  const page = await cache.match(SHELL);
  if (!page) return undefined;
  return new Response((await page.text()).replace("<html", "<html data-offline"), { headers: page.headers });
}

/** Program files are named by their digest: what is kept is what was asked for. Those of older versions go with the next one. @param {Request} request */
async function programFile(request) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request);
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.ok && isProgram(request.url)) await cache.put(request, fresh.clone());
  return fresh;
}
