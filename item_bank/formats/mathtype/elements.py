"""Elements of MathML."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree


def element(tag: str, children: Sequence[etree._Element] = (), /, **attributes: str) -> etree._Element:
    made = etree.Element(tag, attributes)
    made.extend(children)
    return made


def token(tag: str, text: str, /, **attributes: str) -> etree._Element:
    made = etree.Element(tag, attributes)
    made.text = text
    return made
