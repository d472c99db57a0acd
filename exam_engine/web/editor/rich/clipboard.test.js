import assert from "node:assert/strict";
import { test } from "node:test";
import { fromOffice } from "./clipboard.js";

const LOCAL = '<p><img width=2 src="file:///C:/a.png"></p>';
const rtf = (/** @type {string} */ hex) => `{\\rtf1{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn x}}}\\pngblip\\bliptag-1{\\*\\blipuid 0123456789abcdef0123456789abcdef}${hex}}}{\\nonshppict{\\pict\\wmetafile8 0100}}}`;

test("a picture of a local file comes out of the RTF beside it, or is counted", () => {
  assert.deepEqual(fromOffice(LOCAL), { html: "<p></p>", lost: 1 });
  const found = fromOffice(LOCAL, rtf("89504e47".repeat(20)));
  assert.equal(found.lost, 0);
  assert.match(found.html, /^<p><img width=2 src="data:image\/png;base64,iVBOR/);
  assert.equal(fromOffice(LOCAL + LOCAL, rtf("89504e47".repeat(20))).lost, 2);
});

test("pictures that are here stay, pictures of other servers are counted", () => {
  const here = '<img src="data:image/png;base64,AA"><img data-asset="a" src="/assets/a">';
  assert.deepEqual(fromOffice(`${here}<img src='https://example.org/a.png'>`), { html: here, lost: 1 });
});

test("a formula of Word stands for itself and for the picture beside it", () => {
  const word = "<!--[if gte msEquation 12]><m:oMath><m:r>x</m:r></m:oMath><![endif]--><![if !msEquation]><img src='file:///a.png'><![endif]>";
  assert.deepEqual(fromOffice(`a ${word} b`), { html: 'a <span data-omml="%3Cm%3AoMath%3E%3Cm%3Ar%3Ex%3C%2Fm%3Ar%3E%3C%2Fm%3AoMath%3E"></span> b', lost: 0 });
});
