import assert from "node:assert/strict";
import test from "node:test";
import { _, ngettext, speak } from "./language.js";

test("texts are English until the page speaks another language", () => {
  assert.equal(ngettext("%(n)s item", "%(n)s items", 2), "2 items");
  speak({ "%(n)s item": "%(n)s câu", "Saved at %(time)s": "Đã lưu lúc %(time)s" });
  assert.equal(ngettext("%(n)s item", "%(n)s items", 2), "2 câu");
  assert.equal(_("Saved at %(time)s", { time: "10:42" }), "Đã lưu lúc 10:42");
  assert.equal(_("Unknown"), "Unknown");
  speak({});
});
