"""Looks of runs in a Word document, with what paragraphs and characters inherit from their styles."""

from __future__ import annotations

from lxml import etree

from item_bank.formats.paper.lines import PLAIN, Look
from item_bank.formats.word.package import W

_OFF = {"0", "false", "off", "none"}
_DEEPEST = 20
_WHITE = {"auto", "FFFFFF", "none", ""}


class Styles:
    """`look` of a run: its own properties over those of its style over those of the paragraph's style."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = [] if root is None else list(root.iterchildren(f"{W}style"))
        self._styles = {str(style.get(f"{W}styleId", "")): style for style in styles}
        usual = next((one for one in styles if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default")), None)
        self._usual = "" if usual is None else str(usual.get(f"{W}styleId", ""))
        self._fonts: dict[str, str] = {}
        self._font = "" if root is None else _font(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))

    def chain(self, identifier: str) -> list[etree._Element]:
        """A style and those it is based on, the nearest first."""
        found: list[etree._Element] = []
        while identifier in self._styles and len(found) < _DEEPEST:
            found.append(self._styles[identifier])
            identifier = value(found[-1].find(f"{W}basedOn"))
        return found

    def paragraph_look(self, properties: etree._Element | None) -> Look:
        """What the paragraph's style gives to its runs."""
        style = "" if properties is None else value(properties.find(f"{W}pStyle"))
        return self._inherited(style, PLAIN)

    def look(self, properties: etree._Element | None, inherited: Look) -> Look:
        if properties is None:
            return inherited
        base = self._inherited(value(properties.find(f"{W}rStyle")), inherited)
        return applied(properties, base)

    def font(self, run: etree._Element | None, paragraph: etree._Element | None) -> str:
        """The font's name; only those matter that draw other characters than they are given."""
        styles = [] if run is None else [value(run.find(f"{W}rStyle"))]
        styles.append((value(paragraph.find(f"{W}pStyle")) if paragraph is not None else "") or self._usual)
        return _font(run) or next(filter(None, map(self._font_of, styles)), "") or self._font

    def _font_of(self, style: str) -> str:
        if style not in self._fonts:
            named = (_font(one.find(f"{W}rPr")) for one in self.chain(style))
            self._fonts[style] = next(filter(None, named), "")
        return self._fonts[style]

    def _inherited(self, style: str, base: Look) -> Look:
        for one in reversed(self.chain(style)):
            properties = one.find(f"{W}rPr")
            base = base if properties is None else applied(properties, base)
        return base


def applied(properties: etree._Element, base: Look) -> Look:
    """The look after run properties (17.3.2): each of them that is there decides, on or off."""
    for name, look in (("b", Look.BOLD), ("i", Look.ITALIC), ("u", Look.UNDERLINE)):
        if (node := properties.find(f"{W}{name}")) is not None:
            off = str(node.get(f"{W}val", "single" if name == "u" else "1")) in _OFF
            base = base & ~look if off else base | look
    if (node := properties.find(f"{W}color")) is not None:
        base = base & ~(Look.RED | Look.COLOURED) | _colour(value(node))
    if (node := properties.find(f"{W}highlight")) is not None:
        base = base & ~Look.HIGHLIGHT | (PLAIN if value(node) in _OFF else Look.HIGHLIGHT)
    if is_shaded(properties):
        base |= Look.HIGHLIGHT
    if (node := properties.find(f"{W}bdr")) is not None and value(node) not in _OFF | {"nil"}:
        base |= Look.HIGHLIGHT  # a frame around the letter of the key
    if (node := properties.find(f"{W}vertAlign")) is not None:
        scripts = {"subscript": Look.SUB, "superscript": Look.SUP}
        base = base & ~(Look.SUB | Look.SUP) | scripts.get(value(node), PLAIN)
    return base


def is_shaded(properties: etree._Element | None) -> bool:
    """Of a run, a paragraph or a cell."""
    node = None if properties is None else properties.find(f"{W}shd")
    return node is not None and str(node.get(f"{W}fill", "")) not in _WHITE


def _colour(text: str) -> Look:
    try:
        red, green, blue = (int(text[at : at + 2], 16) for at in (0, 2, 4))
    except ValueError:
        return PLAIN  # auto
    if max(red, green, blue) < 0x40:
        return PLAIN
    return Look.RED if red >= 0xA0 and max(green, blue) <= 0x70 else Look.COLOURED


def _font(properties: etree._Element | None) -> str:
    named = None if properties is None else properties.find(f"{W}rFonts")
    return "" if named is None else str(named.get(f"{W}ascii") or named.get(f"{W}hAnsi") or "")


def is_on(node: etree._Element | None) -> bool:
    """A property that is there is on, unless it says otherwise (17.17.4)."""
    return node is not None and str(node.get(f"{W}val", "1")) not in _OFF


def value(node: etree._Element | None) -> str:
    return "" if node is None else str(node.get(f"{W}val", ""))
