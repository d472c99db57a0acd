import assert from "node:assert/strict";
import { test } from "node:test";
import { areaOf, cornersText, drawn, handles, heart, middle, moved, pulled, resized, textOf, typedCorners } from "./areas.js";

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
  assert.deepEqual(handles(areaOf("circle 5,5,3")), [[8, 5]]);
  assert.deepEqual(handles(areaOf("poly 0,0,4,0,4,4")), [[0, 0], [4, 0], [4, 4]]);
  assert.deepEqual(heart(areaOf("rect 0,0,4,8")), [2, 4]);
});

test("ellipses are drawn from corner to corner", () => {
  assert.equal(textOf(drawn("ellipse", [50, 10], [10, 30])), "ellipse 30,20,20,10");
  assert.equal(textOf(middle("ellipse", [320, 160])), "ellipse 160,80,30,20");
  assert.equal(textOf(pulled(areaOf("ellipse 30,20,20,10"), 0, 5, 0)), "ellipse 30,20,25,10");
});

test("polygons are pulled by a corner, stretched, and typed as their corners", () => {
  const triangle = areaOf("poly 0,0,4,0,4,4");
  assert.equal(textOf(pulled(triangle, 2, 1, 6)), "poly 0,0,4,0,5,10");
  assert.equal(textOf(resized(triangle, 4, 0)), "poly 0,0,8,0,8,4");
  assert.equal(textOf(middle("poly", [320, 160])), "poly 160,60,180,80,160,100,140,80");
  assert.equal(cornersText(triangle), "0,0 4,0 4,4");
  assert.deepEqual(typedCorners(" 0,0; 4,0 (4, 4)"), triangle);
  for (const wrong of ["", "0,0 4,0", "0,0 4,0 4", "0,0 4,0 4,x"]) assert.equal(typedCorners(wrong), null);
});
