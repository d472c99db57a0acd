"""The tree of a MathType formula (`records`) → MathML. A sign that is not known makes the whole unreadable: a formula
with a hole is worse than its picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from item_bank.content.mathml_letters import in_variant
from item_bank.formats.mathtype import templates
from item_bank.formats.mathtype.elements import element, token
from item_bank.formats.mathtype.errors import MtefError
from item_bank.formats.mathtype.records import Char, Matrix, Node, Pile, Row, Template
from item_bank.formats.mathtype.symbols import MT_EXTRA, SYMBOL

# Styles of characters (MTEF v.5, "FONT_STYLE_DEF").
_TEXT, _FUNCTION, _LOWER_GREEK, _UPPER_GREEK, _SYMBOL, _VECTOR, _NUMBER, _EXTRA = 1, 2, 4, 5, 6, 7, 8, 11
_ASIAN, _MARKER = 12, 23
#: MTCode has spaces in a private plane (MTCode Encoding Tables); widths in em.
_SPACES = {0xEF01: 0.05, 0xEF02: 0.17, 0xEF03: 0.22, 0xEF04: 0.22, 0xEF05: 0.28, 0xEF06: 0.33, 0xEF07: 0.5, 0xEF08: 1.0}
_NOTHING = {0xEF00, 0xEF09, 0x200B, 0x2061, 0x2062}
_OWN = {0xE922: "⌢", 0xE923: "⌣", 0xE98F: "⌢", 0xE932: "≪", 0xE933: "≫", 0x2D: "−", 0x27: "′", 0x2A: "∗", 0x7E: "∼"}
_PRIMES = {5: "′", 6: "″", 7: "‵", 18: "‴"}
_ABOVE = {2: "˙", 3: "¨", 4: "⃛", 8: "~", 9: "^", 17: "‾", 19: "⌢", 20: "⌣", 24: "⃜"}
_ARROWS = {11: "→", 12: "←", 13: "↔", 14: "⇀", 15: "↼"}
_BELOW = {25: ".", 29: "_", 30: "~", 31: "⌢", 32: "⌣", 33: "→", 34: "←", 35: "↔"}
_STRUCK = {10, 16, 21, 22, 23}
# fmt: off
_NAMES = frozenset({
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "arccot", "sinh", "cosh", "tanh", "log",
    "ln", "lg", "lim", "max", "min", "sup", "inf", "det", "exp", "tg", "cotg", "arctg",
})
# fmt: on


def mathml(nodes: Sequence[Node]) -> etree._Element:
    """The `<math>` of the formula. Raises MtefError."""
    math = etree.Element("math")
    math.extend(_presented(nodes))
    return math


def _presented(nodes: Sequence[Node]) -> list[etree._Element]:
    """Scripts come behind what they belong to; those that precede wait for it."""
    made: list[etree._Element] = []
    waiting: list[tuple[etree._Element, etree._Element]] = []
    for piece in _pieces(nodes):
        if isinstance(piece, Template) and templates.is_script(piece):
            below, above = templates.scripts(piece, slot)
            if piece.variation & 1:
                waiting.append((below, above))
            else:
                made.append(templates.scripted(made.pop() if made else element("mrow"), below, above))
            continue
        new = _made(piece)
        if waiting and new:
            new[0] = templates.preceded(new[0], waiting)
            waiting = []
        made += new
    return made + ([templates.preceded(element("mrow"), waiting)] if waiting else [])


def _pieces(nodes: Sequence[Node]) -> Iterator[Sequence[Char] | Row | Template | Pile | Matrix]:
    """Characters that are read together stand in one piece."""
    run: list[Char] = []
    for node in nodes:
        if run and not (isinstance(node, Char) and _joins(run[-1], node)):
            yield run
            run = []
        if isinstance(node, Char):
            run.append(node)
        else:
            yield node
    if run:
        yield run


def _made(piece: Sequence[Char] | Row | Template | Pile | Matrix) -> list[etree._Element]:
    match piece:
        case Row():
            return _presented(piece.items)
        case Template():
            return [templates.presented(piece, slot)]
        case Pile():
            return [_pile(piece)]
        case Matrix():
            return [_matrix(piece)]
    return _characters(piece)


def row(nodes: Sequence[Node]) -> etree._Element:
    """One element for a slot."""
    made = _presented(nodes)
    return made[0] if len(made) == 1 else element("mrow", made)


def slot(found: Row) -> etree._Element:
    return row(found.items)


# --- characters -------------------------------------------------------------


def _joins(first: Char, second: Char) -> bool:
    """Digits of a number, letters of a function's name, words."""
    if first.embellishments or _SYMBOL in (first.typeface, second.typeface):
        return False
    if _digit(first) and _digit(second):
        return True
    if second.embellishments or first.typeface != second.typeface:
        return False
    if first.typeface in (_TEXT, _ASIAN):
        return not _digit(first) and not _digit(second) and first.code not in _SPACES and second.code not in _SPACES
    return first.typeface == _FUNCTION and chr(first.code).isalpha() and chr(second.code).isalpha()


def _digit(one: Char) -> bool:
    return 0x30 <= one.code <= 0x39


def _characters(run: Sequence[Char]) -> list[etree._Element]:
    first = run[0]
    if first.typeface == _MARKER or first.code in _NOTHING:
        return []
    if first.code in _SPACES:
        return [element("mspace", width=f"{_SPACES[first.code]}em")]
    made = _token(run)
    for kind in run[-1].embellishments:
        made = _embellished(made, kind)
    return [made]


def _token(run: Sequence[Char]) -> etree._Element:
    first = run[0]
    text = "".join(_sign(one) for one in run)
    if _digit(first):
        return token("mn", in_variant(text, "bold") if first.typeface == _VECTOR else text)
    if first.typeface in (_TEXT, _ASIAN) and (len(text) > 1 or text.isspace()):
        return token("mtext", text.replace(" ", "\u00a0"))
    if not text.isalpha():
        return token("mo", _OWN.get(ord(text), text) if len(text) == 1 else text, **_stretch(text))
    if first.typeface == _VECTOR:
        return token("mi", in_variant(text, "bold"))
    if len(text) > 1 or first.typeface in (_TEXT, _FUNCTION, _UPPER_GREEK):
        return token("mi", text) if len(text) > 1 and text in _NAMES else _upright(text)
    return token("mi", text)


def _upright(text: str) -> etree._Element:
    return token("mi", text) if len(text) > 1 else token("mi", text, mathvariant="normal")


def _stretch(text: str) -> dict[str, str]:
    """Brackets that are typed as characters keep their size."""
    return {"stretchy": "false"} if text in set("()[]{}|‖") else {}


def _sign(one: Char) -> str:
    code = one.code
    if code < 0x100 and one.typeface in (_LOWER_GREEK, _UPPER_GREEK, _SYMBOL):
        found = SYMBOL.get(code, "") if not chr(code).isdigit() else chr(code)
    elif code < 0x100 and one.typeface == _EXTRA:
        found = MT_EXTRA.get(code, "")
    elif 0xF000 <= code <= 0xF0FF:
        found = SYMBOL.get(code & 0xFF, "")
    else:
        found = _OWN.get(code, "") if 0xE000 <= code <= 0xF8FF else chr(code)
    if not found or (ord(found) < 0x20) or 0xD800 <= ord(found) <= 0xDFFF:
        raise MtefError
    return found


def _embellished(base: etree._Element, kind: int) -> etree._Element:
    if kind in _PRIMES:
        return element("msup", [base, token("mo", _PRIMES[kind])])
    if sign := _ARROWS.get(kind) or _ABOVE.get(kind):
        stretchy = "true" if kind in _ARROWS or kind >= 17 else "false"
        return element("mover", [base, token("mo", sign, stretchy=stretchy)], accent="true")
    if kind in _BELOW:
        return element("munder", [base, token("mo", _BELOW[kind])], accentunder="true")
    if kind in _STRUCK:
        if kind == 10 and base.text:
            base.text += "\u0338"
            return base
        return element("menclose", [base], notation="horizontalstrike" if kind == 16 else "updiagonalstrike")
    raise MtefError


# --- piles and matrices --------------------------------------------------------


def _pile(node: Pile) -> etree._Element:
    rows = [element("mtr", [element("mtd", _presented(one.items))]) for one in node.rows if not one.null]
    align = {1: "left", 3: "right"}.get(node.align, "center" if node.align == 2 else "left")
    return element("mtable", rows, columnalign=align)


def _matrix(node: Matrix) -> etree._Element:
    cells = [element("mtd", [] if one.null else _presented(one.items)) for one in node.cells]
    rows = [element("mtr", cells[at : at + node.columns]) for at in range(0, len(cells), node.columns)]
    return element("mtable", rows)
