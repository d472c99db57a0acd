import assert from "node:assert/strict";
import test from "node:test";
import { ANSWER, HAND_IN } from "./kinds.js";
import { HEARTBEAT_MS, STATE_MS, heartbeat, meaning, nextBatch, pause, quiet, saysMore, settle, slotsWaiting } from "./sending.js";

/** @param {Partial<import("./types.js").Entry>} more @returns {import("./types.js").Entry} */
const entry = (more) => ({
  attempt: "anh", token: "t1", resume: 1, counter: 1, kind: ANSWER, slot: 0, value: { plain: null }, client_ms: 0, tries: 0, refused: false, ...more,
});
const none = new Set();

test("the heartbeat lies within 30 % of 15 s", () => {
  assert.equal(heartbeat(0), HEARTBEAT_MS * 0.7);
  assert.ok(heartbeat(0.999) < HEARTBEAT_MS * 1.3);
});

test("a running attempt asks for the whole state every few minutes, and when a reply says that there is more", () => {
  const known = { state: "running", told: 2, at: 1_000 };
  assert.ok(quiet(known, 1_000 + STATE_MS - 1));
  assert.ok(!quiet(known, 1_000 + STATE_MS) && !quiet(null, 0) && !quiet({ ...known, state: "paused" }, 1_000));
  assert.ok(!saysMore(known, { state: "running", notices: 2 }));
  assert.ok(saysMore(known, { state: "expired", notices: 2 }) && saysMore(known, { state: "running", notices: 3 }));
});

test("waiting grows to half a minute and never undercuts Retry-After", () => {
  assert.ok(pause(1, null, 0) >= 500 && pause(1, null, 0.99) <= 1_000);
  assert.ok(pause(50, null, 0.99) <= 30_000);
  assert.ok(pause(1, 5, 0) >= 5_000 && pause(1, 5, 0.99) <= 6_500);
  assert.ok(pause(50, 1, 0) >= 1_000 && pause(50, 1, 0.99) <= 5_000, "a service that asks to wait is not silent");
});

test("one token at a time: this attempt first, then what others left on the device", () => {
  const entries = [entry({ attempt: "binh", token: "b", counter: 4 }), entry({}), entry({ counter: 2, slot: 1 })];
  assert.deepEqual(nextBatch(entries, "anh", none)?.entries.map(({ counter }) => counter), [1, 2]);
  assert.equal(nextBatch(entries.slice(0, 1), "anh", none)?.token, "b");
  assert.equal(nextBatch(entries.slice(0, 1), "anh", new Set(["b"])), null);
});

test("handing in goes last, and a refused entry holds nobody up", () => {
  const handIn = entry({ kind: HAND_IN, counter: 3 });
  const entries = [entry({ refused: true }), entry({ counter: 2 }), entry({ counter: 3 }), handIn];
  assert.equal(nextBatch(entries, "anh", none, 1)?.handIn, null);
  const all = nextBatch(entries, "anh", none);
  assert.equal(all?.handIn, handIn);
  assert.deepEqual(all?.entries.map(({ counter }) => counter), [2, 3]);
});

test("only what the reply names is settled; a conflicting repeat is numbered anew", () => {
  const [a, b, c] = [entry({}), entry({ counter: 2 }), entry({ counter: 3 })];
  const found = settle([a, b, c], [[1, 0], [2, 4]]);
  assert.deepEqual(found.done, [a]);
  assert.deepEqual(found.again, [b]);
});

test("every refusal has one meaning", () => {
  const told = [[0, null], [401, null], [413, null], [422, 3], [429, null], [500, null], [503, null], [409, null], [422, null]];
  assert.deepEqual(told.map(([status, counter]) => meaning(/** @type {number} */ (status), counter ?? null)),
    ["offline", "unknown", "large", "entry", "busy", "busy", "busy", "stuck", "stuck"]);
});

test("what waits is counted by item", () => {
  assert.equal(slotsWaiting([entry({}), entry({ counter: 2 }), entry({ counter: 3, slot: 4 }), entry({ attempt: "binh", slot: 9 }), entry({ kind: 1, slot: -1 })], "anh"), 2);
});
