"""Markup as a tree that `templates/print/markup.typ` sets: text stays text, formulas become Typst's mathematics."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from item_bank.content.mathematics import mathml_to_typst
from item_bank.content.model import Composite, Item, Markup, Part, PartChoice

#: A text, or a dict with `t`, the name of an element, and `c`, what it holds.
Node = str | dict[str, Any]
_NOTHING = {"colgroup", "col", "rp", "wbr"}
_NUMBERS = {"colspan", "rowspan", "start", "width", "height", "value"}
#: Between these, spaces and line ends mean nothing.
_BLOCKS = {"p", "div", "blockquote", "figure", "table", "ul", "ol", "dl", "pre", "hr", "tr", "li", "tbody", "thead"}
_BLOCKS |= {"h3", "h4", "h5", "h6", "td", "th", "choices", "pairs", "lines"}
#: Parts that paper can ask, and what it shows for them: room to write, or what there is to choose or to pair.
_LINES = {"extended_text": 8, "upload": 12}
_CHOOSING = {"choice", "order", "associate"}


def nodes(markup: Markup | None, place: Callable[[str], Sequence[Node]] | None = None) -> list[Node]:
    """`place`: what stands for a place of a composite item, such as "part:0"; without it places are empty."""
    if markup is None:
        return []
    root = lxml_html.fragment_fromstring(markup.html, create_parent="div")
    return _inside(root, markup, place or (lambda _name: ()))


def item_nodes(item: Item) -> list[Node]:
    """The stem; of an item of several parts with what each of them asks, in its place."""
    told = item.interaction
    if not isinstance(told, Composite):
        return nodes(item.stem)
    parts = told.parts

    def place(name: str) -> Sequence[Node]:
        number = name.removeprefix("part:")
        known = name.startswith("part:") and number.isdecimal() and int(number) < len(parts)
        return _part(parts[int(number)]) if known else ()

    return nodes(item.stem, place)


def screen_only(item: Item) -> bool:
    """Whether it asks for something that paper cannot take, such as a recording or a point on a picture."""
    told = item.interaction
    return isinstance(told, Composite) and any(not _printable(part) for part in told.parts)


def pictures_in(value: Any) -> set[str]:
    """The digests that a tree shows."""
    if isinstance(value, Mapping):
        own = {value["d"]} if value.get("t") == "img" and value["d"] else set()
        return own | {digest for inner in value.values() for digest in pictures_in(inner)}
    return {digest for inner in value for digest in pictures_in(inner)} if isinstance(value, list | tuple) else set()


def _printable(part: Part) -> bool:
    return part.type in {*_LINES, *_CHOOSING, "text_entry", "inline_choice", "match", "gap_match"}


def _part(part: Part) -> list[Node]:
    prompt = nodes(part.prompt)
    if part.type == "text_entry":
        return [{"t": "blank"}]
    if part.type == "inline_choice":
        return [{"t": "either", "c": _choices(part.choices)}]
    if part.type in _LINES:
        return [*prompt, {"t": "lines", "n": _LINES[part.type]}]
    if part.type in _CHOOSING:
        return [*prompt, {"t": "choices", "c": _choices(part.choices), "round": part.most == 1}]
    if part.type == "match":
        return [*prompt, {"t": "pairs", "c": [_choices(part.choices), _choices(part.targets)]}]
    if part.type == "gap_match":
        text = nodes(part.text, lambda _name: [{"t": "blank"}])
        return [*prompt, {"t": "choices", "c": _choices(part.choices), "round": False}, {"t": "div", "c": text}]
    picture: list[Node] = []
    if part.picture is not None and part.picture.asset:
        picture = [{"t": "img", "d": part.picture.asset, "width": part.picture.width}]
    return [*prompt, *picture, {"t": "screen"}]


def _choices(choices: Sequence[PartChoice]) -> list[list[Node]]:
    return [nodes(one.markup) for one in choices]


def _inside(element: etree._Element, markup: Markup, place: Callable[[str], Sequence[Node]]) -> list[Node]:
    found: list[Node] = [element.text or ""]
    for child in element:
        if child.tag not in _NOTHING:
            found += _node(child, markup, place)
        found.append(child.tail or "")
    blocks = any(isinstance(one, dict) and one["t"] in _BLOCKS for one in found)
    return [one for one in found if not isinstance(one, str) or (one if not blocks else one.strip())]


def _node(element: etree._Element, markup: Markup, place: Callable[[str], Sequence[Node]]) -> list[Node]:
    number = element.get("data-math")
    if number is not None:
        formula = markup.math[int(number)] if int(number) < len(markup.math) else None
        return [{"t": "math", "m": mathml_to_typst(formula.mathml), "display": formula.display}] if formula else []
    name = element.get("data-place")
    if name is not None:
        return list(place(name))
    if element.tag == "img":
        return [{"t": "img", "d": element.get("data-asset", ""), **_numbers(element)}]
    inner = _inside(element, markup, place)
    kind = {"k": element.get("type")} if element.get("type") else {}
    return [{"t": str(element.tag), "c": inner, **_numbers(element), **kind}]


def _numbers(element: etree._Element) -> dict[str, int]:
    given = {name: str(element.get(name, "")) for name in sorted(_NUMBERS)}
    return {name: int(value) for name, value in given.items() if re.fullmatch("[0-9]+", value)}
