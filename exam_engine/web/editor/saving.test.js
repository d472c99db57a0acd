import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "./api.js";
import { Saving } from "./saving.js";

const item = (/** @type {string} */ stem) => ({ stem, interaction: { type: "essay" } });

/** @param {{draft?: string, put?: any}} [more] */
function desk({ draft = "d1", put } = {}) {
  /** @type {any[]} */
  const sent = [];
  /** @type {string[]} */
  const told = [];
  /** @type {any} */
  let copy = null;
  const saving = new Saving({
    draft,
    revision: 1,
    begin: async (of) => (sent.push(["begin", of.stem]), { draft: "d9", revision: 1, saved: "t" }),
    put: put ?? (async (/** @type {string} */ name, /** @type {any} */ body) => (sent.push([name, body.item.stem, body.revision]), { draft: name, revision: body.revision + 1, saved: "t" })),
    shelf: { read: () => copy, write: (value) => (copy = value), clear: () => (copy = null) },
    tell: (standing) => told.push(standing),
    moved: (name) => sent.push(["moved", name]),
  });
  return { saving, sent, told, copy: () => copy };
}

test("the first words make the draft, the next ones go into it", async () => {
  const { saving, sent, told, copy } = desk({ draft: "" });
  saving.later(item("a"));
  assert.equal(copy().item.stem, "a");
  assert.ok(await saving.now());
  saving.later(item("ab"));
  assert.ok(await saving.now());
  assert.deepEqual(sent, [["begin", "a"], ["moved", "d9"], ["d9", "ab", 1]]);
  assert.deepEqual(told, ["waiting", "saving", "saved", "waiting", "saving", "saved"]);
  assert.equal(copy(), null);
});

test("what is written while a request is under way is sent after it, once", async () => {
  const { saving, sent } = desk();
  saving.later(item("a"));
  const first = saving.now();
  saving.later(item("b"));
  await first;
  await saving.now();
  assert.deepEqual(sent, [["d1", "a", 1], ["d1", "b", 2]]);
});

test("without a server it stays on the device and is tried again", async () => {
  let away = true;
  const { saving, told, copy } = desk({
    put: async (/** @type {string} */ name, /** @type {any} */ body) => {
      if (away) throw new TypeError("fetch failed");
      return { draft: name, revision: body.revision + 1, saved: "t" };
    },
  });
  saving.later(item("a"));
  assert.equal(await saving.now(), false);
  assert.equal(told.at(-1), "offline");
  assert.equal(copy().item.stem, "a");
  away = false;
  assert.ok(await saving.now());
  assert.equal(copy(), null);
});

test("a newer state elsewhere stops the saving, and both are there", async () => {
  const other = { draft: "d1", revision: 5, item: item("theirs") };
  let newer = true;
  const { saving, told, copy, sent } = desk({
    put: async (/** @type {string} */ name, /** @type {any} */ body) => {
      if (newer) throw new Refusal(409, { other });
      sent.push([name, body.item.stem, body.revision]);
      return { draft: name, revision: body.revision + 1, saved: "t" };
    },
  });
  saving.later(item("mine"));
  assert.equal(await saving.now(), false);
  assert.equal(told.at(-1), "conflict");
  assert.equal(copy().item.stem, "mine");
  saving.later(item("mine, more"));
  assert.equal(await saving.now(), false, "nothing is sent before somebody has decided");
  newer = false;
  saving.goOn(other);
  assert.ok(await saving.now());
  assert.deepEqual(sent.at(-1), ["d1", "mine, more", 5]);
});

test("a reply that was lost is no conflict", async () => {
  let lost = true;
  const { saving, told, sent } = desk({
    put: async (/** @type {string} */ name, /** @type {any} */ body) => {
      if (lost) throw new TypeError("fetch failed");
      if (body.revision === 1) throw new Refusal(409, { other: { draft: "d1", revision: 2, item: { interaction: { type: "essay" }, stem: "a" } } });
      sent.push([name, body.item.stem, body.revision]);
      return { draft: name, revision: body.revision + 1, saved: "t" };
    },
  });
  saving.later(item("a"));
  await saving.now();
  lost = false;
  saving.later(item("ab"));
  await saving.now();
  await saving.now();
  assert.ok(!told.includes("conflict"));
  assert.deepEqual(sent.at(-1), ["d1", "ab", 2]);
});

test("a reply that was lost before a reload is no conflict after it", async () => {
  const before = desk({ put: async () => { throw new TypeError("fetch failed"); } });
  before.saving.later(item("a")); // arrives, but its reply does not
  await before.saving.now();
  before.saving.later(item("ab")); // written without a network, then the page is loaded anew
  const kept = before.copy();
  before.saving.end();

  const stored = { draft: "d1", revision: 2, item: item("a") };
  const after = desk({
    put: async (/** @type {string} */ name, /** @type {any} */ body) => {
      if (body.revision !== stored.revision) throw new Refusal(409, { other: stored });
      return { draft: name, revision: 3, saved: "t" };
    },
  });
  after.saving.remember(kept);
  after.saving.later(kept.item);
  await after.saving.now();
  assert.ok(await after.saving.now());
  assert.ok(!after.told.includes("conflict"));
  after.saving.end();
});
