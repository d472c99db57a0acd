import assert from "node:assert/strict";
import { test } from "node:test";
import { formulaOf, parted } from "./formulas.js";

test("dollars around a formula, and dollars that are money", () => {
  assert.deepEqual(formulaOf("$x^2$"), { tex: "x^2", display: false });
  assert.deepEqual(formulaOf("$$\\frac12$$"), { tex: "\\frac12", display: true });
  assert.equal(formulaOf("$5 and $"), null);
  assert.equal(formulaOf("$ x$"), null);
  assert.equal(formulaOf("$100 một ngày và $"), null);
});

test("a pasted text comes apart into words and formulas", () => {
  assert.deepEqual(parted("Cho $x$ và $$y$$."), ["Cho ", { tex: "x", display: false }, " và ", { tex: "y", display: true }, "."]);
  assert.deepEqual(parted("Giá $5 và $6"), ["Giá $5 và $6"]);
  assert.deepEqual(parted("không có gì"), ["không có gì"]);
});
