"""Templates of MathType: fences, roots, fractions, bars, arrows, big operators, limits, scripts, boxes (MTEF v.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lxml import etree

from item_bank.formats.mathtype.elements import element, token
from item_bank.formats.mathtype.errors import MtefError
from item_bank.formats.mathtype.records import Row, Template

_FENCES = ("⟨⟩", "()", "{}", "[]", "||", "‖‖", "⌊⌋", "⌈⌉", "⟦⟧")
_INTERVAL = "()[]"
_SUB, _SUP, _BOTH = 27, 28, 29
_OPERATORS = {16: "∑", 17: "∏", 18: "∐", 19: "⋃", 20: "⋂", 21: "∫", 22: "∑"}
_INTEGRALS = {1: "∫", 2: "∬", 3: "∭"}
_LOOPS = {1: "∮", 2: "∯", 3: "∰"}
_LOWER_ARROWS = {0x10: "←", 0x20: "→", 0x30: "↔"}


class Slot(Protocol):
    """What makes one element of a slot: `presenting.slot`, which comes back here for the templates inside."""

    def __call__(self, found: Row, /) -> etree._Element: ...


def presented(node: Template, slot: Slot) -> etree._Element:
    """Raises MtefError for a template that is not known."""
    if node.selector <= 9:
        return _fenced(node, slot)
    make = _MAKERS.get(node.selector)
    if make is None:
        raise MtefError
    return make(node, slot)


def _slots(node: Template, count: int) -> list[Row]:
    """That many slots; those that are missing are empty."""
    found = node.slots[:count]
    return found + [Row([], null=True)] * (count - len(found))


def _shown(one: Row) -> bool:
    return not one.null and bool(one.items)


# --- scripts --------------------------------------------------------------------


def is_script(node: Template) -> bool:
    return node.selector in (_SUB, _SUP, _BOTH)


def scripts(node: Template, slot: Slot) -> tuple[etree._Element, etree._Element]:
    """Below and above; an empty row where there is none."""
    below, above = _slots(node, 2)
    if node.selector == _SUP and not _shown(above):
        below, above = above, below  # version 3 has one slot alone
    return tuple(slot(one) if _shown(one) else element("mrow") for one in (below, above))  # type: ignore[return-value]


def _empty(one: etree._Element) -> bool:
    return one.tag == "mrow" and len(one) == 0


def scripted(base: etree._Element, below: etree._Element, above: etree._Element) -> etree._Element:
    if _empty(below) and _empty(above):
        return base
    if _empty(below):
        return element("msup", [base, above])
    return element("msub", [base, below]) if _empty(above) else element("msubsup", [base, below, above])


def preceded(base: etree._Element, waiting: Sequence[tuple[etree._Element, etree._Element]]) -> etree._Element:
    """Mass and charge of a nucleus."""
    before = [one for pair in waiting for one in pair]
    return element("mmultiscripts", [base, element("mprescripts"), *before])


# --- fences, roots, fractions ------------------------------------------------------


def _fenced(node: Template, slot: Slot) -> etree._Element:
    (main,) = _slots(node, 1)
    if node.selector == 9:
        left, right = _INTERVAL[node.variation & 3], _INTERVAL[node.variation >> 4 & 3]
    else:
        both = _FENCES[node.selector]
        left, right = both[0] if node.variation & 1 else "", both[1] if node.variation & 2 else ""
    made = [token("mo", left, fence="true", form="prefix", stretchy="true")] if left else []
    made.append(slot(main))
    if right:
        made.append(token("mo", right, fence="true", form="postfix", stretchy="true"))
    return element("mrow", made)


def _root(node: Template, slot: Slot) -> etree._Element:
    main, index = _slots(node, 2)
    return element("mroot", [slot(main), slot(index)]) if _shown(index) else element("msqrt", [slot(main)])


def _fraction(node: Template, slot: Slot) -> etree._Element:
    top, bottom = (slot(one) for one in _slots(node, 2))
    if node.variation & 2:
        return element("mrow", [top, token("mo", "/"), bottom])
    return element("mfrac", [top, bottom])


def _divided(node: Template, slot: Slot) -> etree._Element:
    inside, quotient = _slots(node, 2)
    made = element("menclose", [slot(inside)], notation="longdiv")
    return element("mover", [made, slot(quotient)]) if _shown(quotient) else made


# --- above and below -----------------------------------------------------------------


def _barred(node: Template, slot: Slot) -> etree._Element:
    (main,) = _slots(node, 1)
    sign = "=" if node.variation & 1 else "‾" if node.selector == 13 else "_"
    if node.selector == 13:
        return element("mover", [slot(main), token("mo", sign, stretchy="true")], accent="true")
    return element("munder", [slot(main), token("mo", sign, stretchy="true")], accentunder="true")


def _hatted(node: Template, slot: Slot) -> etree._Element:
    (main,) = _slots(node, 1)
    sign = {32: "~", 33: "^", 34: "⌢", 35: "⌢"}.get(node.selector) or _vector(node.variation)
    tag, accent = ("munder", "accentunder") if node.selector == 31 and node.variation & 4 else ("mover", "accent")
    return element(tag, [slot(main), token("mo", sign, stretchy="true")], **{accent: "true"})


def _vector(variation: int) -> str:
    both = variation & 3 == 3
    if variation & 8:
        return "⇀" if variation & 2 else "↼"
    return "↔" if both else "→" if variation & 2 or not variation & 1 else "←"


def _arrow(node: Template, slot: Slot) -> etree._Element:
    """A reaction with what stands over and under its arrow."""
    top, bottom = _slots(node, 2)
    kind = node.variation & 3
    sign = "⇄" if kind == 1 else "⇌" if kind == 2 else _LOWER_ARROWS.get(node.variation & 0x30, "→")
    if not _shown(bottom) and node.variation & 8 and not node.variation & 4:
        top, bottom = bottom, top
    arrow = token("mo", sign, stretchy="true")
    above, below = slot(top), slot(bottom)
    if _shown(top) and _shown(bottom):
        return element("munderover", [arrow, below, above])
    return element("mover", [arrow, above]) if _shown(top) else element("munder", [arrow, below])


def _braced(node: Template, slot: Slot) -> etree._Element:
    main, small = _slots(node, 2)
    sign = ("⏞⏟" if node.selector == 24 else "⎴⎵")[0 if node.variation & 1 else 1]
    tag = "mover" if node.variation & 1 else "munder"
    made = element(tag, [slot(main), token("mo", sign, stretchy="true")])
    return element(tag, [made, slot(small)]) if _shown(small) else made


# --- big operators and limits -----------------------------------------------------------


def _limited(operator: etree._Element, below: Row, above: Row, slot: Slot, *, beside: bool) -> etree._Element:
    under, over, both = ("msub", "msup", "msubsup") if beside else ("munder", "mover", "munderover")
    if _shown(below) and _shown(above):
        return element(both, [operator, slot(below), slot(above)])
    if _shown(below):
        return element(under, [operator, slot(below)])
    return element(over, [operator, slot(above)]) if _shown(above) else operator


def _operated(node: Template, slot: Slot) -> etree._Element:
    main, below, above = _slots(node, 3)
    beside = not node.variation & 0x40
    if node.selector == 15:
        signs = _LOOPS if node.variation & 0x0C else _INTEGRALS
        sign = signs.get(node.variation & 3, "∫")
    else:
        said = [chr(one.code) for one in node.signs]
        known = node.selector not in (21, 22) or not said
        sign = _OPERATORS[node.selector] if known else said[0]
    operator = token("mo", sign, largeop="true", **({} if beside else {"movablelimits": "false"}))
    return element("mrow", [_limited(operator, below, above, slot, beside=beside), slot(main)])


def _limit(node: Template, slot: Slot) -> etree._Element:
    main, below, above = _slots(node, 3)
    return _limited(slot(main), below, above, slot, beside=False)


# --- boxes and strokes ---------------------------------------------------------------------


def _dirac(node: Template, slot: Slot) -> etree._Element:
    left, right = _slots(node, 2)
    made = [token("mo", "⟨"), slot(left), token("mo", "|")] if node.variation & 1 else [token("mo", "|")]
    return element("mrow", made + ([slot(right), token("mo", "⟩")] if node.variation & 2 else []))


def _struck(node: Template, slot: Slot) -> etree._Element:
    (main,) = _slots(node, 1)
    names = {1: "horizontalstrike", 2: "updiagonalstrike", 4: "downdiagonalstrike"}
    said = " ".join(name for bit, name in names.items() if node.variation & bit)
    return element("menclose", [slot(main)], notation=said or "updiagonalstrike")


def _boxed(node: Template, slot: Slot) -> etree._Element:
    (main,) = _slots(node, 1)
    names = {2: "left", 4: "right", 8: "top", 16: "bottom"}
    said = " ".join(name for bit, name in names.items() if node.variation & bit)
    whole = node.variation & 0x1E in (0, 0x1E)
    return element("menclose", [slot(main)], notation="box" if whole else said)


_MAKERS = {
    10: _root, 11: _fraction, 12: _barred, 13: _barred, 14: _arrow, 15: _operated,
    **dict.fromkeys(_OPERATORS, _operated),
    23: _limit, 24: _braced, 25: _braced, 26: _divided, 30: _dirac,
    31: _hatted, 32: _hatted, 33: _hatted, 34: _hatted, 35: _hatted, 36: _struck, 37: _boxed,
}  # fmt: skip
