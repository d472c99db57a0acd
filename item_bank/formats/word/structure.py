"""How the elements of a Word document lie in each other: blocks, cells of tables, lines of paragraphs, formulas."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from item_bank.content import omml
from item_bank.formats.paper.lines import Rich
from item_bank.formats.word.package import W
from item_bank.formats.word.styles import value

M = f"{{{omml.NAMESPACE}}}"
_TOO_LONG = 20_000
_MOST_COLUMNS = 40


def blocks(node: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in their order, also inside of content controls."""
    for child in node:
        if child.tag in {f"{W}p", f"{W}tbl"}:
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo"}:
            yield from blocks(child)


def cells(row: etree._Element) -> Iterator[etree._Element]:
    return (cell for cell in row.iter(f"{W}tc") if owner(cell, f"{W}tr") is row)


def span(cell: etree._Element) -> int:
    said = value(cell.find(f"{W}tcPr/{W}gridSpan"))
    return min(int(said), _MOST_COLUMNS) if re.fullmatch(r"[1-9][0-9]?", said) else 1


def owner(node: etree._Element, tag: str) -> etree._Element | None:
    return next(iter(node.iterancestors(tag)), None)


def split(content: Rich) -> list[Rich]:
    """At line breaks; a paragraph of unusual length is cut, so that no rule meets it whole."""
    found, start = [], 0
    for at in [at for at, one in enumerate(content.text) if one == "\n"] + [len(content.text)]:
        places = range(start, max(at, start + 1), _TOO_LONG)
        found += [content[place : min(at, place + _TOO_LONG)] for place in places]
        start = at + 1
    return found


def bare(node: etree._Element) -> etree._Element:
    """The formula without Word's fonts, which say nothing about it."""
    made = copy.deepcopy(node)
    made.tail = None
    for dropped in [*made.iter(f"{M}ctrlPr"), *made.iter(f"{W}rPr")]:
        parent = dropped.getparent()
        if parent is not None:
            parent.remove(dropped)
    etree.cleanup_namespaces(made)
    return made
