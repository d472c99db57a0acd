import assert from "node:assert/strict";
import { test } from "node:test";
import { pull } from "./edge.js";

test("far from the edges nothing scrolls", () => {
  for (const at of [156, 300, 444]) assert.equal(pull(at, 100, 500), 0);
});

test("the nearer the edge the faster, and no faster beyond it", () => {
  assert.ok(pull(150, 100, 500) < 0);
  assert.ok(pull(110, 100, 500) < pull(150, 100, 500));
  assert.equal(pull(-50, 100, 500), pull(100, 100, 500));
  assert.equal(pull(480, 100, 500), -pull(120, 100, 500));
});

test("a low window keeps a middle where nothing scrolls", () => {
  assert.equal(pull(50, 0, 100), 0);
  assert.ok(pull(90, 0, 100) > 0);
});
