import { ANSWER, CONFLICT, HAND_IN } from "./kinds.js";

/**
 * When and what to send: decisions alone.
 * @typedef {import("./types.js").Entry} Entry
 */

export const HEARTBEAT_MS = 15_000;
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
const LONGEST_ASKED_MS = 5_000;
const MOST_ENTRIES = 60;

/** 15 s ± 30 %: a room that started together does not ask together. @param {number} random in [0, 1) */
export const heartbeat = (random) => HEARTBEAT_MS * (0.7 + 0.6 * random);

/** How long a page that nothing happens to goes without asking for the whole state. */
export const STATE_MS = 5 * 60_000;

/**
 * Whether a save that carries nothing is enough of a heartbeat: it costs the server a fraction of what the whole state costs, and
 * its reply says whether there is more to ask for.
 * @param {{state: string, told: number, at: number} | null} known the last whole state, and when it came @param {number} now same clock as `at`
 */
export const quiet = (known, now) => known !== null && known.state === "running" && now - known.at < STATE_MS;

/** @param {{state: string, told: number}} known @param {{state?: unknown, notices?: unknown}} reply */
export const saysMore = (known, reply) => reply.state !== known.state || reply.notices !== known.told;

/**
 * How long to wait after failures in a row. What the server asks for is the least; chance only adds to it. A server that asks is
 * there and soon has room again: waiting as long as for one that is silent would outlast its rush by half a minute.
 * @param {number} failures @param {number | null} retryAfter seconds @param {number} random in [0, 1)
 */
export function pause(failures, retryAfter, random) {
  const backed = Math.min(retryAfter === null ? LONGEST_MS : LONGEST_ASKED_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  const own = backed * (0.5 + 0.5 * random);
  return retryAfter === null ? own : Math.max(own, retryAfter * 1000 * (1 + 0.3 * random));
}

/**
 * The next batch: one token's entries, this attempt's before those that others left here; handing in comes after all the rest.
 * @param {Entry[]} entries @param {string} attempt @param {ReadonlySet<string>} spent tokens that the server no longer knows
 * @returns {{token: string, attempt: string, entries: Entry[], handIn: Entry | null} | null}
 */
export function nextBatch(entries, attempt, spent, most = MOST_ENTRIES) {
  const ready = entries.filter((entry) => !entry.refused && !spent.has(entry.token));
  const first = ready.find((entry) => entry.attempt === attempt) ?? ready[0];
  if (!first) return null;
  const own = ready.filter((entry) => entry.token === first.token);
  const plain = own.filter((entry) => entry.kind !== HAND_IN);
  const handIn = own.find((entry) => entry.kind === HAND_IN) ?? null;
  return { token: first.token, attempt: first.attempt, entries: plain.slice(0, most), handIn: plain.length > most ? null : handIn };
}

/**
 * Handing in waits until no file of the attempt waits.
 * @param {ReturnType<typeof nextBatch>} batch @param {{attempt: string}[]} files that wait
 */
export function withFiles(batch, files) {
  if (!batch?.handIn || !files.some(({ attempt }) => attempt === batch.attempt)) return batch;
  return batch.entries.length ? { ...batch, handIn: null } : null;
}

/**
 * Sorts a batch by what the server said of each counter.
 * @param {Entry[]} batch @param {[number, number][]} acknowledged
 * @returns {{done: Entry[], again: Entry[], standings: Map<number, number>}} `again`: their counter holds another value already
 */
export function settle(batch, acknowledged) {
  const standings = new Map(acknowledged);
  const told = batch.filter((entry) => standings.has(entry.counter));
  return {
    done: told.filter((entry) => standings.get(entry.counter) !== CONFLICT || entry.kind !== ANSWER),
    again: told.filter((entry) => standings.get(entry.counter) === CONFLICT && entry.kind === ANSWER),
    standings,
  };
}

/**
 * What a failed request means.
 * @param {number} status 0: nothing came back @param {number | null} counter the entry that a 422 names
 * @returns {"offline" | "busy" | "unknown" | "entry" | "large" | "stuck"}
 */
export function meaning(status, counter) {
  if (status === 0) return "offline";
  if (status === 401) return "unknown";
  if (status === 413) return "large";
  if (status === 422 && counter !== null) return "entry";
  if (status === 429 || status >= 500 || status === 408 || status === 425) return "busy";
  return "stuck";
}

/**
 * How many answers of this attempt wait, counted by item; those whose files wait are among them.
 * @param {Entry[]} entries @param {string} attempt @param {import("./files.js").Waiting[]} [files]
 */
export const slotsWaiting = (entries, attempt, files = []) =>
  new Set([...entries.filter((entry) => entry.kind === ANSWER && !entry.refused), ...files].filter((one) => one.attempt === attempt).map(({ slot }) => slot)).size;
