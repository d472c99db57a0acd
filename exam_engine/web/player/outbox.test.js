import assert from "node:assert/strict";
import test from "node:test";
import { ANSWER, HAND_IN, VIEWS } from "./kinds.js";
import { memoryShelf } from "./memory_shelf.js";
import { Outbox, keyOf } from "./outbox.js";
import { Store } from "./store.js";

async function begun() {
  const shelf = memoryShelf();
  const outbox = new Outbox(shelf);
  const store = new Store(shelf, outbox);
  await store.begin("anh", { token: "t1", resume: 1, counter: 0, deadline: null });
  const answer = (/** @type {number} */ slot, /** @type {unknown} */ value) => outbox.append("anh", { kind: ANSWER, slot, value, client_ms: 1 });
  return { shelf, outbox, store, answer };
}

test("counters run from 1 and go on where the journal stopped", async () => {
  const { outbox, store, answer } = await begun();
  assert.equal((await answer(0, "k1")).counter, 1);
  assert.equal((await answer(1, "k2")).counter, 2);
  await store.begin("anh", { token: "t1b", resume: 1, counter: 7, deadline: null });
  assert.equal((await answer(2, "k3")).counter, 8);
  assert.deepEqual((await outbox.entries()).map(({ token }) => token), ["t1b", "t1b", "t1b"]);
  await store.begin("anh", { token: "t2", resume: 2, counter: 0, deadline: null });
  assert.equal((await answer(0, "k1")).counter, 1);
});

test("until it is sent a newer value takes the place of the older; afterwards it gets a counter of its own", async () => {
  const { outbox, answer } = await begun();
  await answer(0, "a");
  await answer(0, "ab");
  const [first] = await outbox.entries();
  assert.ok(first);
  assert.deepEqual(await outbox.wire(first), [1, ANSWER, 0, "ab", 1]);
  await outbox.sending([first]);
  await answer(0, "abc");
  assert.deepEqual((await outbox.entries()).map(({ counter }) => counter), [1, 2]);
});

test("an entry leaves only by its own acknowledgement (pitfall L3, pitfall L4)", async () => {
  const { outbox, answer } = await begun();
  await answer(0, "k1");
  await answer(1, "k2");
  const [first] = await outbox.sending(await outbox.entries());
  assert.ok(first);
  assert.equal((await outbox.entries()).length, 2);
  await outbox.forget([first]);
  assert.deepEqual((await outbox.entries()).map(({ slot }) => slot), [1]);
});

test("a value that the server can't take stays aside until a newer answer of its slot has arrived", async () => {
  const { outbox, answer } = await begun();
  const bad = await answer(0, "bad");
  await outbox.sending([bad]);
  await outbox.refuse(bad);
  const good = await answer(0, "good");
  assert.deepEqual((await outbox.entries()).map(({ refused }) => refused), [true, false]);
  await outbox.forget([good]);
  assert.deepEqual(await outbox.entries(), []);
});

test("handing in is an entry that uses up no counter (pitfall L6)", async () => {
  const { outbox, answer } = await begun();
  await answer(0, "k1");
  const handIn = await outbox.append("anh", { kind: HAND_IN, slot: -1, value: null, client_ms: 1 });
  assert.equal(handIn.counter, 1);
  assert.equal((await outbox.append("anh", { kind: VIEWS, slot: -1, value: [], client_ms: 1 })).counter, 2);
  assert.equal((await outbox.entries()).length, 3);
  assert.notEqual(keyOf(handIn), keyOf({ ...handIn, kind: ANSWER }));
});

test("what lies on the device is encrypted, and another candidate's sign-in erases all but the unsent (pitfall D3)", async () => {
  const { shelf, outbox, store, answer } = await begun();
  await store.keep("anh", "paper", { title: "secret" });
  const entry = await answer(0, "my answer");
  const raw = await shelf.read(async (tx) => [...(await tx.all("work")), ...(await tx.all("outbox"))]);
  assert.ok(raw.length === 3 && !JSON.stringify(raw).includes("answer\"") && raw.every((record) => "data" in (record.value ?? record)));
  await store.wipeOthers("binh");
  assert.equal(await store.kept("anh", "paper"), undefined);
  assert.deepEqual((await outbox.wire(entry))[3], "my answer");
  await outbox.forget([entry]);
  await store.wipeOthers("binh");
  assert.equal(await store.session("anh"), undefined);
});

test("the server's answers do not replace what this device has not sent yet (pitfall L5)", async () => {
  const { store, answer } = await begun();
  await answer(0, "newer");
  await store.restore("anh", [[0, "older"], [1, "k9"]], []);
  assert.deepEqual((await store.work("anh", 2)).answers, { 0: "newer", 1: "k9" });
});
