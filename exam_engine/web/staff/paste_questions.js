import { _, ngettext } from "../language.js";
import { whenever } from "./whenever.js";

/** Looks that say something in a test, as item_bank/formats/paper/notation.py writes them: an underlined letter is the key. */
const LOOKS = /** @type {const} */ ([
  ["u", /^(?:u|ins)$/, /text-decoration[^;]*underline/i], ["sub", /^sub$/, /vertical-align:\s*sub/i], ["sup", /^sup$/, /vertical-align:\s*super/i],
  ["b", /^(?:b|strong)$/, /font-weight:\s*(?:bold|[6-9]00)/i], ["i", /^(?:i|em)$/, /font-style:\s*italic/i], ["mark", /^mark$/, /background(?:-color)?:\s*yellow|mso-highlight/i],
  ["red", /^$/, /(?:^|;)\s*color:\s*(?:red|#f00\b|#ff0000|rgb\(255,\s*0,\s*0\))/i],
]);
const BLOCKS = /^(?:p|div|li|tr|h[1-6]|br|table)$/;
const WRITTEN = /<\/?(?:u|b|i|sub|sup|mark|red)>/;

/** Text with the looks of what was copied, or null where they say nothing or the text itself looks like them. @param {string} html */
export function withLooks(html) {
  const set = html.replace(/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi, "").replace(/<!--[\s\S]*?-->/g, "").replace(/<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi, (tag) => tag.replace(/("[^"]*"|'[^']*')|(?<![\w-])style(?=[\s=/>])/gi, (_found, quoted) => quoted ?? "data-style"));
  const { body } = new DOMParser().parseFromString(set, "text/html");
  if (WRITTEN.test(body.textContent ?? "")) return null;
  const text = written(body).replace(/[ \u00a0]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
  return /<(?:u|sub|sup|mark|red)>/.test(text) || /<b>\s*[A-D]\b/.test(text) ? text : null;
}

/** @param {Node} node @returns {string} */
function written(node) {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? "").replace(/[ \t\r\n]+/g, " ");
  if (!(node instanceof Element) || node.localName === "script") return "";
  const style = node.getAttribute("data-style") ?? "";
  const inner = [...node.childNodes].map(written).join("");
  const look = (/** @type {string} */ text) => LOOKS.reduce((made, [tag, name, said]) => (name.test(node.localName) && !/font-weight:\s*normal/i.test(style)) || said.test(style) ? `<${tag}>${made}</${tag}>` : made, text);
  const marked = inner.trim() ? inner.split("\n").map((part) => (part.trim() ? look(part) : part)).join("\n") : inner;
  if (/^t[dh]$/.test(node.localName)) return `${marked.trim()}\t`;
  return BLOCKS.test(node.localName) ? `${node.localName === "br" ? "" : marked.trimStart()}\n` : marked;
}

whenever("textarea[data-looks]", (field) => {
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.addEventListener("paste", (event) => {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const lost = (html.match(/<img\b|<m:oMath\b|<math\b/gi) ?? []).length;
    const told = document.getElementById("paste-lost");
    if (told) told.textContent = lost ? ngettext("%(n)s picture or formula can't be pasted here. Import the Word file instead, or add it in the editor afterwards.", "%(n)s pictures or formulas can't be pasted here. Import the Word file instead, or add them in the editor afterwards.", lost) : "";
    const text = html ? withLooks(html) : null;
    if (text === null) return;
    event.preventDefault();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    const looks = field.form?.elements.namedItem("looks");
    if (looks instanceof HTMLInputElement) looks.value = "1";
    if (told) told.textContent = `${told.textContent ?? ""} ${_("Underlined, coloured and raised text was kept: it stands between signs such as <u>.")}`.trim();
  });
});
