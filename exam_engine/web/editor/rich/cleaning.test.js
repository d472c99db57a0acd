import assert from "node:assert/strict";
import { test } from "node:test";
import { pasted } from "./cleaning.js";

test("styles are set aside, and tables lose what would close them", () => {
  assert.equal(pasted('<p style="color:red" class=a>a style="b"</p>'), '<p data-style="color:red" class=a>a style="b"</p>');
  assert.equal(pasted("<style>p{}</style><table><colgroup><col width=1></colgroup><thead><tr><td style='x'>1</td></tr></thead></table>"), "<table><tr><td data-style='x'>1</td></tr></table>");
});
