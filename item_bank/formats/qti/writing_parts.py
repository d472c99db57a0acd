"""Each interaction of a composite item as its element of QTI 2.2; `writing` renames for 3.0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lxml import etree

from item_bank.content.model import Markup, Part, PartChoice, Spot
from item_bank.formats.qti.names import Element


class Writer(Protocol):
    """What parts need of the item that is written."""

    named: Callable[[str], str]

    def filled(self, name: str, markup: Markup) -> Element: ...

    def blank(self, markup: Markup | None) -> bool: ...


def part_element(writer: Writer, part: Part) -> Element:
    name, build = _PARTS[part.type]
    element = etree.Element(name, responseIdentifier=part.id)
    if part.prompt is not None and not writer.blank(part.prompt):
        element.append(writer.filled("prompt", part.prompt))
    build(writer, part, element)
    return element


def _choice(writer: Writer, name: str, one: PartChoice, *, matched: bool = False) -> Element:
    element = writer.filled(name, one.markup)
    element.set("identifier", one.id)
    if one.pinned:
        element.set("fixed", "true")
    if matched:
        element.set("matchMax", str(one.most))
        if one.least:
            element.set("matchMin", str(one.least))
    if one.when:
        variable, _equals, _value = one.when.partition("=")
        element.set("templateIdentifier", variable.rstrip("!"))
        element.set("showHide", "hide" if variable.endswith("!") else "show")
    return element


def _limits(element: Element, part: Part, what: str) -> None:
    element.set(f"max{what}", str(part.most))
    if part.least:
        element.set(f"min{what}", str(part.least))


def _shuffled(element: Element, part: Part) -> None:
    element.set("shuffle", "true" if part.shuffle else "false")


def _options(name: str) -> Callable[[Writer, Part, Element], None]:
    def build(writer: Writer, part: Part, element: Element) -> None:
        _shuffled(element, part)
        if part.type != "inline_choice" and (part.type == "choice" or part.most or part.least):
            _limits(element, part, "Choices")
        element.extend(_choice(writer, name, one) for one in part.choices)

    return build


def _associate(writer: Writer, part: Part, element: Element) -> None:
    _shuffled(element, part)
    _limits(element, part, "Associations")
    element.extend(_choice(writer, "simpleAssociableChoice", one, matched=True) for one in part.choices)


def _match(writer: Writer, part: Part, element: Element) -> None:
    _shuffled(element, part)
    _limits(element, part, "Associations")
    if part.settings.get("table"):
        element.set("class", "qti-match-tabular")
    for side in (part.choices, part.targets):
        among = etree.SubElement(element, "simpleMatchSet")
        among.extend(_choice(writer, "simpleAssociableChoice", one, matched=True) for one in side)


def _text_with_places(writer: Writer, part: Part, element: Element, kind: str, name: str) -> None:
    text = writer.filled("div", part.text or Markup(""))
    for place in [one for one in text.iter() if one.get("data-place", "").startswith(f"{kind}:")]:
        place.tag = name
        place.set("identifier", (place.get("data-place") or "").partition(":")[2])
        del place.attrib["data-place"]
    if (text.text or "").strip():
        element.append(text)
    else:
        element.extend(list(text))


def _gap_match(writer: Writer, part: Part, element: Element) -> None:
    _shuffled(element, part)
    for one in part.choices:
        name = "gapImg" if "<img" in one.markup.html else "gapText"
        element.append(_choice(writer, name, one, matched=True))
    _text_with_places(writer, part, element, "gap", "gap")
    required = {one.id for one in part.targets if one.least}
    for gap in element.iter("gap"):
        if gap.get("identifier") in required:
            gap.set("required", "true")


def _hottext(writer: Writer, part: Part, element: Element) -> None:
    _limits(element, part, "Choices")
    _text_with_places(writer, part, element, "hot", "hottext")


def picture_of(writer: Writer, part: Part, element: Element) -> None:
    if part.picture is None:
        return
    shown = etree.SubElement(element, "object", type="image/png", data=writer.named(part.picture.asset))
    shown.text = part.picture.alt
    for side, length in (("width", part.picture.width), ("height", part.picture.height)):
        if length:
            shown.set(side, str(length))


def _spots(element: Element, part: Part, name: str) -> None:
    for spot in part.spots:
        each = etree.SubElement(element, name, identifier=spot.id, shape=spot.area.shape)
        each.set("coords", ",".join(spot.area.coords))
        if spot.label:
            each.set("hotspotLabel", spot.label)
        if name == "associableHotspot":
            _matches(each, spot)


def _matches(element: Element, spot: Spot) -> None:
    element.set("matchMax", str(spot.most))
    if spot.least:
        element.set("matchMin", str(spot.least))


def _graphic(name: str, limits: str) -> Callable[[Writer, Part, Element], None]:
    def build(writer: Writer, part: Part, element: Element) -> None:
        if part.type != "graphic_order" or part.most or part.least:
            _limits(element, part, limits)
        picture_of(writer, part, element)
        _spots(element, part, name)

    return build


def _graphic_gap_match(writer: Writer, part: Part, element: Element) -> None:
    picture_of(writer, part, element)
    for one in part.choices:
        name = "gapImg" if "<img" in one.markup.html else "gapText"
        element.append(_choice(writer, name, one, matched=True))
    _spots(element, part, "associableHotspot")


def _select_point(writer: Writer, part: Part, element: Element) -> None:
    _limits(element, part, "Choices")
    picture_of(writer, part, element)


def _position_object(writer: Writer, part: Part, element: Element) -> None:
    _limits(element, part, "Choices")
    thing = writer.filled("div", part.choices[0].markup) if part.choices else etree.Element("div")
    element.extend(list(thing))


def _settings(**names: str) -> Callable[[Writer, Part, Element], None]:
    """setting=attribute."""

    def build(_writer: Writer, part: Part, element: Element) -> None:
        for setting, attribute in names.items():
            if value := part.settings.get(setting, ""):
                element.set(attribute, value)
        if part.type == "extended_text" and (part.most or part.least):
            _limits(element, part, "Strings")

    return build


def _media(writer: Writer, part: Part, element: Element) -> None:
    _settings(most_plays="maxPlays", least_plays="minPlays", autostart="autostart", loop="loop")(writer, part, element)
    told = part.settings
    asset, source = told.get("asset", ""), told.get("source", "")
    if asset or source:
        kind = told.get("kind") or told.get("type", "")
        shown = etree.SubElement(element, "object", data=writer.named(asset) if asset else source, type=kind)
        shown.text = told.get("description")


#: What our own reader finds again in `class`.
_CLASS = {"class": "class"}
_PARTS: dict[str, tuple[str, Callable[[Writer, Part, Element], None]]] = {
    "choice": ("choiceInteraction", _options("simpleChoice")),
    "inline_choice": ("inlineChoiceInteraction", _options("inlineChoice")),
    "order": ("orderInteraction", _options("simpleChoice")),
    "associate": ("associateInteraction", _associate),
    "match": ("matchInteraction", _match),
    "gap_match": ("gapMatchInteraction", _gap_match),
    "hottext": ("hottextInteraction", _hottext),
    "hotspot": ("hotspotInteraction", _graphic("hotspotChoice", "Choices")),
    "graphic_order": ("graphicOrderInteraction", _graphic("hotspotChoice", "Choices")),
    "graphic_associate": ("graphicAssociateInteraction", _graphic("associableHotspot", "Associations")),
    "graphic_gap_match": ("graphicGapMatchInteraction", _graphic_gap_match),
    "select_point": ("selectPointInteraction", _select_point),
    "position_object": ("positionObjectInteraction", _position_object),
    "slider": (
        "sliderInteraction",
        _settings(
            lower="lowerBound",
            upper="upperBound",
            step="step",
            labels="stepLabel",
            orientation="orientation",
            reverse="reverse",
        ),
    ),
    "text_entry": (
        "textEntryInteraction",
        _settings(length="expectedLength", pattern="patternMask", placeholder="placeholderText", **_CLASS),
    ),
    "extended_text": (
        "extendedTextInteraction",
        _settings(lines="expectedLines", length="expectedLength", format="format"),
    ),
    "upload": ("uploadInteraction", _settings(accepts="type")),
    "media": ("mediaInteraction", _media),
    "end_attempt": ("endAttemptInteraction", _settings(title="title")),
}
