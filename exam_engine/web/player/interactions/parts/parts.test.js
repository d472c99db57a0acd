import assert from "node:assert/strict";
import { test } from "node:test";
import { letter } from "../options.js";
import { answerOf, inOrder, listOf, roomOf } from "./part.js";
import { onPicture, stepped } from "./points.js";
import { moved } from "./ranking.js";

const keys = (/** @type {string} */ key, shiftKey = false) => ({ key, shiftKey });

test("a line that is moved leaves the others as they stood", () => {
  assert.deepEqual(moved(["a", "b", "c", "d"], "a", 2), ["b", "c", "a", "d"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], "d", 0), ["d", "a", "b", "c"]);
  assert.deepEqual(moved(["a", "b", "c"], "b", 1), ["a", "b", "c"]);
});

test("a point is a whole pixel of the picture, also where the press was beside it", () => {
  assert.deepEqual(onPicture(12.4, 99.6, [320, 200]), [12, 100]);
  assert.deepEqual(onPicture(-3, 500, [320, 200]), [0, 200]);
});

test("the cross begins in the middle, goes by a fortieth, with Shift by one pixel, and stays on the picture", () => {
  assert.deepEqual(stepped(null, keys("ArrowLeft"), [320, 200]), [152, 100]);
  assert.deepEqual(stepped([10, 10], keys("ArrowDown", true), [320, 200]), [10, 11]);
  assert.deepEqual(stepped([3, 198], keys("ArrowLeft"), [320, 200]), [0, 198]);
  assert.deepEqual(stepped([5, 5], keys("ArrowUp"), [20, 10]), [5, 4]);
  assert.equal(stepped([5, 5], keys("Tab"), [20, 10]), null);
});

test("what is shown first is the candidate's own order; what it does not name comes last", () => {
  const context = /** @type {import("./part.js").Context} */ ({ order: ["c", "x", "a"] });
  assert.deepEqual(inOrder(context, { a: "", b: "", c: "" }), ["c", "a", "b"]);
});

test("a part that takes one answer gives it alone, one that takes many gives a list, and nothing is no answer", () => {
  const [single, many] = [{ cardinality: "single", most: 1 }, { cardinality: "multiple", most: 0 }];
  assert.equal(answerOf(single, ["a", "b"]), "b");
  assert.deepEqual(answerOf(many, ["a"]), ["a"]);
  assert.equal(answerOf(many, []), null);
  assert.deepEqual([roomOf(single), roomOf(many), roomOf({ ...many, most: 3 })], [1, Infinity, 3]);
  assert.deepEqual([listOf("a"), listOf(["a", "b"]), listOf(null), listOf("")], [["a"], ["a", "b"], [], []]);
});

test("no two of many options have the same letter", () => {
  assert.deepEqual([0, 25, 26, 27, 52].map(letter), ["A", "Z", "AA", "AB", "BA"]);
  assert.equal(new Set(Array.from({ length: 99 }, (_one, at) => letter(at))).size, 99);
});
