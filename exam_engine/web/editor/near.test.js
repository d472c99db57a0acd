import assert from "node:assert/strict";
import { test } from "node:test";
import { compared, remarks } from "./near.js";

const item = { stem: "Thủ đô?", interaction: { type: "single_choice", options: [{ id: "o1", markup: "Hà Nội", weight: "0" }] } };

test("only what a pupil reads is looked for", () => {
  assert.equal(compared({ ...item, level: "Hiểu", points: "2", rationale: "Vì thế." }), compared(item));
  assert.equal(compared({ ...item, interaction: { ...item.interaction, options: [{ id: "o1", markup: "Hà Nội", weight: "1" }] } }), compared(item));
  assert.notEqual(compared({ ...item, stem: "Thủ đô" }), compared(item));
  assert.notEqual(compared({ ...item, interaction: { ...item.interaction, options: [{ id: "o1", markup: "Huế" }] } }), compared(item));
});

test("what differs is said", () => {
  const one = { item: "i", bank: "Toán 12", html: "", percent: 84, numbers: true, answers: false };
  assert.equal(remarks(one), "84 % alike · other numbers · Toán 12");
  assert.equal(remarks({ ...one, numbers: false, answers: true }), "84 % alike · other answers · Toán 12");
});
