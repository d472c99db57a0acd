import assert from "node:assert/strict";
import test from "node:test";
import { Clock, windowEnd } from "./clock.js";
import { mayHold, LEASE_MS } from "./lease.js";
import { timerFace, warningDue } from "./views/timer.js";
import { readState } from "./replies.js";
import { useLanguage } from "./text.js";

test("the server's time is kept by a monotonic clock, whatever the device's date says (pitfall T4)", () => {
  let now = 1_000;
  const clock = new Clock(() => now);
  assert.equal(clock.now(), null);
  clock.sample(5_000_000, 900, 1_100);
  assert.equal(clock.now(), 5_000_000);
  now += 60_000;
  assert.equal(clock.until(5_120_000), 60);
});

test("a short way is believed more than a long one, unless the machine slept", () => {
  const clock = new Clock(() => 10_000);
  clock.sample(1_000_000, 9_990, 10_010);
  clock.sample(1_000_400, 9_000, 11_000);
  assert.equal(clock.now(), 1_000_000);
  clock.sample(1_500_000, 9_900, 10_100);
  assert.equal(clock.now(), 1_500_000);
});

test("warnings come once, at 10, 5 and 1 minutes, the latest where several were slept through", () => {
  assert.equal(warningDue(601, 600), 10);
  assert.equal(warningDue(600, 599), null);
  assert.equal(warningDue(700, 200), 5);
  assert.equal(warningDue(61, 59.5), 1);
  assert.equal(warningDue(61, 0), null);
  assert.equal(warningDue(null, 300), null);
});

test("a hidden timer comes back for the last five minutes", () => {
  useLanguage({ locale: "en" }, {});
  assert.equal(timerFace(301, { hidden: true, paused: false }).hidden, true);
  assert.deepEqual(timerFace(300, { hidden: true, paused: false }), { text: "05:00", weight: "near", hidden: false });
  assert.equal(timerFace(3_700, { hidden: false, paused: false }).text, "1:01:40");
  assert.equal(timerFace(30, { hidden: false, paused: true }).text, "Paused");
});

test("work that lasts as long as its window says until when, and shows a clock for its last hour", () => {
  useLanguage({ locale: "en", zone: "Asia/Ho_Chi_Minh" }, {});
  const closes = Date.UTC(2026, 10, 25, 15);
  const info = (/** @type {boolean} */ formal, /** @type {string} */ timing) => readState({ sitting: { closes, timing }, policy: { formal } });
  assert.equal(windowEnd(info(false, "common_end")), closes);
  assert.equal(windowEnd(info(false, "individual")), null);
  assert.equal(windowEnd(info(true, "common_end")), null);
  assert.equal(timerFace(291_862, { hidden: false, paused: false, end: closes }).text, "Until 22:00, 25/11");
  assert.equal(timerFace(3_599, { hidden: false, paused: false, end: closes }).text, "59:59");
});

test("a lease is held until it runs out, and a clock that jumped back does not make it last", () => {
  assert.equal(mayHold(undefined, "a", 0), true);
  assert.equal(mayHold({ holder: "b", until: 5_000 }, "a", 4_999), false);
  assert.equal(mayHold({ holder: "b", until: 5_000 }, "a", 5_000), true);
  assert.equal(mayHold({ holder: "a", until: 5_000 }, "a", 0), true);
  assert.equal(mayHold({ holder: "b", until: 5_000 + 10 * LEASE_MS }, "a", 5_000), true);
});
