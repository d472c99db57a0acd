/// <reference lib="webworker" />
// Lets the player be reloaded while the server is away. It keeps the page's shell and its program files, never a reply of the API.

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

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === SHELL && request.method === "GET") event.respondWith(shell(request));
    // Whoever opens any other page may be somebody else: from here on only the server says who works on this device.
    else if (/^\/(t\/|s\/|candidate|sign-|pupil|join|my|welcome)/.test(url.pathname)) event.waitUntil(caches.open(CACHE).then((cache) => cache.delete(SHELL)));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(programFile(request));
});

/** The page from the server; when it does not answer, the one kept, marked as such. @param {Request} request */
async function shell(request) {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected && fresh.type === "basic") await cache.put(SHELL, fresh.clone());
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
  if (fresh.ok && (ON_DEMAND.test(request.url) || FILES.some((file) => request.url.endsWith(`/static/${file}`)))) await cache.put(request, fresh.clone());
  return fresh;
}
