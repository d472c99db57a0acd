import assert from "node:assert/strict";
import test from "node:test";
import { asNumber, compareCells, folded } from "./order.js";

test("numbers are read with decimal comma, point, percent and the real minus sign", () => {
  assert.equal(asNumber("6,42"), 6.42);
  assert.equal(asNumber("6.5 %"), 6.5);
  assert.equal(asNumber("−0,3"), -0.3);
  assert.equal(asNumber("12A1"), null);
});

test("cells: numbers by value, names by Vietnamese order, empty last", () => {
  const sorted = (/** @type {string[]} */ cells) => cells.sort((a, b) => compareCells(a, b, "vi"));
  assert.deepEqual(sorted(["10", "–", "9,5", "", "2"]), ["2", "9,5", "10", "–", ""]);
  assert.deepEqual(sorted(["Đào", "Dung", "Ánh", "An"]), ["An", "Ánh", "Dung", "Đào"]);
});

test("search ignores accents and đ", () => assert.equal(folded("Đặng Thị Ngọc"), "dang thi ngoc"));
