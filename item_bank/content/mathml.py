"""MathML from anywhere made safe: rebuilt from an allow-list, in the subset that browsers render (MathML Core).

What MathML 3 has beyond it is translated (`mfenced`, letters of a `mathvariant`, `semantics`); style attributes become
classes of `exam_engine/web/style/mathematics.css` or presentation attributes, because pages permit no inline style.
"""

from __future__ import annotations

import html
import re

from lxml import etree

from item_bank.content.mathml_letters import in_variant
from item_bank.content.mathml_style import attributes_of_style
from item_bank.content.sentence import N_, Sentence

MOST_CHARACTERS = 60_000
DEEPEST = 120

TOKENS = frozenset({"mi", "mn", "mo", "mtext", "ms"})
# fmt: off
GROUPS = frozenset({
    "math", "mrow", "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded", "mphantom", "menclose", "mspace",
    "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd",
})
_BOOLEANS = (
    "displaystyle", "fence", "separator", "stretchy", "symmetric", "largeop", "movablelimits", "accent", "accentunder",
)
_LENGTHS = ("width", "height", "depth", "lspace", "rspace", "voffset", "linethickness", "maxsize", "minsize")
# fmt: on
#: How many children an element needs; with others a browser shows an error, so the rest is put into one row.
ARITY = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}
DROPPED = frozenset({"annotation", "annotation-xml", "script", "style", "template", "iframe", "object", "img", "svg"})

_LENGTH = re.compile(r"[+-]?(?:\d{1,4}(?:\.\d{1,6})?|\.\d{1,6})(?:em|ex|px|pt|cm|mm|in|pc|%)?")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?|[a-zA-Z]{3,20}")
_BOOLEAN = re.compile(r"true|false")
_COUNT = re.compile(r"[1-9]\d?")
#: Those that the pages' style or Temml may use: any other word is its author's own, as `right-answer`.
_CLASS = re.compile(r"(?:tml|m|chr)-[a-z0-9-]{1,25}|(?:up|down)strike|sout|math(?:cal|scr)")
_ATTRIBUTES: dict[str, re.Pattern[str]] = {
    "display": re.compile(r"block|inline"),
    "dir": re.compile(r"ltr|rtl"),
    "form": re.compile(r"prefix|infix|postfix"),
    "scriptlevel": re.compile(r"[+-]?\d"),
    "notation": re.compile(r"[a-z ]{1,60}"),
    "columnalign": re.compile(r"(?:(?:left|center|right)\s*)+"),
    "columnlines": re.compile(r"(?:(?:none|solid|dashed)\s*)+"),
    "mathcolor": _COLOUR,
    "mathbackground": _COLOUR,
    "columnspan": _COUNT,
    "rowspan": _COUNT,
    **dict.fromkeys(
        [
            "displaystyle",
            "fence",
            "separator",
            "stretchy",
            "symmetric",
            "largeop",
            "movablelimits",
            "accent",
            "accentunder",
        ],
        _BOOLEAN,
    ),
    **dict.fromkeys(
        ["width", "height", "depth", "lspace", "rspace", "voffset", "linethickness", "maxsize", "minsize"], _LENGTH
    ),
}
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
#: What XML and the database refuse.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class MathematicsError(ValueError):
    """A formula that can't be read. `position` counts characters of the source from 0, where it is known."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


def sanitised(source: str) -> etree._Element:
    """One `<math>` element with nothing in it but mathematics; MathematicsError for what is no XML or too large."""
    root = parse(source)
    if _name(root) != "math":
        raise MathematicsError(Sentence.of(N_("MathML begins with a <math> element")))
    made = _rebuilt(root, 0)
    if made.get("display") == "inline":
        del made.attrib["display"]
    return made


def written(root: etree._Element) -> str:
    return etree.tostring(root, encoding="unicode")


def parse(source: str) -> etree._Element:
    if len(source) > MOST_CHARACTERS:
        raise MathematicsError(
            Sentence.of(N_("A formula has at most %(limit)s characters of MathML"), limit=MOST_CHARACTERS)
        )
    named = _NAMED.sub(lambda match: html.unescape(match[0]), FORBIDDEN.sub("", source))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(_with_prefixes(named).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise MathematicsError(Sentence.of(N_("MathML is not well-formed: %(problem)s"), problem=error.msg)) from None
    if "<!DOCTYPE" in named:
        raise MathematicsError(Sentence.of(N_("MathML in an item has no document type")))
    return root


def _with_prefixes(source: str) -> str:
    """Declares the prefixes that a formula cut out of its document uses without saying what they are."""
    start = re.search(r"<([A-Za-z][\w.-]*:)?math\b", source)
    if start is None or not start[1]:
        return source
    prefix = start[1].rstrip(":")
    if f"xmlns:{prefix}" in source:
        return source
    return f'{source[: start.end()]} xmlns:{prefix}="urn:m"{source[start.end() :]}'


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname


def _rebuilt(node: etree._Element, depth: int) -> etree._Element:
    if depth > DEEPEST:
        raise MathematicsError(Sentence.of(N_("The formula is nested too deeply")))
    name = _name(node)
    if name in TOKENS:
        return _token(node, name)
    if name == "mfenced":
        return _fenced(node, depth)
    made = etree.Element(name if name in GROUPS else "mrow")
    if name in GROUPS:
        _copy_attributes(node, made)
    children = _children(node, depth)
    wanted = ARITY.get(name, len(children))
    if name == "none":
        children = []
    if len(children) != wanted:
        made = etree.Element("mrow")
    made.extend(children)
    if name == "mtable":
        _align_columns(node, made)
    return made


def _children(node: etree._Element, depth: int) -> list[etree._Element]:
    name = _name(node)
    kept = [child for child in node if _name(child) not in DROPPED]
    if name in {"semantics", "maction"}:
        kept = kept[:1]
    made = [_rebuilt(child, depth + 1) for child in kept]
    loose = " ".join(text.strip() for text in (node.text, *(child.tail for child in node)) if text and text.strip())
    if loose and name not in {"mtable", "mtr"}:
        words = etree.Element("mtext")
        words.text = loose
        made.append(words)
    return made


def _token(node: etree._Element, name: str) -> etree._Element:
    made = etree.Element(name)
    _copy_attributes(node, made)
    text = re.sub(r"[ \t\r\n]+", " ", "".join(_texts(node)))
    if name != "mtext":
        text = text.strip(" ")
    variant = node.get("mathvariant", "")
    if variant == "normal":
        made.set("mathvariant", "normal")
    elif variant:
        text = in_variant(text, variant)
    made.text = text
    return made


def _texts(node: etree._Element) -> list[str]:
    found = [node.text or ""]
    for child in node:
        if _name(child) not in DROPPED:
            found.extend(_texts(child))
        found.append(child.tail or "")
    return found


def _copy_attributes(node: etree._Element, made: etree._Element) -> None:
    for key, value in node.attrib.items():
        pattern = _ATTRIBUTES.get(str(key))
        if pattern is not None and pattern.fullmatch(str(value).strip()):
            made.set(str(key), str(value).strip())
    classes = [word for word in str(node.get("class", "")).split() if _CLASS.fullmatch(word)]
    for key, value in attributes_of_style(str(node.get("style", ""))).items():
        if key == "class":
            classes.extend(value.split())
        else:
            made.set(key, value)
    if classes:
        made.set("class", " ".join(dict.fromkeys(classes)))


def _fenced(node: etree._Element, depth: int) -> etree._Element:
    """MathML 3, 3.3.8: `mfenced` is an `mrow` with its fences and separators written out."""
    made = etree.Element("mrow")
    separators = re.sub(r"\s", "", str(node.get("separators", ",")))
    made.append(_fence(str(node.get("open", "(")), "prefix"))
    for at, child in enumerate(_children(node, depth)):
        if at and separators:
            separator = etree.SubElement(made, "mo", {"separator": "true"})
            separator.text = separators[min(at - 1, len(separators) - 1)]
        made.append(child)
    made.append(_fence(str(node.get("close", ")")), "postfix"))
    return made


def _fence(text: str, form: str) -> etree._Element:
    made = etree.Element("mo", {"fence": "true", "form": form, "stretchy": "true"})
    made.text = text.strip()
    return made


def _align_columns(node: etree._Element, table: etree._Element) -> None:
    """Browsers of today ignore `columnalign` and `columnlines`; each cell gets a class instead."""
    sides = str(node.get("columnalign", "")).split()
    lines = str(node.get("columnlines", "")).split()
    for row in table:
        for column, cell in enumerate(row):
            classes = str(cell.get("class", "")).split()
            side = sides[min(column, len(sides) - 1)] if sides else ""
            if side in {"left", "right"}:
                classes.append(f"tml-{side}")
            if lines and column < len(row) - 1 and lines[min(column, len(lines) - 1)] != "none":
                classes.append("m-line-right")
            if classes:
                cell.set("class", " ".join(dict.fromkeys(classes)))
    for key in ("columnalign", "columnlines"):
        if key in table.attrib:
            del table.attrib[key]
