import assert from "node:assert/strict";
import test from "node:test";
import { keyInWords, tally } from "./told.js";

const words = { yes: "Đúng", no: "Sai" };
const item = (/** @type {any} */ more) => ({ slot: 0, type: "", stem: "", body: {}, number: 1, order: [], section: 0, group: "", ...more });

test("the key is named by the letters on the candidate's own screen", () => {
  assert.equal(keyInWords(item({ order: ["k3", "k1", "k2"] }), { options: ["k1", "k3"] }, words), "A, B");
  assert.equal(keyInWords(item({ body: { options: { k1: "", k2: "" } } }), { options: ["k2"] }, words), "B");
  assert.equal(keyInWords(item({ body: { statements: { p: "", q: "" } } }), { statements: { q: true, p: false } }, words), "a) Sai · b) Đúng");
  assert.equal(keyInWords(item({}), { texts: ["Hà Nội", "Thăng Long"] }, words), "Hà Nội / Thăng Long");
  assert.equal(keyInWords(item({}), {}, words), "");
});

test("a round is counted by what was checked; what a person has to read counts for nothing", () => {
  const told = (/** @type {any} */ verdict, topic = "") => ({ slot: 0, verdict, topic, value: null, rationale: "", key: {}, assets: {} });
  assert.deepEqual(tally([told("right", "A"), told("partly", "A"), told("wrong", "B"), told("by_person", "B"), told("right")]), {
    right: 2, checked: 4, topics: [{ topic: "A", right: 1, checked: 2 }, { topic: "B", right: 0, checked: 1 }],
  });
});
