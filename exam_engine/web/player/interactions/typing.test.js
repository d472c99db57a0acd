import assert from "node:assert/strict";
import test from "node:test";
import { filtered } from "./numeric.js";
import { cut, storable, words } from "./typing.js";

test("a number is written as on the answer sheet, and what is left out is named", () => {
  assert.deepEqual(filtered("−1.5", 4), { text: "-1,5", strange: "", over: 0 });
  assert.deepEqual(filtered("1a2", 4), { text: "12", strange: "a", over: 0 });
  assert.deepEqual(filtered("1,2,3", 6), { text: "1,23", strange: ",", over: 0 });
  assert.deepEqual(filtered("12345", 4), { text: "1234", strange: "", over: 1 });
  assert.deepEqual(filtered("３", 4), { text: "3", strange: "", over: 0 });
  assert.deepEqual(filtered("1-2", 4), { text: "12", strange: "-", over: 0 });
});

test("text is stored composed, without what no database takes", () => {
  assert.equal(storable("tie\u0302\u0301ng"), "tiếng");
  assert.equal(storable("a\0b\ud800c😀"), "abc😀");
});

test("length is counted in characters as the server does", () => {
  assert.deepEqual(cut("😀😀😀", 2), { text: "😀😀", over: 1 });
  assert.equal(words("  Em thấy\n bài thơ  hay "), 5);
});
