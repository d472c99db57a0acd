/** What may be kept of a structure that the editor does not open; the server's list (markup.py, ALLOWED) has the last word. */
const TAGS = new Set(
  ("p div blockquote pre hr br h3 h4 h5 h6 figure figcaption ul ol li dl dt dd b strong i em u s small mark sub sup code kbd samp var q cite dfn ins del "
    + "span bdi bdo wbr abbr ruby rt rp table caption colgroup col thead tbody tfoot tr td th img").split(" "),
);
const ATTRIBUTES = new Set("lang dir start type reversed value title span colspan rowspan scope abbr data-place data-asset alt width height data-tex data-display data-kept data-omml data-mathml".split(" "));

/** The element as HTML with nothing but what an item may hold. @param {Element} element */
export function cleaned(element) {
  const copy = /** @type {Element} */ (element.cloneNode(true));
  for (const part of [copy, ...copy.querySelectorAll("*")]) {
    if (!TAGS.has(part.localName)) part.replaceWith(...(part.localName === "script" || part.localName === "style" ? [] : part.childNodes));
    else for (const { name } of [...part.attributes]) if (!ATTRIBUTES.has(name)) part.removeAttribute(name);
  }
  const holder = document.implementation.createHTMLDocument("").createElement("div");
  holder.append(copy);
  return holder.innerHTML;
}

/** Whether the editor has nodes for all of it: a table of rows and cells alone. @param {Element} element */
export const isRead = (element) => element.localName === "table" && !element.querySelector("caption, colgroup, thead, tfoot, table, [scope], th[abbr]");

/** A tag, whatever stands in its quotes; in it, the name of a style attribute, also of one that is empty or not set apart. */
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi;
const STYLE = /("[^"]*"|'[^']*')|(?<![\w-])style(?=[\s=/>])/gi;

/**
 * What is pasted, as text, before a document is made of it. A table of Word or of a web page brings widths and heads that nobody will miss and
 * that would keep it from being edited; a style attribute would be reported to the policy, also in a document that nobody sees, so it gets
 * another name, under which the schema reads what it says of bold and italic.
 * @param {string} html
 */
export const pasted = (html) => html
  .replace(/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi, "")
  .replace(/<\/?(?:colgroup|col|thead|tfoot)\b[^>]*>/gi, "")
  .replace(TAG, (tag) => tag.replace(STYLE, (_found, quoted) => quoted ?? "data-style"));
