import assert from "node:assert/strict";
import test from "node:test";
import { incomplete, openParts, openWords, progress, unanswered } from "./answered.js";
import { Views } from "./journal.js";
import { command } from "./keyboard.js";
import { arrange, same } from "./paper.js";
import { Pending } from "./pending.js";
import { initial, mayWrite, reduce } from "./state.js";
import { useLanguage } from "./text.js";
import { timeUpText } from "./views/time_up.js";
import { savedLine } from "./views/saved_line.js";

useLanguage({ locale: "en", zone: "Asia/Ho_Chi_Minh" }, {});

/** @type {import("./types.js").Paper} */
const paper = {
  v: 1, id: "f", language: "vi", title: "T", instructions: "", passages: {}, assets: {},
  items: [0, 1, 2, 3].map((slot) => ({ slot, type: "single_choice", stem: "", body: { options: {} } })),
};
/** @type {import("./types.js").Variant} */
const variant = {
  v: 1, form: "101",
  sections: [
    { title: "I", instructions: "", choose: null, items: [[2, ["k1"]], [0, []]] },
    { title: "II", instructions: "", choose: 1, items: [[1, [], "a"], [3, [], "b"]] },
  ],
};
const own = arrange(paper, variant);
const running = reduce(initial, { type: "opened", paper: own, answers: {}, markups: {}, at: 0, deadline: 1_000 });

/** @param {Partial<import("./state.js").Saved>} saved */
const line = (saved) => savedLine({ ...running, saved: { ...running.saved, savedAt: Date.UTC(2026, 10, 21, 3, 42), ...saved } }).text;

test("the saved line is always one of six", () => {
  assert.equal(line({}), "Saved on the server at 10:42");
  assert.equal(line({ phase: "storing" }), "Saving…");
  assert.equal(line({ waiting: 1 }), "Saving…");
  assert.equal(line({ unstored: [6] }), "Saving…");
  assert.equal(line({ waiting: 3, busy: true }), "Saved on this device, 3 waiting");
  assert.equal(line({ waiting: 3, offline: true }), "Offline. Carry on, your answers are kept on this device");
  assert.equal(line({ broken: true }), "Not saved. Keep this device on and call the invigilator");
  assert.equal(line({ memory: true, waiting: 1, offline: true }), "Not saved. Keep this device on and call the invigilator");
  assert.equal(line({ refused: 1 }), "Not saved. Keep this device on and call the invigilator");
  assert.equal(savedLine({ ...running, screen: "other_device" }).text, "This attempt continues on another device");
});

test("text that still rests before it is kept is not called saved by the news of an older entry (pitfall L2)", () => {
  const typed = reduce(running, { type: "answer", slot: 1, value: "0,5" });
  const older = reduce(typed, { type: "stored", waiting: 1, refused: 0, answered: 0, slot: undefined });
  assert.equal(savedLine({ ...older, saved: { ...older.saved, waiting: 0, savedAt: 1 } }).text, "Saving…");
  const kept = reduce(older, { type: "stored", waiting: 0, refused: 0, answered: 1, slot: 1 });
  assert.deepEqual(kept.saved.unstored, []);
});

test("the variant names the order, the paper the content", () => {
  assert.deepEqual(own.items.map(({ slot, number, section }) => [slot, number, section]), [[2, 1, 0], [0, 2, 0], [1, 3, 1], [3, 4, 1]]);
});

test("of a choose-one section only the begun group is missed", () => {
  assert.deepEqual(unanswered(own, {}).map(({ slot }) => slot), [2, 0, 1]);
  assert.deepEqual(unanswered(own, { 3: "k1", 2: "k1" }).map(({ slot }) => slot), [0]);
});

test("a cluster is partly answered until every statement has its verdict", () => {
  const item = { slot: 0, type: "true_false_cluster", stem: "", body: { statements: { a: "", b: "" } } };
  assert.equal(openParts(item, {}), 0);
  assert.equal(openParts(item, { a: true }), 1);
  assert.equal(openParts(item, { a: true, b: false }), 0);
  assert.equal(openParts({ ...item, type: "multiple_choice", body: { options: {}, min: 3, max: 3 } }, ["k1"]), 2);
});

test("what is partly answered is counted apart from what is done, and named", () => {
  const items = own.items.map((item) => (item.slot === 0 ? { ...item, body: { statements: { a: "", b: "", c: "", d: "" } } } : item));
  const mixed = { ...own, items };
  const most = { 2: "k1", 1: "k1", 3: "k1", 0: { a: true, b: false, c: true } };
  assert.equal(progress(mixed, most), "3 of 4 answered, 1 incomplete");
  assert.deepEqual(incomplete(mixed, most).map((item) => openWords(item, most)), ["Item 2: parts still to choose: 1"]);
  assert.equal(progress(mixed, { ...most, 0: { a: true, b: false, c: true, d: true } }), "4 of 4 answered");
});

test("equal values are one answer, whatever the order of keys", () => {
  assert.ok(same({ a: true, b: false }, { b: false, a: true }));
  assert.ok(same(undefined, null));
  assert.ok(!same(["k1"], ["k1", "k2"]));
});

test("a newer device, the server's closing and a reopening each change the screen", () => {
  const told = (/** @type {number} */ standing, /** @type {string} */ state) =>
    reduce(running, { type: "acknowledged", reply: { now: 5, deadline: 1_000, state }, standings: new Map([[1, standing]]), waiting: 0, refused: 0 });
  assert.equal(told(2, "running").screen, "other_device");
  assert.equal(told(0, "expired").screen, "closed");
  assert.equal(told(0, "submitted").screen, "closed");
  const again = reduce(told(0, "ended"), { type: "acknowledged", reply: { now: 6, deadline: 2_000, state: "running" }, standings: new Map(), waiting: 0, refused: 0 });
  assert.equal(again.screen, "exam");
});

test("a deadline that moves opens the page again (pitfall T1)", () => {
  const over = reduce(running, { type: "timeUp", on: true });
  assert.equal(mayWrite(over), false);
  const longer = reduce(over, { type: "acknowledged", reply: { now: 1_500, deadline: 9_000, state: "running" }, standings: new Map(), waiting: 0, refused: 0 });
  assert.equal(mayWrite(longer), true);
});

test("time that ends offline is told as it is", () => {
  assert.equal(timeUpText({ ...running, saved: { ...running.saved, onServer: 37, waiting: 3 } }),
    "Time is over. 37 items are saved on the server, 3 are still on this device. Do not switch off, tell the invigilator.");
});

test("letters never act in a field or while a syllable is composed, and can be switched off", () => {
  const key = (/** @type {string} */ name, more = {}) => ({ key: name, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more });
  const free = { inField: false, inDialog: false, letters: true };
  assert.deepEqual(command(key("f"), free), { type: "flag" });
  assert.deepEqual(command(key("B"), free), { type: "choose", index: 1 });
  assert.deepEqual(command(key("3"), free), { type: "choose", index: 2 });
  assert.equal(command(key("f"), { ...free, inField: true }), null);
  assert.equal(command(key("x", { isComposing: true }), free), null);
  assert.equal(command(key("f", { keyCode: 229 }), free), null);
  assert.equal(command(key("f"), { ...free, letters: false }), null);
  assert.deepEqual(command(key("ArrowRight"), { ...free, letters: false }), { type: "move", by: 1 });
});

test("views are told when a slot leaves the screen", () => {
  let now = 10;
  const views = new Views(() => now);
  views.show([0]);
  now = 50;
  views.show([1]);
  assert.deepEqual(views.take(), [[0, 10, 50]]);
  now = 60;
  views.show([]);
  assert.deepEqual(views.take(), [[1, 50, 60]]);
});

test("typed text waits for a rest, never longer than three seconds, and can be put away at once", async () => {
  let now = 0;
  /** @type {{work: () => void, at: number}[]} */
  const timers = [];
  const set = /** @type {typeof setTimeout} */ (/** @type {unknown} */ ((/** @type {() => void} */ work, /** @type {number} */ ms) => timers.push({ work, at: now + ms })));
  /** @type {unknown[]} */
  const kept = [];
  const pending = new Pending(async (slot, value) => void kept.push([slot, value]), { set, clear: () => undefined, now: () => now });
  for (now = 0; now <= 2_800; now += 400) pending.put(0, `text ${now}`);
  assert.equal(timers.at(-1)?.at, 3_000);
  await pending.flush();
  assert.deepEqual(kept, [[0, "text 2800"]]);
});

test("of a composite item every part without an answer is open, and every gap that something is there for", () => {
  const gaps = { type: "gap_match", choices: { a: "", b: "", c: "" }, targets: { g: "", h: "" }, least: 0, most: 0 };
  const body = { parts: [{ type: "choice", least: 0 }, gaps, { type: "media" }, { type: "end_attempt" }] };
  const item = { slot: 0, type: "composite", stem: "", body };
  assert.equal(openParts(item, null), 0);
  assert.equal(openParts(item, { 0: "k1" }), 1);
  assert.equal(openParts(item, { 0: "k1", 1: ["a g"] }), 1);
  assert.equal(openParts(item, { 0: "k1", 1: ["a g", "b h"] }), 0);
  assert.equal(openParts(item, { 1: ["a g", "b h"] }), 1);
});

test("an item of nothing but a button for help lacks no answer", () => {
  const item = (/** @type {number} */ slot, /** @type {string[]} */ ...types) => ({ slot, section: 0, group: slot, type: "composite", stem: "", body: { parts: types.map((type) => ({ type })) } });
  const paper = /** @type {any} */ ({ sections: [{ from: 0, to: 2 }], items: [item(0, "end_attempt"), item(1, "choice", "end_attempt")] });
  assert.deepEqual(unanswered(paper, {}).map(({ slot }) => slot), [1]);
});

test("what is matched, joined or put in order is open until everything has its place", () => {
  const open = (/** @type {any} */ part, /** @type {string[]} */ given) => openParts({ slot: 0, type: "composite", stem: "", body: { parts: [{ type: "choice" }, part] } }, { 0: "k1", 1: given });
  const sides = { choices: { a: "", b: "", c: "" }, targets: { g: "", h: "" }, least: 0, most: 0 };
  const joined = { type: "match", ...sides };
  assert.deepEqual([["a g"], ["a g", "b h"]].map((given) => open(joined, given)), [1, 0]);
  const table = { type: "match", ...sides, limits: { g: [0, 0], h: [0, 0] } };
  assert.deepEqual([["a g", "a h", "b g"], ["a g", "b g", "c h"]].map((given) => open(table, given)), [1, 0]);
  const associated = { type: "associate", choices: { a: "", b: "", c: "", d: "" }, least: 0, most: 0 };
  assert.deepEqual([["a b"], ["a b", "c d"]].map((given) => open(associated, given)), [1, 0]);
  assert.equal(open({ ...associated, limits: { a: [0, 0] } }, ["a b"]), 0);
  const ordered = { type: "graphic_order", areas: { a: "", b: "", c: "" }, least: 0, most: 0 };
  assert.deepEqual([["a", "b"], ["a", "b", "c"]].map((given) => open(ordered, given)), [1, 0]);
  assert.equal(open({ ...ordered, least: 2 }, ["a", "b"]), 0);
});
