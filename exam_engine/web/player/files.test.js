import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { Refusal } from "./api.js";
import { named, handed } from "./desk.js";
import { Files } from "./files.js";
import { HAND_IN } from "./kinds.js";
import { memoryShelf } from "./memory_shelf.js";
import { Outbox } from "./outbox.js";
import { plain } from "./photo.js";
import { withoutFile } from "./player.js";
import { Sender } from "./sender.js";
import { nextBatch, slotsWaiting, withFiles } from "./sending.js";
import { sha256 } from "./sha256.js";
import { Store } from "./store.js";

test("the digest is the one that everybody else computes", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
    const bytes = Uint8Array.from({ length }, (_one, at) => (at * 7) % 256);
    assert.equal(sha256(bytes), createHash("sha256").update(bytes).digest("hex"), String(length));
  }
});

test("a file waits with its bytes, sealed, until it is on the server; nothing wipes it before", async () => {
  const shelf = memoryShelf();
  const outbox = new Outbox(shelf);
  const [store, files] = [new Store(shelf, outbox), new Files(shelf)];
  await store.begin("anh", { token: "t", resume: 1, counter: 0, deadline: null });
  const bytes = Uint8Array.from({ length: 20_000 }, (_one, at) => at % 256);
  const file = { attempt: "anh", slot: 2, digest: sha256(bytes), size: bytes.length };
  await files.keep(file, bytes);
  assert.equal(slotsWaiting(await outbox.entries(), "anh", await files.waiting()), 1);
  await store.wipeOthers("binh");
  const later = new Files(shelf);
  assert.deepEqual(await later.bytes("anh", file.digest), bytes);
  assert.ok(await store.session("anh"));
  await later.sent(file);
  assert.deepEqual(await later.waiting(), []);
  await store.wipeOthers("binh");
  assert.equal(await new Files(shelf).bytes("anh", file.digest), null);
  assert.equal(await store.session("anh"), undefined);
});

test("handing in waits for the files of its attempt, answers do not", () => {
  const entry = (/** @type {object} */ more) => /** @type {any} */ ({ attempt: "anh", token: "t", resume: 1, counter: 1, kind: 0, slot: 0, refused: false, ...more });
  const waiting = [{ attempt: "anh", slot: 0, digest: "d", size: 1 }];
  const handIn = entry({ kind: 9, counter: 2 });
  const both = nextBatch([entry({}), { ...handIn, kind: entry({}).kind }], "anh", new Set());
  assert.equal(withFiles(both, waiting), both);
  const batch = /** @type {any} */ ({ token: "t", attempt: "anh", entries: [entry({})], handIn });
  assert.equal(withFiles(batch, waiting)?.handIn, null);
  assert.equal(withFiles({ ...batch, entries: [] }, waiting), null);
  assert.equal(withFiles(batch, [{ ...waiting[0], attempt: "binh" }])?.handIn, handIn);
});

test("an answer names its files, and forgets one that the server does not take", () => {
  const file = { digest: "a".repeat(64), size: 12, name: "trang 1.jpg" };
  assert.deepEqual(handed(named(file)), file);
  const answer = { 0: "text", 1: [named(file), `${"b".repeat(64)} 1 x.jpg`], 2: [named(file)] };
  assert.deepEqual(withoutFile(answer, file.digest), { 0: "text", 1: [`${"b".repeat(64)} 1 x.jpg`] });
  assert.equal(plain("../Bài làm:1.HEIC", "jpg"), ".._Bài làm_1.jpg");
});

test("a file is given up for what never changes, and for nothing else", async () => {
  const shelf = memoryShelf();
  const outbox = new Outbox(shelf);
  const files = new Files(shelf);
  await new Store(shelf, outbox).begin("anh", { token: "t", resume: 1, counter: 0, deadline: null });
  const file = { attempt: "anh", slot: 0, digest: "a".repeat(64), size: 1 };
  await files.keep(file, Uint8Array.of(1));
  /** @type {string[]} */
  const told = [];
  const sender = new Sender({ outbox, files, clock: /** @type {any} */ ({}), attempt: "anh", device: "d", tell: ({ type }) => void told.push(type), random: () => 0 });
  for (const [status, code] of /** @type {[number, string][]} */ ([[0, "offline"], [404, "not_found"], [503, "busy"], [413, "too_large"], [401, "token_unknown"]])) {
    await sender.failedFile(new Refusal(status, { code }), "t", file);
    assert.equal((await files.waiting()).length, 1, code);
  }
  await outbox.append("anh", { kind: HAND_IN, slot: -1, value: null, client_ms: 0 });
  await sender.failedFile(new Refusal(409, { code: "too_many_files" }), "t", file);
  assert.deepEqual([await files.waiting(), await outbox.entries(), told.at(-1)], [[], [], "refused_file"]);
});
