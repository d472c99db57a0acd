/**
 * What office programs put on the clipboard, before a document is made of it: formulas of Word as spans that the server reads, lists as
 * lists, pictures of local files out of the RTF beside the HTML. What can't be taken is counted, so that it is said.
 */

const WORD_FORMULA = /<!--\[if gte msEquation[^\]]*\]>([\s\S]*?)<!\[endif\]-->(?:\s*<!\[if !msEquation\]>[\s\S]*?<!\[endif\]>)?/gi;
const OFFICE_MATH = /<m:(oMathPara|oMath)\b[\s\S]*?<\/m:\1>/gi;
const PICTURE = /<img\b(?:"[^"]*"|'[^']*'|[^>"'])*>/gi;
const SOURCE = /\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i;
const RTF_PICTURE = /\\(png|jpeg)blip\b(?:[^{}]|\{[^{}]*\})*?(?<=[\s}])((?:[0-9a-f]{2}\s*){32,})\}/gi;

/** @param {string} html @param {string} [rtf] @returns {{html: string, lost: number}} `lost`: pictures that only the other program can reach */
export function fromOffice(html, rtf = "") {
  const text = html.replace(WORD_FORMULA, (_found, source) => [...String(source).matchAll(OFFICE_MATH)].map(([one]) => `<span data-omml="${encoded(one)}"></span>`).join(" "));
  const local = [...text.matchAll(PICTURE)].filter(([tag]) => !isHere(sourceOf(tag)) && !/\sdata-asset\s*=/i.test(tag)).length;
  const found = local ? picturesOf(rtf) : [];
  let lost = 0;
  const made = text.replace(PICTURE, (tag) => {
    if (isHere(sourceOf(tag)) || /\sdata-asset\s*=/i.test(tag)) return tag;
    const picture = found.length === local ? found.shift() : undefined;
    if (picture) return tag.replace(SOURCE, ` src="${picture}"`);
    lost += 1;
    return "";
  });
  return { html: /mso-list:/i.test(made) ? withLists(made) : made, lost };
}

/** Inert in an attribute, whichever way a browser writes it. @param {string} source */
export const encoded = (source) => encodeURIComponent(source).replaceAll("'", "%27");

/** @param {string} tag */
const sourceOf = (tag) => SOURCE.exec(tag)?.slice(1).find((one) => one !== undefined) ?? "";

/** @param {string} source */
const isHere = (source) => source.trim().toLowerCase().startsWith("data:image/");

/** The pictures of an RTF, in their order, as data: addresses. @param {string} rtf */
function picturesOf(rtf) {
  return [...rtf.matchAll(RTF_PICTURE)].map(([, kind, hex]) => {
    const bytes = (hex ?? "").replace(/\s/g, "").match(/../g) ?? [];
    return `data:image/${kind};base64,${btoa(bytes.map((byte) => String.fromCharCode(parseInt(byte, 16))).join(""))}`;
  });
}

/** Word's lists are paragraphs with a mark in front. Styles have been set aside already. @param {string} html */
function withLists(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  /** @type {{level: number, list: Element}[]} */
  let open = [];
  /** @type {Element | null} */
  let before = null;
  for (const paragraph of page.querySelectorAll('[data-style*="mso-list:l"]')) {
    const level = Number(/level(\d)/.exec(paragraph.getAttribute("data-style") ?? "")?.[1] ?? 1);
    const mark = paragraph.querySelector('[data-style*="mso-list:Ignore"]');
    const numbered = /^\s*[\w(]{1,5}[.)]/.test(mark?.textContent ?? "");
    mark?.remove();
    if (!before || paragraph.previousElementSibling !== before) open = [];
    while ((open.at(-1)?.level ?? 0) > level) open.pop();
    if ((open.at(-1)?.level ?? 0) < level) {
      const list = page.createElement(numbered ? "ol" : "ul");
      const owner = open.at(-1)?.list.lastElementChild;
      if (owner) owner.append(list);
      else paragraph.before(list);
      open.push({ level, list });
    }
    const entry = page.createElement("li");
    entry.append(...paragraph.childNodes);
    open.at(-1)?.list.append(entry);
    paragraph.remove();
    before = open[0]?.list ?? null;
  }
  return page.body.innerHTML;
}
