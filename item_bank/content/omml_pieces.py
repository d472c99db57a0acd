"""The small pieces of an equation of Word: runs, spaces, properties, and the signs that it keeps as combining ones."""

from __future__ import annotations

import re

from lxml import etree

from item_bank.content.omml import INTEGRALS, NAMESPACE, NOTHING, STRUCK

_M = f"{{{NAMESPACE}}}"
#: Signs with limits.
NARY = INTEGRALS | frozenset("∑∏∐⋃⋂⋁⋀⨁⨂⨀⨄⨆")
#: A sign above a letter → the combining character that Word keeps.
ACCENTS = {
    "`": "\u0300",
    "´": "\u0301",
    "^": "\u0302",
    "ˆ": "\u0302",
    "\u0302": "\u0302",
    "~": "\u0303",
    "˜": "\u0303",
    "\u0303": "\u0303",
    "˘": "\u0306",
    "˙": "\u0307",
    "¨": "\u0308",
    "ˇ": "\u030c",
    "←": "\u20d6",
    "\u20d6": "\u20d6",
    "→": "\u20d7",
    "⟶": "\u20d7",
    "\u20d7": "\u20d7",
    "↔": "\u20e1",
    "\u20e1": "\u20e1",
    "⌢": "\u0311",
}
#: MathML's names of lines through a formula → Word's.
STRIKES = {name: strike for strike, name in STRUCK.items()}
_WIDTH = re.compile(r"([+-]?\d*\.?\d+)em")


def element(name: str, /, *children: etree._Element) -> etree._Element:
    made = etree.Element(f"{_M}{name}", nsmap={"m": NAMESPACE})
    made.extend(children)
    return made


def property_of(name: str, value: str) -> etree._Element:
    made = element(name)
    made.set(f"{_M}val", value)
    return made


def run(token: etree._Element) -> list[etree._Element]:
    """One letter, name, number, sign or word; what is not seen needs none."""
    text = str(token.text or "")
    if token.tag in ("mtext", "ms"):
        return [_run(text, element("rPr", property_of("nor", "1")))] if text else []
    text = re.sub("[\u2061-\u2064\u200b\\s]", "", text)
    if not text:
        return []
    if token.tag == "mi" and (len(text) > 1 or token.get("mathvariant") == "normal"):
        return [_run(text, element("rPr", property_of("sty", "p")))]
    return [_run(text, element("rPr", property_of("nor", "1")) if text == "&" else None)]


def nothing() -> etree._Element:
    return _run(NOTHING)


def _run(text: str, properties: etree._Element | None = None) -> etree._Element:
    made = element("r", *([] if properties is None else [properties]))
    shown = element("t")
    shown.text = text
    shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.append(shown)
    return made


def space(node: etree._Element) -> list[etree._Element]:
    """A gap as wide as one of the spaces of Unicode."""
    found = _WIDTH.fullmatch(str(node.get("width", "")))
    width = float(found[1]) if found else 0.0
    if width < 0.1:
        return []
    return [_run("\u2003" if width >= 0.8 else "\u2002" if width >= 0.4 else "\u2005")]
