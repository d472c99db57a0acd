/** The player's private API as functions: a reply, or a Refusal that says what the server said. */

export const PROTOCOL = 1;

/** A reply that is no success, or none at all (`status` 0). */
export class Refusal extends Error {
  /** @param {number} status @param {{code?: string, detail?: string, counter?: number, missing?: unknown}} problem @param {number | null} retryAfter seconds */
  constructor(status, problem, retryAfter = null) {
    super(problem.detail ?? problem.code ?? `status ${status}`);
    this.status = status;
    this.code = problem.code ?? "";
    this.detail = problem.detail ?? "";
    this.counter = typeof problem.counter === "number" ? problem.counter : null;
    this.retryAfter = retryAfter;
  }
}

const PATIENCE_MS = 20_000;

/**
 * @param {string} path @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
async function call(path, init = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  let reply;
  try {
    reply = await fetch(path, { ...init, signal: stop.signal, credentials: "same-origin", cache: "no-store", redirect: "error" });
    if (reply.ok) return new Response(await reply.arrayBuffer(), { status: reply.status, headers: reply.headers });
  } catch {
    throw new Refusal(0, { code: "offline" });
  } finally {
    clearTimeout(timer);
  }
  const wait = Number(reply.headers.get("retry-after"));
  const problem = await reply.json().catch(() => ({}));
  throw new Refusal(reply.status, problem, reply.headers.has("retry-after") && Number.isFinite(wait) ? wait : null);
}

const wantsJson = { accept: "application/json" };

/** @param {string} path */
const get = async (path) => (await call(path, { headers: wantsJson })).json();

/** @param {string} path @param {unknown} body @param {Record<string, string>} headers */
const post = async (path, body, headers) =>
  (await call(path, { method: "POST", body: JSON.stringify(body), headers: { ...wantsJson, "content-type": "application/json", ...headers } })).json();

/** @param {string} device @returns {Promise<any>} */
export const fetchState = (device) => get(`/play/state?device=${encodeURIComponent(device)}`);
/** @returns {Promise<import("./types.js").Paper>} */
export const fetchPaper = () => get("/play/paper");
/** @returns {Promise<import("./types.js").Variant>} */
export const fetchVariant = () => get("/play/variant");
/** @returns {Promise<any>} */
export const fetchReceipt = () => get("/play/receipt");
export const fetchSealed = async () => (await call("/play/sealed", { headers: { accept: "application/octet-stream" } })).arrayBuffer();

/**
 * Starts, or resumes here. The page may be older than its form token (kept by the service worker), so a 403 asks for a new one once.
 * @param {string} device @returns {Promise<any>}
 */
export async function start(device) {
  try {
    return await post("/play/start", { device }, { "x-csrftoken": csrfToken() });
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 403) throw error;
    await renewCsrfToken();
    return post("/play/start", { device }, { "x-csrftoken": csrfToken() });
  }
}

/** By the clock that stamps entries: the server learns how old each is, whatever the device's date. */
const deviceNow = () => Math.round(performance.timeOrigin + performance.now());

/** @param {string} token @param {import("./types.js").Wire[]} entries @returns {Promise<any>} */
export const save = (token, entries) => post("/play/save", { p: PROTOCOL, t: deviceNow(), e: entries }, { authorization: `Bearer ${token}` });

/** @param {string} token @param {import("./types.js").Wire[]} entries @param {number | null} counter @returns {Promise<any>} */
export const submit = (token, entries, counter) => post("/play/submit", { p: PROTOCOL, t: deviceNow(), e: entries, counter }, { authorization: `Bearer ${token}` });

/** One piece of a file; an empty one asks where to go on. @param {string} token @param {{digest: string, size: number}} file @param {number} at @param {Uint8Array} piece @returns {Promise<{held: number, done: boolean}>} */
export const sendPiece = async (token, { digest, size }, at, piece) =>
  (await call(`/play/files/${digest}?size=${size}&at=${at}`, {
    method: "POST", body: /** @type {BodyInit} */ (piece), headers: { ...wantsJson, "content-type": "application/octet-stream", authorization: `Bearer ${token}` },
  })).json();

/** Practice: verdict, key and rationale of one item whose answer is on the server. @param {string} token @param {number} slot @returns {Promise<any>} */
export const giveFeedback = (token, slot) => post("/play/feedback", { slot }, { authorization: `Bearer ${token}` });
/** @param {string} token @returns {Promise<{given: any[]}>} what this attempt has been told so far */
export const givenFeedback = async (token) => (await call("/play/feedback", { headers: { ...wantsJson, authorization: `Bearer ${token}` } })).json();

const metaToken = () => /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf-token"]'));
const csrfToken = () => metaToken()?.content ?? "";

async function renewCsrfToken() {
  const page = await (await call("/play", { headers: { accept: "text/html" } })).text();
  const found = new DOMParser().parseFromString(page, "text/html").querySelector('meta[name="csrf-token"]')?.getAttribute("content");
  const meta = metaToken();
  if (found && meta) meta.content = found;
}
