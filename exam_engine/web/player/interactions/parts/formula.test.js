import assert from "node:assert/strict";
import { test } from "node:test";
import { inOneLine } from "./formula.js";

/** @typedef {import("./formula.js").Part} Part */

/** @param {string} localName @param {...(Part | string)} children @returns {Part} */
function made(localName, ...children) {
  const childNodes = children.map((one) => (typeof one === "string" ? { nodeType: 3, textContent: one, childNodes: [] } : one));
  return { nodeType: 1, localName, childNodes, textContent: childNodes.map(({ textContent }) => textContent).join("") };
}
const n = (/** @type {string} */ text) => made("mn", text);
const half = made("mfrac", n("1"), n("2"));

test("a fraction keeps its bar, a power its height", () => {
  assert.equal(inOneLine(made("math", half)), "1/2");
  assert.equal(inOneLine(made("math", made("msup", made("mi", "x"), n("12")), made("mo", "+"), n("1"))), "x^12+1");
  assert.equal(inOneLine(made("math", made("msub", made("mi", "a"), made("mrow", made("mi", "n"), made("mo", "+"), n("1"))))), "a_(n+1)");
});

test("what is more than a letter or a number stands in brackets", () => {
  assert.equal(inOneLine(made("mfrac", half, made("mrow", n("2"), made("mi", "a")))), "(1/2)/(2a)");
  assert.equal(inOneLine(made("msqrt", n("4"), made("mi", "c"))), "√(4c)");
  assert.equal(inOneLine(made("mroot", n("8"), n("3"))), "3√8");
  assert.equal(inOneLine(made("munderover", made("mo", "∑"), n("1"), n("2,5"))), "∑_1^2,5");
});

test("spaces between the elements are none, and a table has its rows", () => {
  const row = (/** @type {string[]} */ ...cells) => made("mtr", ...cells.map((one) => made("mtd", n(one))));
  assert.equal(inOneLine(made("math", "\n ", made("mtable", row("1", "2"), row("3", "4")))), "1, 2; 3, 4");
  assert.equal(inOneLine(made("math", made("semantics", made("mrow", n("7")), made("annotation", "\\seven")))), "7");
});
