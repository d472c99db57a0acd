/**
 * A formula in one line of plain text, for names that are read aloud: without its signs a half would be called "12".
 * @typedef {{nodeType: number, localName?: string, textContent: string | null, childNodes: Iterable<Part>}} Part an element or text of MathML
 * @param {Part} part @returns {string}
 */
export function inOneLine(part) {
  const children = [...part.childNodes].filter(({ nodeType, textContent }) => nodeType === ELEMENT || textContent?.trim());
  if (!children.some(({ nodeType }) => nodeType === ELEMENT)) return (part.textContent ?? "").trim();
  const [a = "", b = "", c = ""] = children.map(inOneLine);
  switch (part.localName) {
    case "mfrac": return `${whole(a)}/${whole(b)}`;
    case "msqrt": return `√${whole(children.map(inOneLine).join(""))}`;
    case "mroot": return `${whole(b)}√${whole(a)}`;
    case "msup": return `${whole(a)}^${whole(b)}`;
    case "msub": case "munder": return `${whole(a)}_${whole(b)}`;
    case "msubsup": case "munderover": return `${whole(a)}_${whole(b)}^${whole(c)}`;
    case "mtable": return children.map(inOneLine).join("; ");
    case "mtr": return children.map(inOneLine).join(", ");
    case "semantics": return a;
    default: return children.map(inOneLine).join("");
  }
}

const ELEMENT = 1;

/** What is more than a letter or a number stands in brackets. @param {string} text */
const whole = (text) => (/^(?:.|\d+(?:[.,]\d+)?)$/u.test(text) ? text : `(${text})`);
