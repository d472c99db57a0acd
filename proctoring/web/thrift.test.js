import assert from "node:assert/strict";
import test from "node:test";
import { Absence, LONG_MS } from "./absence.js";
import { EVERY_MS, Thrift } from "./thrift.js";

/** A clock that tests move by hand. */
function hands() {
  let at = 0;
  /** @type {Map<number, {at: number, done: () => void}>} */
  const waiting = new Map();
  let last = 0;
  return {
    now: () => at,
    timers: {
      set: (/** @type {() => void} */ done, /** @type {number} */ ms) => { waiting.set(++last, { at: at + ms, done }); return last; },
      clear: (/** @type {any} */ timer) => void waiting.delete(timer),
    },
    /** @param {number} ms */
    pass(ms) {
      const end = at + ms;
      for (;;) {
        const [next] = [...waiting].sort(([, a], [, b]) => a.at - b.at);
        if (!next || next[1].at > end) break;
        waiting.delete(next[0]);
        at = next[1].at;
        next[1].done();
      }
      at = end;
    },
  };
}

/** @param {ReturnType<typeof hands>} clock */
function thrifty(clock) {
  /** @type {Record<string, number>[]} */
  const sent = [];
  return { sent, thrift: new Thrift((numbers) => sent.push(numbers), clock.timers) };
}

test("the first goes at once, what follows soon is added up", () => {
  const clock = hands();
  const { sent, thrift } = thrifty(clock);
  thrift.report({ chars: 10 });
  thrift.report({ chars: 5 });
  thrift.report({ chars: 7 });
  assert.deepEqual(sent, [{ chars: 10, n: 1 }]);
  clock.pass(EVERY_MS);
  assert.deepEqual(sent, [{ chars: 10, n: 1 }, { chars: 12, n: 2 }]);
});

test("a thousand in a minute are a dozen entries, and none is lost", () => {
  const clock = hands();
  const { sent, thrift } = thrifty(clock);
  for (let i = 0; i < 1000; i++) { thrift.report({}); clock.pass(60); }
  clock.pass(EVERY_MS);
  assert.ok(sent.length <= 60_000 / EVERY_MS + 2, String(sent.length));
  assert.equal(sent.reduce((sum, { n }) => sum + (n ?? 0), 0), 1000);
});

test("nothing waits when the page goes away", () => {
  const { sent, thrift } = thrifty(hands());
  thrift.report({});
  thrift.report({});
  thrift.flush();
  thrift.flush();
  assert.deepEqual(sent, [{ n: 1 }, { n: 1 }]);
});

/** @param {ReturnType<typeof hands>} clock */
function watched(clock) {
  /** @type {(number | string)[]} */
  const told = [];
  return { told, spell: new Absence({ ended: (ms) => told.push(ms), goesOn: () => told.push("begin"), ...clock }) };
}

test("a short absence is one report with its length", () => {
  const clock = hands();
  const { told, spell } = watched(clock);
  spell.leave();
  spell.leave();
  clock.pass(2000);
  spell.back();
  spell.back();
  clock.pass(LONG_MS);
  assert.deepEqual(told, [2000]);
});

test("a long one is told while it lasts", () => {
  const clock = hands();
  const { told, spell } = watched(clock);
  spell.leave();
  clock.pass(LONG_MS + 1000);
  assert.deepEqual(told, ["begin"]);
  spell.back();
  assert.deepEqual(told, ["begin", LONG_MS + 1000]);
});

test("a blink is nothing", () => {
  const clock = hands();
  const { told, spell } = watched(clock);
  spell.leave();
  clock.pass(100);
  spell.back();
  assert.deepEqual(told, []);
});
