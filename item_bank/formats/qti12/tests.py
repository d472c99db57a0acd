"""`assessment` of QTI 1.2 → the model of a test (ASI 1.2 Information Model and XML Binding, IMS 2002, chapters on
assessments, sections, selection and ordering; Canvas' and Common Cartridge's metadata).

Items are named by their `ident` within the file, or by the bank that a section draws from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lxml import etree

from item_bank.content.markup import is_blank, joined
from item_bank.content.model import Markup
from item_bank.content.rational import rational_or_none, rational_text
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, child, children, descendants, line_of, local, text_of, whole
from item_bank.formats.qti.test_model import ItemRef, Rubric, Section, Test, TestPart, TimeLimits
from item_bank.formats.qti12.metadata import Metadata
from item_bank.formats.qti12.texts import MaterialTexts
from item_bank.formats.registry import Reading

#: ISO 8601, without years and months that are not 0.
_DURATION = re.compile(
    r"P(?:0+Y)?(?:0+M)?(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?"
)
_SECONDS = (86_400, 3_600, 60, 1)
#: Blackboard keeps banks of items as assessments of this type.
_POOL = "pool"


def read_tests(collector: Collector, root: Element, reading: Reading, place: str) -> None:
    """Every assessment of the file; a section by itself that says how it is drawn is one, too."""
    found = [*children(root, "assessment"), *(one for one in children(root, "section") if _is_drawn(one))]
    for element in found:
        if _said(element, "bbmd_assessmenttype").lower() != _POOL:
            entry = Entry(attribute(element, "ident"), attribute(element, "title"), line_of(element), place)
            test = _Reader(entry, MaterialTexts(entry, reading.find_picture)).read(element)
            collector.tests.append(test)
            collector.keep(entry.assets)


def _is_drawn(section: Element) -> bool:
    return next(descendants(section, "selection_ordering"), None) is not None


@dataclass(slots=True)
class _Reader:
    """`entry` takes the notes."""

    entry: Entry
    texts: MaterialTexts

    def read(self, root: Element) -> Test:
        whole = local(root) == "section"
        sections = (self._section(root),) if whole else tuple(self._sections(root))
        attempts = _said(root, "cc_maxattempts")
        if attempts and attempts != "1":
            message = N_("The test may be taken several times in its source (%(said)s); here once in a sitting.")
            self.entry.note("test_attempts", message, said=attempts[:30])
        if next(descendants(root, "outcomes_processing"), None) is not None:
            message = N_("The test's own rules of marking are kept and not carried out; points are added.")
            self.entry.note("test_outcomes", message)
        return Test(
            identifier=self.entry.identifier,
            title=self.entry.title,
            parts=(TestPart(identifier="", navigation="nonlinear", sections=sections),),
            limits=_limits(root),
            place=self.entry.place,
            source=etree.tostring(root, encoding="utf-8", with_tail=False),
            notes=tuple(self.entry.notes),
        )

    def _sections(self, root: Element) -> Iterator[Section]:
        """Those of an assessment; items that stand outside of them are in one without a name."""
        loose = tuple(_item(one) for one in children(root, "item", "itemref", "bankentry_item"))
        if loose:
            yield Section(identifier="", visible=False, inner=loose)
        for one in children(root, "section"):
            yield self._section(one)

    def _section(self, element: Element) -> Section:
        rule = child(element, "selection_ordering")
        selection, order = child(rule, "selection"), child(rule, "order")
        self._note_rule(rule, selection)
        extension = child(selection, "selection_extension")
        points = rational_or_none(_text(extension, "points_per_item"))
        return Section(
            identifier=attribute(element, "ident"),
            title=attribute(element, "title"),
            visible=bool(attribute(element, "title")),
            select=_whole(_text(selection, "selection_number")),
            replacement=rule is not None and attribute(rule, "sequence_type").lower() == "repeat",
            shuffle=_is_shuffled(rule, order),
            bank=_text(selection, "sourcebank_ref"),
            points=rational_text(points) if points is not None and points > 0 else "",
            limits=_limits(element),
            rubrics=tuple(self._rubrics(element)),
            inner=tuple(self._inner(element)),
        )

    def _inner(self, element: Element) -> Iterator[Section | ItemRef]:
        for one in children(element, "item", "itemref", "bankentry_item", "section"):
            yield self._section(one) if local(one) == "section" else _item(one)

    def _note_rule(self, rule: Element | None, selection: Element | None) -> None:
        conditions = ("selection_metadata", "and_selection", "or_selection", "not_selection")
        if selection is not None and any(child(selection, name) is not None for name in conditions):
            message = N_("A section chooses its questions by their labels; any of its questions may be drawn here.")
            self.entry.note("test_selection_labels", message, line=line_of(selection))
        if rule is not None and len(list(children(rule, "selection"))) > 1:
            message = N_("A section draws several times; the first draw is carried out.")
            self.entry.note("test_selections", message, line=line_of(rule))

    def _rubrics(self, element: Element) -> Iterator[Rubric]:
        """What candidates are told before the section."""
        told: list[Markup] = []
        for one in children(element, "presentation_material", "rubric"):
            if attribute(one, "view").lower() not in {"", "all", "candidate"}:
                continue
            try:
                markup = self.texts.markup(self.texts.html(one))
            except ReadProblem as problem:
                self.entry.remark(problem, line=line_of(one))
                continue
            if not is_blank(markup):
                told.append(markup)
        if told:
            yield Rubric(joined(*told))


def _item(element: Element) -> ItemRef:
    name = attribute(element, "linkrefid") or attribute(element, "item_ref") or Metadata(element).identifier
    return ItemRef(identifier=name)


def _is_shuffled(rule: Element | None, order: Element | None) -> bool:
    kinds = {attribute(order, "order_type").lower()} if order is not None else set()
    if rule is not None:
        kinds.add(attribute(rule, "sequence_type").lower())
    return any(kind.startswith("random") for kind in kinds)


def _limits(element: Element) -> TimeLimits | None:
    """`duration` of the IMS, or minutes of Common Cartridge."""
    said = _text(element, "duration")
    seconds = _seconds(said) if said else None
    if seconds is None and (minutes := rational_or_none(_said(element, "qmd_timelimit"))):
        seconds = minutes * 60
    return TimeLimits(most=rational_text(seconds)) if seconds is not None and seconds > 0 else None


def _seconds(said: str) -> Fraction | None:
    found = _DURATION.fullmatch(said)
    if found is None:
        return None
    return sum((Fraction(one) * unit for one, unit in zip(found.groups(), _SECONDS, strict=True) if one), Fraction(0))


def _said(element: Element, label: str) -> str:
    """A field of the metadata."""
    for block in children(element, "qtimetadata", "assessmentmetadata", "sectionmetadata"):
        for one in block.iterdescendants():
            if local(one) == label:
                return text_of(one)
            if local(one) == "qtimetadatafield" and _text(one, "fieldlabel") == label:
                return _text(one, "fieldentry")
    return ""


def _text(element: Element | None, name: str) -> str:
    found = child(element, name)
    return text_of(found) if found is not None else ""


def _whole(said: str) -> int | None:
    return whole(said, 9)
