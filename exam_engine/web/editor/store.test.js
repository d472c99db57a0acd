import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "./store.js";

const item = (/** @type {string} */ stem) => ({ stem, interaction: { type: "essay" } });

test("typing in one field is one step, in another field or later a new one", () => {
  let now = 0;
  const store = new Store(item(""), () => now);
  for (const stem of ["a", "ab", "abc"]) store.change(item(stem), { place: "stem", typed: true });
  now = 2000;
  store.change(item("abc d"), { place: "stem", typed: true });
  store.change({ ...item("abc d"), rationale: "x" }, { place: "rationale", typed: true });
  store.undo();
  assert.deepEqual(store.item, item("abc d"));
  store.undo();
  assert.deepEqual(store.item, item("abc"));
  store.undo();
  assert.deepEqual(store.item, item(""));
  assert.equal(store.undo(), false);
});

test("what was undone is done again, field by field, until something else is written", () => {
  const store = new Store(item("a"));
  /** @type {(string | null)[]} */
  const looked = [];
  store.listen(({ undone }) => looked.push(undone));
  store.change(item("b"), { place: "stem" });
  store.undo();
  store.redo();
  assert.equal(store.item.stem, "b");
  store.undo();
  store.change(item("c"), { place: "stem" });
  assert.equal(store.redo(), false);
  assert.deepEqual(looked, [null, "stem", "stem", "stem", null]);
});
