import assert from "node:assert/strict";
import test from "node:test";
import { Views } from "./journal.js";

const MOST_SIDE_BYTES = 4 * 1024; // exam_engine/delivery/entries.py

test("a page of four hundred items is told in entries that the server takes", () => {
  const views = new Views(() => 1_790_000_000_000.5);
  views.show(Array.from({ length: 400 }, (_, slot) => slot));
  views.show([]);
  /** @type {number[]} */
  const told = [];
  for (let part = views.take(); part.length; part = views.take()) {
    assert.ok(JSON.stringify(part).length <= MOST_SIDE_BYTES);
    told.push(...part.map(([slot]) => slot));
  }
  assert.deepEqual(told, Array.from({ length: 400 }, (_, slot) => slot));
});
