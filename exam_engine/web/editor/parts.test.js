import assert from "node:assert/strict";
import { test } from "node:test";
import { changeMarking, changePart, freshName, markingOf, neighbour, newPart, partsOf, placesIn, swappedParts, withPart, withSimpleMarking, withoutName, withoutPart, withoutPlaces } from "./parts.js";

const place = (/** @type {number} */ number) => `<span data-place="part:${number}"></span>`;
const item = () => {
  let made = /** @type {any} */ ({ stem: "", interaction: { type: "composite", parts: [], marking: [] } });
  for (const [at, kind] of ["text_entry", "inline_choice", "text_entry"].entries()) made = withPart(made, at, newPart(made, kind), `${made.stem}${place(at)}`);
  return made;
};

test("a part that goes takes its place along, and those behind it count on", () => {
  const left = withoutPart(item(), 0);
  assert.deepEqual(partsOf(left).map(({ id }) => id), ["RESPONSE_2", "RESPONSE_3"]);
  assert.deepEqual(placesIn(left.stem), [0, 1]);
  assert.equal(markingOf(left)?.length, 2);
  assert.equal(newPart(left, "order").part.id, "RESPONSE_1");
});

test("a part changes places with the next that stands in the text as it does, and its marking goes along", () => {
  const held = changeMarking(changePart(item(), 1, { type: "choice" }), 0, { points: "2" });
  assert.deepEqual([0, 1, 2].map((number) => [neighbour(held, number, -1), neighbour(held, number, 1)]), [[null, 2], [null, null], [0, null]]);
  const moved = swappedParts(held, 0, 2);
  assert.deepEqual(partsOf(moved).map(({ id }) => id), ["RESPONSE_3", "RESPONSE_2", "RESPONSE_1"]);
  assert.deepEqual(markingOf(moved)?.map(({ points }) => points), [undefined, undefined, "2"]);
  assert.equal(moved.stem, held.stem);
});

test("rules of its own keep what is declared as right when simple marking takes their place", () => {
  const own = {
    stem: "", interaction: {
      type: "composite", parts: [{ id: "A", type: "match" }, { id: "B", type: "text_entry" }], rules: { rules: [{ name: "x" }] }, feedback: [{}], adaptive: true,
      declarations: [{ identifier: "A", cardinality: "multiple", correct: [{ text: "a b" }] }, { identifier: "B", base_type: "float", correct: [{ text: "1.5" }] }],
    },
  };
  const { interaction } = withSimpleMarking(own);
  assert.deepEqual(interaction.marking.map((/** @type {any} */ one) => one.answers), [[{ value: "a b", points: "1" }], [{ value: "1.5", points: "1" }]]);
  assert.equal(interaction.marking[1].numeric, true);
  assert.deepEqual(Object.keys(interaction).sort(), ["declarations", "marking", "parts", "type"]);
});

test("names and answers", () => {
  assert.equal(freshName("c", [{ id: "c1" }, { id: "c3" }]), "c4");
  assert.deepEqual(withoutName([{ value: "c1 t1" }, { value: "c2 t1" }], "c1"), [{ value: "c2 t1" }]);
  assert.equal(markingOf(changeMarking(item(), 1, { points: "2" }))?.[1]?.points, "2");
  assert.equal(withoutPlaces(`a${place(0)}<div data-place="part:1"></div>b`), "ab");
});
