import assert from "node:assert/strict";
import { test } from "node:test";
import { addRow, isEmpty, isKey, isRight, moveRow, removeRow, rows, tableOf, toggleKey, withPartial, withType } from "./item.js";

const choice = (/** @type {string[]} */ ...weights) => ({
  stem: "", interaction: { type: "single_choice", options: weights.map((weight, at) => ({ id: `o${at + 1}`, markup: `${at}`, weight })) },
});
const cluster = () => ({
  stem: "", interaction: { type: "true_false_cluster", statements: [..."abcd"].map((id) => ({ id, markup: id, correct: id === "b" })) },
});
const weights = (/** @type {any} */ item) => item.interaction.options.map((/** @type {any} */ one) => one.weight);

test("a single choice has one key", () => {
  assert.deepEqual(weights(toggleKey(choice("1", "0", "0"), "o3")), ["0", "0", "1"]);
  assert.deepEqual(weights(toggleKey(choice("1", "0"), "o1")), ["1", "0"]);
});

test("another option of a single choice may earn a part, and is no key", () => {
  const item = choice("1", "0.5", "0");
  assert.deepEqual(rows(item).map((row) => isKey(item, /** @type {any} */ (row))), [true, false, false]);
  assert.deepEqual(weights(toggleKey(item, "o3")), ["0", "0.5", "1"]);
});

test("statements have the table of the graduation exam where they are four", () => {
  assert.deepEqual(tableOf(cluster()), ["0", "1/10", "1/4", "1/2", "1"]);
  assert.deepEqual(tableOf(removeRow(cluster(), "d")), ["0", "1/3", "2/3", "1"]);
  const own = { ...cluster(), interaction: { ...cluster().interaction, table: ["0", "0", "0", "0", "1"] } };
  assert.deepEqual(tableOf(own), ["0", "0", "0", "0", "1"]);
});

test("right options of a multiple choice share the points where each earns its part", () => {
  const item = { ...choice("1", "0", "-1/4"), interaction: { ...choice("1", "0", "-1/4").interaction, type: "multiple_choice" } };
  const two = toggleKey(withPartial(item, true), "o2");
  assert.deepEqual(weights(two), ["1/2", "1/2", "-1/4"]);
  assert.deepEqual(weights(withPartial(two, false)), ["1", "1", "-1/4"]);
});

test("what a weight means", () => {
  for (const weight of ["1", "0.5", "1/3", "0,25"]) assert.ok(isRight({ weight }), weight);
  for (const weight of ["0", "0.0", "-1", "-1/4", "0/5"]) assert.ok(!isRight({ weight }), weight);
});

test("a row comes behind the one that was left, with an id of its own", () => {
  const { item, id } = addRow(choice("1", "0"), "o1");
  assert.deepEqual(rows(item).map((row) => row.id), ["o1", id, "o2"]);
  assert.equal(new Set(rows(item).map((row) => row.id)).size, 3);
});

test("statements are named by their places", () => {
  const moved = moveRow(cluster(), "b", -1);
  assert.deepEqual(rows(moved).map(({ id, markup }) => id + markup), ["ab", "ba", "cc", "dd"]);
  assert.deepEqual(rows(removeRow(cluster(), "a")).map(({ id, markup }) => id + markup), ["ab", "bc", "cd"]);
  const { item, id } = addRow(cluster(), "a");
  assert.equal(id, "b");
  assert.equal(rows(item)[1]?.markup, "");
});

test("nothing moves beyond the ends", () => {
  const item = choice("1", "0");
  assert.equal(moveRow(item, "o1", -1), item);
  assert.equal(moveRow(item, "o2", 1), item);
});

test("another type takes along what it can", () => {
  const many = withType(choice("1", "0", "0"), "multiple_choice");
  assert.deepEqual(weights(many), ["1", "0", "0"]);
  const stated = withType(choice("1", "0"), "true_false_cluster");
  assert.deepEqual(rows(stated).map(({ markup }) => markup), ["0", "1", "", ""]);
  const number = { stem: "", interaction: { type: "numeric", accepted: ["1.5"] } };
  assert.deepEqual(withType(number, "short_text").interaction.accepted, [{ text: "1.5" }]);
  assert.deepEqual(withType(withType(number, "short_text"), "numeric").interaction.accepted, ["1.5"]);
});

test("an untouched form is empty", () => {
  assert.ok(isEmpty({ stem: "", interaction: { type: "single_choice", options: [{ id: "o1", markup: "" }] } }));
  assert.ok(!isEmpty(choice("1")));
});

test("a further right set goes with an option that it names, and stays otherwise", () => {
  const item = choice("1", "1", "0", "0");
  const several = { ...item, interaction: { ...item.interaction, type: "multiple_choice", also: [["o1", "o3"], ["o4"]] } };
  assert.deepEqual(toggleKey(several, "o2").interaction.also, [["o1", "o3"], ["o4"]]);
  assert.deepEqual(removeRow(several, "o3").interaction.also, [["o4"]]);
});
