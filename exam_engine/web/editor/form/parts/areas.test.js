import assert from "node:assert/strict";
import { test } from "node:test";
import { areaOf, drawn, handle, heart, middle, moved, resized, textOf } from "./areas.js";

test("areas are drawn from either end, in whole pixels", () => {
  assert.equal(textOf(drawn("rect", [30, 40.4], [10, 20])), "rect 10,20,30,40");
  assert.equal(textOf(drawn("circle", [10, 10], [13, 14])), "circle 10,10,5");
  assert.equal(textOf(middle("circle", [320, 160])), "circle 160,80,20");
});

test("they move and grow", () => {
  assert.equal(textOf(moved(areaOf("circle 10,10,5"), 2, -3)), "circle 12,7,5");
  assert.equal(textOf(moved(areaOf("poly 0,0,4,0,4,4"), 1, 1)), "poly 1,1,5,1,5,5");
  assert.equal(textOf(resized(areaOf("rect 0,0,4,4"), 2, 3)), "rect 0,0,6,7");
  assert.equal(textOf(resized(areaOf("circle 5,5,3"), -9, 0)), "circle 5,5,1");
});

test("where they are taken and named", () => {
  assert.deepEqual(handle(areaOf("circle 5,5,3")), [8, 5]);
  assert.equal(handle(areaOf("poly 0,0,4,0,4,4")), null);
  assert.deepEqual(heart(areaOf("rect 0,0,4,8")), [2, 4]);
});
