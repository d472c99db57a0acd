"""What a formula says, however its parts are grouped and spaced: to tell whether two of them show the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from item_bank.content import mathml
from item_bank.content.composing import composed
from item_bank.content.omml_pieces import ACCENTS

#: Elements that only hold together what stands in them.
GROUPING = frozenset({"mrow", "mstyle", "mpadded", "math", "mtd", "merror"})
_UNSEEN = re.compile("[\u2061-\u2064\u200b\\s]")
_LIMITS = {"munder": ("munder",), "mover": ("mover",), "munderover": ("munder", "mover")}
#: Characters that show the same: Word and MathML choose different ones.
_SAME = {
    **{mark: combining for mark, combining in ACCENTS.items() if len(mark) == 1 and mark not in "→←↔"},
    **dict.fromkeys("‾¯_―\u0304\u0305", "‾"),
    **dict.fromkeys("⏜⌢\u0311", "⌢"),
    "\u20d7": "→",
    "⟶": "→",
    "\u20d6": "←",
    "\u20e1": "↔",
    "-": "−",
    "'": "′",
    "∗": "*",
    "∣": "|",
    "∥": "‖",
    "⋯": "…",
}


def gist(source: str) -> tuple[object, ...]:
    """What a formula says, however its letters are grouped and spaced: the same for two that show the same."""
    return says(mathml.parse(source))


def says(node: etree._Element) -> tuple[object, ...]:
    name = etree.QName(node).localname
    if name in mathml.TOKENS:
        text = _UNSEEN.sub("", composed(str(node.text or "")))
        return tuple(_SAME.get(one, one) for one in text)
    inner = [says(child) for child in node]
    if name in _LIMITS:
        return _with_limits(inner[0], dict(zip(_LIMITS[name], inner[1:], strict=False)))
    if name in GROUPING or name == "mspace":
        return tuple(part for one in inner for part in one)
    if name == "mtable":
        return (("mtable", *(("mtr", *row) for row in inner)),)
    if name == "menclose":
        kinds = tuple(sorted(str(node.get("notation", "longdiv")).split()))
        return (("menclose", kinds, tuple(part for one in inner for part in one)),)
    if name in ("msqrt", "mphantom"):
        return ((name, tuple(part for one in inner for part in one)),)
    if name == "mtr":
        return tuple(inner)
    if name == "mfrac" and re.fullmatch(r"0(?:[a-z]+|\.0*)?", str(node.get("linethickness", ""))):
        name = "stack"
    return ((name, *inner),)


def _with_limits(base: tuple[object, ...], limits: Mapping[str, tuple[object, ...]]) -> tuple[object, ...]:
    """One below the other; a limit that is nothing but space is none."""
    for name in ("munder", "mover"):
        if limits.get(name):
            base = ((name, base, limits[name]),)
    return base
