import assert from "node:assert/strict";
import { test } from "node:test";
import { boxOf, widths } from "./stage.js";

const circle = (/** @type {string} */ radius) => ({ shape: "circle", coords: ["50", "60", radius] });

test("the box of each shape is the smallest around it", () => {
  assert.deepEqual(boxOf({ shape: "rect", coords: ["30", "40", "10", "20"] }, [9, 9]), [10, 20, 30, 40]);
  assert.deepEqual(boxOf(circle("5"), [9, 9]), [45, 55, 55, 65]);
  assert.deepEqual(boxOf({ shape: "ellipse", coords: ["50", "60", "5", "10"] }, [9, 9]), [45, 50, 55, 70]);
  assert.deepEqual(boxOf({ shape: "poly", coords: ["1", "9", "4", "2", "7", "5"] }, [9, 9]), [1, 2, 7, 9]);
  assert.deepEqual(boxOf({ shape: "default", coords: [] }, [8, 9]), [0, 0, 8, 9]);
});

test("large areas leave a picture its size, and let a narrow screen make it smaller", () => {
  assert.deepEqual(widths([circle("80"), circle("160")], [600, 400]), { wanted: 600, least: 90 });
  assert.deepEqual(widths([], [600, 400]), { wanted: 600, least: 0 });
});

test("small areas want a larger picture, within bounds; a narrow screen leaves them what a finger needs at least", () => {
  assert.deepEqual(widths([circle("24")], [2400, 300]), { wanted: 2400, least: 1200 });
  assert.deepEqual(widths([circle("8")], [600, 400]), { wanted: 1200, least: 600 });
  assert.deepEqual(widths([circle("1"), circle("80")], [600, 400]), { wanted: 1500, least: 600 });
});
