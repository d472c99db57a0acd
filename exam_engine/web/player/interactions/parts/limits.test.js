import assert from "node:assert/strict";
import { test } from "node:test";
import { paired } from "./limits.js";

const body = { cardinality: "multiple", most: 3, limits: { many: [0, 0], twice: [0, 2] } };

test("what may be used once leaves its old pair", () => {
  assert.deepEqual(paired(body, ["a x", "b y"], "a", "y"), { pairs: ["a y"] });
  assert.deepEqual(paired(body, ["many x"], "many", "y"), { pairs: ["many x", "many y"] });
});

test("a pair that is there already is no second one", () => {
  assert.deepEqual(paired(body, ["many x", "b y"], "many", "x"), { pairs: ["b y", "many x"] });
});

test("where there is no room nothing is pushed out", () => {
  assert.ok("why" in paired(body, ["twice x", "twice y"], "twice", "z"));
  assert.ok("why" in paired(body, ["many x", "many y", "many z"], "many", "w"));
});

test("one answer alone takes the place of the other", () => {
  assert.deepEqual(paired({ cardinality: "single", most: 1 }, ["a x"], "b", "y"), { pairs: ["b y"] });
});
