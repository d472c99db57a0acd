"""An item → QTI 2.1, 2.2 or 3.0 (names and namespaces of the three; the profile is that of docs/authoring/qti.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from lxml import etree
from lxml import html as lxml_html

from item_bank.content.formulas import with_annotation
from item_bank.content.markup import is_blank
from item_bank.content.model import Composite, Essay, Feedback, Item, Markup, Part, Passage
from item_bank.content.processing.declared import Declaration, Field, Node, Rules
from item_bank.content.ruled import composite_of
from item_bank.formats.qti.names import Element
from item_bank.formats.qti.rules import MATHASSESS
from item_bank.formats.qti.writing_parts import Writer, part_element, picture_of

Version = Literal["2.1", "2.2", "3.0"]
VERSIONS: tuple[Version, ...] = ("2.1", "2.2", "3.0")
NAMESPACES: Mapping[Version, str] = {
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "2.2": "http://www.imsglobal.org/xsd/imsqti_v2p2",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
_TEMPLATES: Mapping[Version, str] = {
    "2.1": "http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
    "2.2": "http://www.imsglobal.org/question/qti_v2p2/rptemplates/",
    "3.0": "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
}
_MATHML = "http://www.w3.org/1998/Math/MathML"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: The file name of an asset, by its digest.
Named = Callable[[str], str]
_SLOT = re.compile(r'<span data-math="([0-9]+)"></span>')


def write_item(item: Item, identifier: str, version: Version, named: Named, *, passage: str = "") -> bytes:
    """One assessmentItem. `named`: where the package keeps an asset. `passage`: the name of the passage's file; before
    3.0 its text stands in the item."""
    return _Item(item, identifier, version, named, passage).document()


def passage_document(passage: Passage, identifier: str, version: Version, named: Named) -> bytes:
    """One assessmentStimulus."""
    writer = _Item(Item(Markup(""), Composite((), ())), identifier, version, named, "")
    root = etree.Element("assessmentStimulus", identifier=identifier, title=passage.title)
    root.append(writer.filled("stimulusBody", passage.markup))
    return writer.serialised(root)


class _Item(Writer):
    def __init__(self, item: Item, identifier: str, version: Version, named: Named, passage: str) -> None:
        self.passage = passage
        self.item, self.identifier, self.version, self.named = item, identifier, version, named
        whole = composite_of(item)
        assert isinstance(whole.interaction, Composite)
        self.stem, self.composite = whole.stem, whole.interaction
        #: Feedback that stands inside the text.
        self._inside: set[int] = set()

    def document(self) -> bytes:
        root = etree.Element("assessmentItem", identifier=self.identifier, title=self.item.title)
        root.set("adaptive", _flag(self.composite.adaptive))
        root.set("timeDependent", "false")
        root.set(_XML_LANG, self.item.language)
        root.extend(self._declaration(one) for one in self.composite.declarations)
        if self.item.rationale:
            etree.SubElement(
                root, "outcomeDeclaration", identifier="SOLUTION", cardinality="single", baseType="identifier"
            )
        if self.composite.drawing.rules:
            root.append(self._rules("templateProcessing", self.composite.drawing))
        if self.passage:
            reference = {"identifier": self.passage, "href": f"{self.passage}.xml", "title": self.passage}
            etree.SubElement(root, "assessmentStimulusRef", reference)
        root.append(self._body())
        if self.composite.rules.rules or self.composite.rules.template:
            root.append(self._rules("responseProcessing", self.composite.rules))
        self._feedback(root)
        return self.serialised(root)

    def _body(self) -> Element:
        body = self.filled("itemBody", self.stem)
        for name, value in (("data-topic", self.item.topic), ("data-level", self.item.level)):
            if value and self.version != "2.1":
                body.set(name, value)
        self._parts_in(body)
        self._placed(body)
        if isinstance(self.item.interaction, Essay) and self.item.interaction.rubric:
            body.append(_for_markers(self.item.interaction))
        return body

    def _placed(self, root: Element) -> None:
        """Variables, feedback and what only some variants show, in their places."""
        for place in [one for one in root.iter() if one.get("data-place")]:
            kind, _colon, number = (place.get("data-place") or "").partition(":")
            if kind == "feedback" and number.isdecimal() and int(number) < len(self.composite.feedback):
                _swap(place, self._inner_feedback(place, self.composite.feedback[int(number)]))
                self._inside.add(int(number))
            elif kind in ("variable", "when"):
                _dynamic(place)

    def _inner_feedback(self, place: Element, one: Feedback) -> Element:
        name = "feedbackInline" if place.tag == "span" else "feedbackBlock"
        element = self.filled(name, one.markup)
        self._parts_in(element)
        self._placed(element)
        told = {"outcomeIdentifier": one.outcome, "identifier": one.identifier, "title": one.title}
        told["showHide"] = "show" if one.show else "hide"
        for attribute, value in told.items():
            if value:
                element.set(attribute, value)
        return element

    def _parts_in(self, root: Element) -> None:
        for place in [one for one in root.iter() if (one.get("data-place") or "").startswith("part:")]:
            number = (place.get("data-place") or "").partition(":")[2]
            if number.isdecimal() and int(number) < len(self.composite.parts):
                part = self.composite.parts[int(number)]
                self._take_stage(place, part)
                _swap(place, _staged(self, part))

    def _take_stage(self, place: Element, part: Part) -> None:
        """The picture of a stage is its own: it does not stand before it as well."""
        before, holder = place.getprevious(), place.getparent()
        if part.type != "position_object" or part.picture is None or before is None or holder is None:
            return
        if before.tag == "img" and before.get("src") == self.named(part.picture.asset) and not before.tail:
            holder.remove(before)

    def _declaration(self, one: Declaration) -> Element:
        element = etree.Element(f"{one.kind}Declaration", identifier=one.identifier, cardinality=one.cardinality)
        if one.base_type:
            element.set("baseType", one.base_type)
        told = {"normalMaximum": one.maximum, "normalMinimum": one.minimum, "externalScored": one.external}
        for name, value in told.items():
            if value:
                element.set(name, value)
        if one.mathematical:
            element.set("mathVariable", "true")
        for name, fields in (("defaultValue", one.default), ("correctResponse", one.correct)):
            if fields is not None:
                element.append(_values(name, fields))
        self._tables(element, one)
        return element

    def _tables(self, element: Element, one: Declaration) -> None:
        if one.mapping and (one.mapping.entries or self.version == "3.0"):
            table = _bounded("mapping", one.mapping.default, one.mapping.lower, one.mapping.upper)
            for entry in one.mapping.entries:
                each = etree.SubElement(table, "mapEntry", mapKey=entry.key, mappedValue=entry.value)
                if not entry.case_sensitive:
                    each.set("caseSensitive", "false")
            element.append(table)
        if one.areas:
            table = _bounded("areaMapping", one.areas.default, one.areas.lower, one.areas.upper)
            for spot in one.areas.entries:
                coords = ",".join(spot.area.coords)
                etree.SubElement(table, "areaMapEntry", shape=spot.area.shape, coords=coords, mappedValue=spot.value)
            element.append(table)
        if one.table:
            element.append(_looked_up(one))

    def _rules(self, name: str, rules: Rules) -> Element:
        element = etree.Element(name)
        if rules.template:
            element.set("template", _TEMPLATES[self.version] + rules.template)
        element.extend(map(_node, rules.rules))
        return element

    def _feedback(self, root: Element) -> None:
        told = [
            (one.outcome, one.identifier, one.markup, one.show, one.title)
            for number, one in enumerate(self.composite.feedback)
            if number not in self._inside
        ]
        if self.item.rationale:
            told.append(("SOLUTION", "rationale", self.item.rationale, True, ""))
        for outcome, identifier, markup, show, title in told:
            modal = etree.SubElement(
                root, "modalFeedback", outcomeIdentifier=outcome, identifier=identifier,
                showHide="show" if show else "hide",
            )  # fmt: skip
            if title:
                modal.set("title", title)
            inside = self.filled("contentBody", markup)
            if self.version == "3.0":
                modal.append(inside)
            else:
                modal.text = inside.text
                modal.extend(list(inside))

    def filled(self, name: str, markup: Markup) -> Element:
        """An element with the markup inside; text alone stands in a paragraph where only blocks may stand."""
        text = _SLOT.sub(lambda found: with_annotation(markup.math[int(found[1])]), markup.html)
        element: Element = lxml_html.fragment_fromstring(text, create_parent=name)
        for inner in element.iter("img"):
            inner.set("src", self.named(_taken(inner, "data-asset")))
        for math in element.iter("math"):
            for each in math.iter():
                each.tag = f"{{{_MATHML}}}{each.tag}"
        if name in ("itemBody", "stimulusBody") and (element.text or "").strip():
            first = etree.Element("p")
            first.text, element.text = element.text, None
            element.insert(0, first)
        return element

    def blank(self, markup: Markup | None) -> bool:
        return markup is None or is_blank(markup)

    def serialised(self, root: Element) -> bytes:
        for element in root.iter():
            if not str(element.tag).startswith("{"):
                _rename(element, self.version)
        # A name space without a prefix has to be there when the element is made.
        spaces: dict[str | None, str] = {None: NAMESPACES[self.version]}
        top = etree.Element(str(root.tag), {str(key): str(value) for key, value in root.attrib.items()}, spaces)  # type: ignore[arg-type]
        top.extend(list(root))
        etree.cleanup_namespaces(top)
        return etree.tostring(top, xml_declaration=True, encoding="UTF-8", pretty_print=False)


def _for_markers(essay: Essay) -> Element:
    """Rubric points as lines of text; several with what each is worth."""
    block = etree.Element("rubricBlock", view="scorer", use="rubric")
    for point in essay.rubric:
        line = etree.SubElement(block, "p")
        line.text = point.text if len(essay.rubric) == 1 else f"{point.text} ({point.points})"
    return block


def _staged(writer: Writer, part: Part) -> Element:
    """An object to be positioned stands in a stage with its picture."""
    element = part_element(writer, part)
    if part.type != "position_object":
        return element
    stage = etree.Element("positionObjectStage")
    picture_of(writer, part, stage)
    stage.append(element)
    return stage


#: Elements of XHTML keep their names in QTI 3.0.
_XHTML = frozenset(
    {
        "p",
        "div",
        "span",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "small",
        "mark",
        "sub",
        "sup",
        "code",
        "kbd",
        "samp",
        "var",
    }
    | {"q", "cite", "dfn", "ins", "del", "bdi", "bdo", "wbr", "br", "hr", "pre", "img", "blockquote", "h3", "h4", "h5"}
    | {"h6", "figure", "figcaption", "ul", "ol", "li", "dl", "dt", "dd", "abbr", "ruby", "rt", "rp", "table", "caption"}
    | {"colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th", "object"}
)


def _rename(element: Element, version: Version) -> None:
    name = str(element.tag)
    own = name not in _XHTML
    if version == "3.0" and own:
        name = f"qti-{_hyphened(name)}"
        attributes = [(_hyphened(str(key)), value) for key, value in element.attrib.items()]
        element.attrib.clear()
        for key, value in attributes:
            element.set(key, value)
    element.tag = f"{{{NAMESPACES[version]}}}{name}"


def _hyphened(name: str) -> str:
    return name if name.startswith("{") else re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def _taken(element: Element, name: str) -> str:
    """The attribute, which is no longer there."""
    value = element.get(name) or ""
    if name in element.attrib:
        del element.attrib[name]
    return value


def _swap(place: Element, element: Element) -> None:
    parent = place.getparent()
    assert parent is not None
    element.tail = place.tail
    parent.replace(place, element)


def _dynamic(place: Element) -> None:
    """A variable, or what only some variants show."""
    kind, _colon, told = _taken(place, "data-place").partition(":")
    if kind == "variable":
        place.tag = "printedVariable"
        place.set("identifier", told)
    elif kind == "when":
        name, _equals, value = told.partition("=")
        place.tag = "templateInline" if place.tag == "span" else "templateBlock"
        place.set("templateIdentifier", name.rstrip("!"))
        place.set("identifier", value)
        place.set("showHide", "hide" if name.endswith("!") else "show")


def _values(name: str, fields: tuple[Field, ...]) -> Element:
    element = etree.Element(name)
    for one in fields:
        value = etree.SubElement(element, "value")
        value.text = one.text
        for attribute, told in (("fieldIdentifier", one.name), ("baseType", one.base_type)):
            if told:
                value.set(attribute, told)
    return element


def _bounded(name: str, default: str, lower: str, upper: str) -> Element:
    element = etree.Element(name, defaultValue=default)
    for attribute, value in (("lowerBound", lower), ("upperBound", upper)):
        if value:
            element.set(attribute, value)
    return element


def _looked_up(one: Declaration) -> Element:
    assert one.table
    table = etree.Element(f"{one.table.kind}Table")
    if one.table.default is not None:
        table.set("defaultValue", one.table.default)
    for entry in one.table.entries:
        each = etree.SubElement(
            table, f"{one.table.kind}TableEntry", sourceValue=entry.source, targetValue=entry.target
        )
        if one.table.kind == "interpolation":
            each.set("includeBoundary", _flag(entry.include_boundary))
    return table


def _node(one: Node) -> Element:
    element = etree.Element(one.name, {_extended(one, name): value for name, value in one.attributes.items()})
    if one.text:
        element.text = one.text
    element.extend(map(_node, one.children))
    return element


def _extended(one: Node, attribute: str) -> str:
    """Attributes of a maker's program but its class are of its own name space."""
    return f"{{{MATHASSESS}}}{attribute}" if one.name == "customOperator" and attribute != "class" else attribute


def _flag(truth: bool) -> str:
    return "true" if truth else "false"
