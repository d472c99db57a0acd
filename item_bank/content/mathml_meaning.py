"""What Temml draws with boxes gets back the element that says what it means, for screen readers, print and search.

Isotopes (`^{14}_{6}C` of mhchem) are built from phantoms and shifted boxes; they become `mmultiscripts`. Marks
over several letters become the characters that mathematics fonts can stretch.
"""

from __future__ import annotations

from lxml import etree

_SCRIPTS = {"msub": "b", "msup": "t", "msubsup": "bt"}
# Arc, hat and arrows; Temml writes characters that have no wider forms in the font.
_STRETCHING = {"⌢": "⏜", "ˆ": "\u0302", "^": "\u0302", "→": "\u20d7", "←": "\u20d6", "↔": "\u20e1"}
_SHORT_BASE = 3


#: Chromium paints a stretched brace only in the tile where it starts; a layer of the formula's own makes it whole.
LAYER = "m-layer"


def restored(root: etree._Element) -> etree._Element:
    """The same formula; changed in place."""
    for row in list(root.iter()):
        _isotopes(row)
    for over in root.iter("mover"):
        _mark_above(over[-1], "".join(str(text) for text in over[0].itertext()))
    if any(node.get("stretchy") == "true" for node in root.iter("mo") if _is_above_or_below(node)):
        root.set("class", " ".join(filter(None, [root.get("class"), LAYER])))
    return root


def _isotopes(row: etree._Element) -> None:
    for node in list(row):
        if node.tag not in _SCRIPTS or not _is_phantom(node[0]):
            continue
        visible = [_visible(script) for script in list(node)[1:]]
        following = node.getnext()
        if not any(visible) or following is None:
            row.remove(node)  # the first of the two: it only reserves room
            continue
        row.replace(node, _prescripts(following, dict(zip(_SCRIPTS[node.tag], visible, strict=True))))


def _is_phantom(node: etree._Element) -> bool:
    return node.tag == "mpadded" and len(node) == 1 and node[0].tag == "mphantom"


def _visible(node: etree._Element) -> str:
    """The text outside of phantoms."""
    if node.tag == "mphantom":
        return ""
    return (node.text or "") + "".join(_visible(child) for child in node)


def _prescripts(base: etree._Element, scripts: dict[str, str]) -> etree._Element:
    made = etree.Element("mmultiscripts")
    made.append(base)
    etree.SubElement(made, "mprescripts")
    for place in "bt":
        text = scripts.get(place, "").strip()
        script = etree.SubElement(made, "mn" if text.isdigit() else "mtext" if text else "mrow")
        script.text = text or None
    return made


def _mark_above(mark: etree._Element, base: str) -> None:
    text = mark.text or ""
    if mark.tag != "mo" or text not in _STRETCHING or (mark.get("stretchy") != "true" and text != "⌢"):
        return
    mark.attrib.pop("class", "")
    if text == "→" and len(base) <= _SHORT_BASE:  # a vector's two letters: the long arrow fits them as it is
        mark.text = "⟶"
        mark.set("stretchy", "false")
        mark.set("scriptlevel", "1")
        return
    mark.text = _STRETCHING[text]
    mark.set("stretchy", "true")
    mark.set("scriptlevel", "0")


def _is_above_or_below(node: etree._Element) -> bool:
    parent = node.getparent()
    return parent is not None and parent.tag in {"mover", "munder", "munderover"}
