import { Schema } from "prosemirror-model";
import { tableNodes } from "prosemirror-tables";
import { cleaned, isRead } from "./cleaning.js";
import { encoded } from "./clipboard.js";

/**
 * The markup of an item (item_bank/content/markup.py) as ProseMirror knows it. What has no node of its own here, such as a table with a
 * caption or a list of definitions, stays whole as an atom: it can be moved and taken out, and nothing of it is lost.
 */

/** @param {string[]} tags */
const keptRules = (tags) => tags.map((tag) => ({ tag, priority: 60, getAttrs: (/** @type {HTMLElement} */ element) => (isRead(element) ? false : { html: cleaned(element) }) }));

/** @param {string} tag @returns {import("prosemirror-model").TagParseRule[]} */
const placeRules = (tag) => ["part", "gap", "variable", "feedback"].map((kind) => ({ tag: `${tag}[data-place^="${kind}:"]`, priority: 70, getAttrs: (element) => ({ place: element.getAttribute("data-place") }) }));

/** @param {import("prosemirror-model").Node} node */
function keptDom(node) {
  const template = document.createElement("template");
  template.innerHTML = node.attrs.html;
  return /** @type {HTMLElement} */ (template.content.firstElementChild ?? document.createElement("span"));
}

const own = { lang: { default: null }, dir: { default: null } };
const ownOf = (/** @type {HTMLElement} */ element) => ({ lang: element.getAttribute("lang"), dir: element.getAttribute("dir") });

/** @param {Record<string, any>} values those that are there */
const present = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== "" && value !== undefined));

/** @type {Record<string, import("prosemirror-model").NodeSpec>} */
const nodeSpecs = {
  doc: { content: "block+" },
  paragraph: { content: "inline*", group: "block", attrs: own, parseDOM: [{ tag: "p", getAttrs: ownOf }], toDOM: (node) => ["p", present(node.attrs), 0] },
  heading: {
    content: "inline*", group: "block", attrs: { ...own, level: { default: 3 } }, defining: true,
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, getAttrs: (element) => ({ ...ownOf(element), level: Math.max(3, level) }) })),
    toDOM: ({ attrs: { level, ...rest } }) => [`h${level}`, present(rest), 0],
  },
  box: {
    content: "block+", group: "block", attrs: { ...own, tag: { default: "div" } },
    parseDOM: [{ tag: "blockquote", getAttrs: (element) => ({ ...ownOf(element), tag: "blockquote" }) }],
    toDOM: ({ attrs: { tag, ...rest } }) => [tag, present(rest), 0],
  },
  verbatim: { content: "text*", marks: "", group: "block", code: true, parseDOM: [{ tag: "pre", preserveWhitespace: "full" }], toDOM: () => ["pre", 0] },
  rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  ordered_list: {
    content: "list_item+", group: "block", attrs: { ...own, start: { default: null }, type: { default: null }, reversed: { default: null } },
    parseDOM: [{ tag: "ol", getAttrs: (element) => ({ ...ownOf(element), start: element.getAttribute("start"), type: element.getAttribute("type"), reversed: element.hasAttribute("reversed") ? "" : null }) }],
    toDOM: ({ attrs: { reversed, ...rest } }) => ["ol", { ...present(rest), ...(reversed === null ? {} : { reversed: "" }) }, 0],
  },
  bullet_list: { content: "list_item+", group: "block", attrs: own, parseDOM: [{ tag: "ul", getAttrs: ownOf }], toDOM: (node) => ["ul", present(node.attrs), 0] },
  list_item: {
    content: "paragraph block*", defining: true, attrs: { value: { default: null } },
    parseDOM: [{ tag: "li", getAttrs: (element) => ({ value: element.getAttribute("value") }) }],
    toDOM: (node) => ["li", present(node.attrs), 0],
  },
  ...tableNodes({ tableGroup: "block", cellContent: "block+", cellAttributes: {} }),
  // Places of parts, gaps, variables and remarks (item_bank/content/model.py, Composite).
  place_block: { group: "block", atom: true, attrs: { place: {} }, parseDOM: placeRules("div"), toDOM: ({ attrs: { place } }) => ["div", { "data-place": place }] },
  place_inline: { group: "inline", inline: true, atom: true, attrs: { place: {} }, parseDOM: placeRules("span"), toDOM: ({ attrs: { place } }) => ["span", { "data-place": place }] },
  kept_block: { group: "block", atom: true, attrs: { html: {} }, parseDOM: keptRules(["table", "figure", "dl", 'div[data-place^="when:"]']), toDOM: keptDom },
  kept_inline: { group: "inline", inline: true, atom: true, attrs: { html: {} }, parseDOM: keptRules(["ruby", 'span[data-place^="when:"]']), toDOM: keptDom },
  text: { group: "inline" },
  line_break: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
  formula: {
    group: "inline", inline: true, atom: true, attrs: { tex: { default: "" }, display: { default: false }, kept: { default: null }, pasted: { default: "" }, source: { default: "" } },
    parseDOM: [
      { tag: "span[data-tex]", getAttrs: (element) => ({ tex: element.getAttribute("data-tex"), display: element.hasAttribute("data-display") }) },
      { tag: "span[data-kept]", getAttrs: (element) => ({ kept: Number(element.getAttribute("data-kept")) }) },
      ...["omml", "mathml"].map((notation) => ({ tag: `span[data-${notation}]`, getAttrs: (/** @type {HTMLElement} */ element) => ({ pasted: notation, source: element.getAttribute(`data-${notation}`) }) })),
      // Formulas of web pages carry their TeX beside the MathML; of others the MathML itself goes to the server.
      { tag: "math", getAttrs: (element) => { const tex = texOf(element); return tex ? { tex, display: element.getAttribute("display") === "block" } : { pasted: "mathml", source: encoded(new XMLSerializer().serializeToString(element)) }; } },
    ],
    // The server knows exactly this form (markup.py, _EDITED_FORMULA).
    toDOM: ({ attrs: { tex, display, kept, pasted, source } }) => (pasted ? ["span", { [`data-${pasted}`]: source }] : kept === null ? ["span", { "data-tex": tex, ...(display ? { "data-display": "1" } : {}) }] : ["span", { "data-kept": kept }]),
  },
  picture: {
    group: "inline", inline: true, attrs: { asset: { default: "" }, alt: { default: "" }, width: { default: null }, height: { default: null }, source: { default: "" } },
    parseDOM: [{ tag: "img", getAttrs: pictureOf }],
    toDOM: ({ attrs: { asset, alt, width, height } }) => ["img", { ...present({ alt, width, height }), alt, "data-asset": asset }],
  },
};

/** @param {HTMLElement} element */
function pictureOf(element) {
  const asset = element.getAttribute("data-asset") ?? "";
  const source = element.getAttribute("src") ?? "";
  if (!/^[0-9a-f]{64}$/.test(asset) && !/^(data:image|blob:)/.test(source)) return false;
  const [width, height] = ["width", "height"].map((name) => (/^[0-9]{1,4}$/.test(element.getAttribute(name) ?? "") ? element.getAttribute(name) : null));
  return { asset, alt: element.getAttribute("alt") ?? "", width, height, source: asset ? "" : source };
}

/** @param {Element} math */
const texOf = (math) => math.querySelector('annotation[encoding="application/x-tex"]')?.textContent?.trim() ?? "";

/** @param {HTMLElement} element */
const styleOf = (element) => element.dataset.style ?? "";

/** @param {string[]} tags @param {RegExp} [style] of what is pasted @param {(element: HTMLElement) => boolean} [holds] @returns {import("prosemirror-model").MarkSpec} */
const simple = (tags, style = /^\b$/, holds = () => true) => ({
  attrs: { tag: { default: tags[0] } },
  parseDOM: [
    ...tags.map((tag) => ({ tag, getAttrs: (/** @type {HTMLElement} */ element) => (holds(element) ? { tag } : false) })),
    { tag: "span[data-style]", consuming: false, getAttrs: (element) => (style.test(styleOf(element)) ? null : false) },
  ],
  toDOM: (mark) => [mark.attrs.tag, 0],
});

const SPOKEN = ["mark", "small", "code", "kbd", "samp", "var", "q", "cite", "dfn", "ins", "del", "bdi", "bdo", "abbr", "span"];

/** @type {Record<string, import("prosemirror-model").MarkSpec>} */
const markSpecs = {
  // Words that pupils may choose; the outermost mark, so that a word in two looks stays one.
  hot: {
    attrs: { place: {} }, inclusive: false, excludes: "hot",
    parseDOM: [{ tag: 'span[data-place^="hot:"]', priority: 70, getAttrs: (element) => ({ place: element.getAttribute("data-place") }) }],
    toDOM: ({ attrs: { place } }) => ["span", { "data-place": place }, 0],
  },
  // The editors of some web pages wrap everything in <b> that is not bold.
  strong: simple(["strong", "b"], /font-weight:\s*(?:bold|[6-9]00)/i, (element) => !/font-weight:\s*normal/i.test(styleOf(element))),
  em: simple(["em", "i"], /font-style:\s*italic/i),
  underline: simple(["u"], /text-decoration[^;]*underline/i),
  struck: simple(["s"], /text-decoration[^;]*line-through/i),
  sub: { ...simple(["sub"], /vertical-align:\s*sub/i), excludes: "sub sup" },
  sup: { ...simple(["sup"], /vertical-align:\s*super/i), excludes: "sub sup" },
  // Everything else that may stand in a line keeps its name and attributes.
  other: {
    attrs: { tag: {}, lang: { default: null }, dir: { default: null }, title: { default: null } }, excludes: "",
    parseDOM: SPOKEN.map((tag) => ({ tag, priority: 40, getAttrs: (element) => otherOf(tag, element) })),
    toDOM: ({ attrs: { tag, ...rest } }) => [tag, present(rest), 0],
  },
};

/** @param {string} tag @param {HTMLElement} element */
function otherOf(tag, element) {
  const found = { ...ownOf(element), title: tag === "abbr" ? element.getAttribute("title") : null };
  return tag === "span" && !found.lang && !found.dir ? false : { tag, ...found };
}

export const schema = new Schema({ nodes: nodeSpecs, marks: markSpecs });

/** @typedef {"paragraph" | "line_break" | "list_item" | "bullet_list" | "ordered_list" | "table" | "table_row" | "table_cell" | "formula" | "picture" | "place_inline" | "place_block"} NodeName */
export const nodes = /** @type {Record<NodeName, import("prosemirror-model").NodeType>} */ (schema.nodes);
export const marks = /** @type {Record<"hot" | "strong" | "em" | "underline" | "sub" | "sup", import("prosemirror-model").MarkType>} */ (schema.marks);
