"""assessmentTest and assessmentSection of QTI 2.x and 3.0 → the model of a test (QTI 2.2 Assessment Test, IMS 2015).

Rules of tests (conditions, branches, outcome processing) are kept as data; what an exam here cannot do is said.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec

from item_bank.content.model import Markup
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.model import N_, HostileFile, ReadProblem
from item_bank.formats.qti.body import BodyTexts
from item_bank.formats.qti.names import Element, attribute, child, children, descendants, flag, line_of, local, whole
from item_bank.formats.qti.rules import declarations, node, rules_of
from item_bank.formats.qti.test_model import (
    Branch,
    ItemRef,
    Rubric,
    Section,
    Test,
    TestFeedback,
    TestPart,
    TimeLimits,
)
from item_bank.formats.qti.test_notes import not_carried_out
from item_bank.formats.registry import Reading
from item_bank.formats.xml import parse_xml

MAX_ELEMENTS = 200_000
#: Sections in files of their own that refer to further ones.
MAX_SECTION_FILES = 500
#: Of the test's file and all of its sections' files together.
MAX_BYTES = 30 * 1024 * 1024


def read_test(collector: Collector, root: Element, data: bytes, reading: Reading, place: str = "") -> None:
    """`root`: an assessmentTest, or a section by itself. Raises ReadProblem for what is no test."""
    test, entry = _TestReader(root, data, reading, place).read()
    collector.keep(entry.assets)
    collector.tests.append(test)


@dataclass(slots=True)
class _TestReader:
    root: Element
    data: bytes
    reading: Reading
    place: str
    entry: Entry = field(init=False)
    #: The folder of the section's file, for hrefs relative to it.
    folder: str = ""
    section_files: int = 0
    #: Of the test and of all files of sections, as often as they are referred to.
    elements: int = 0
    size: int = 0
    open_files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.entry = Entry(attribute(self.root, "identifier"), attribute(self.root, "title"), 1, self.place)

    def read(self) -> tuple[Test, Entry]:
        root = self.root
        self._count(root, self.data)
        if local(root) == "assessmentSection":
            parts: tuple[TestPart, ...] = (TestPart(identifier="", sections=(self._section(root),)),)
        else:
            parts = tuple(self._part(one) for one in children(root, "testPart"))
        if not parts:
            raise ReadProblem("test_empty", N_("The test has no parts."), line=line_of(root))
        test = Test(
            identifier=attribute(root, "identifier"),
            title=attribute(root, "title"),
            parts=parts,
            limits=_limits(root),
            declarations=declarations(root),
            rules=rules_of(child(root, "outcomeProcessing")),
            feedback=tuple(self._feedback(one) for one in descendants(root, "testFeedback")),
            place=self.place,
            source=self.data,
        )
        self._note(test)
        return msgspec.structs.replace(test, notes=tuple(self.entry.notes)), self.entry

    def _count(self, root: Element, data: bytes) -> None:
        self.elements += sum(1 for _ in root.iter())
        if self.elements > MAX_ELEMENTS:
            raise HostileFile("xml_too_large", N_("The test has more than %(limit)s elements."), limit=MAX_ELEMENTS)
        self.size += len(data)
        if self.size > MAX_BYTES:
            message = N_("The XML has more than %(limit)s MB.")
            raise HostileFile("xml_too_large", message, limit=MAX_BYTES // 2**20)

    def _part(self, element: Element) -> TestPart:
        navigation, submission = attribute(element, "navigationMode"), attribute(element, "submissionMode")
        sections = tuple(self._sections(element))
        return TestPart(
            **_common(element),
            navigation="nonlinear" if navigation == "nonlinear" else "linear",
            submission="simultaneous" if submission == "simultaneous" else "individual",
            sections=sections,
        )

    def _sections(self, element: Element) -> Iterator[Section]:
        for one in children(element, "assessmentSection", "assessmentSectionRef"):
            found = self._section(one) if local(one) == "assessmentSection" else self._section_file(one)
            if found is not None:
                yield found

    def _section(self, element: Element) -> Section:
        selection, ordering = child(element, "selection"), child(element, "ordering")
        return Section(
            **_common(element),
            title=attribute(element, "title"),
            visible=flag(element, "visible", default=True),
            together=flag(element, "keepTogether", default=True),
            select=_count(selection),
            replacement=selection is not None and flag(selection, "withReplacement"),
            adaptive=child(element, "adaptiveSelection") is not None,
            shuffle=ordering is not None and flag(ordering, "shuffle"),
            rubrics=tuple(found for one in children(element, "rubricBlock") if (found := self._rubric(one))),
            inner=tuple(self._inner(element)),
        )

    def _inner(self, element: Element) -> Iterator[Section | ItemRef]:
        for one in children(element, "assessmentSection", "assessmentSectionRef", "assessmentItemRef"):
            if local(one) == "assessmentItemRef":
                yield self._item(one)
            elif local(one) == "assessmentSection":
                yield self._section(one)
            elif found := self._section_file(one):
                yield found

    def _section_file(self, reference: Element) -> Section | None:
        """A section that lies in a file of its own; without the file only its name is known, and that is said."""
        href = posixpath.normpath(posixpath.join(self.folder, unquote(attribute(reference, "href"))))
        data = None if href in self.open_files else self.reading.find_picture(href)
        self.section_files += 1
        if self.section_files > MAX_SECTION_FILES:
            message = N_("The test refers to more than %(limit)s sections.")
            raise HostileFile("too_many_sections", message, limit=MAX_SECTION_FILES)
        root = parse_xml(data) if data is not None else None
        if root is None or local(root) != "assessmentSection":
            message = N_("The section %(name)s did not come with the test.")
            self.entry.note("section_missing", message, line=line_of(reference), name=href[:80])
            return None
        self._count(root, data or b"")
        before = self.folder, self.open_files
        self.folder, self.open_files = posixpath.dirname(href), (*self.open_files, href)
        try:
            return self._section(root)
        finally:
            self.folder, self.open_files = before

    def _item(self, element: Element) -> ItemRef:
        href = unquote(attribute(element, "href"))
        return ItemRef(
            **_common(element),
            href=posixpath.normpath(posixpath.join(self.folder, href)) if self.folder and href else href,
            categories=tuple(attribute(element, "category").split()),
            weights={attribute(one, "identifier"): attribute(one, "value") for one in children(element, "weight")},
            defaults={
                attribute(one, "templateIdentifier"): node(inner)
                for one in children(element, "templateDefault")
                for inner in children(one)
            },
            mappings={
                attribute(one, "targetIdentifier"): attribute(one, "sourceIdentifier")
                for one in children(element, "variableMapping")
            },
        )

    def _rubric(self, element: Element) -> Rubric | None:
        try:
            markup = self._texts().markup(element)
        except ReadProblem as problem:
            self.entry.remark(problem, line=line_of(element))
            return None
        return Rubric(markup, tuple(attribute(element, "view").split()) or ("candidate",))

    def _feedback(self, element: Element) -> TestFeedback:
        try:
            markup = self._texts().markup(element)
        except ReadProblem as problem:
            self.entry.remark(problem, line=line_of(element))
            markup = Markup("")
        return TestFeedback(
            attribute(element, "outcomeIdentifier"),
            attribute(element, "identifier"),
            markup,
            "during" if attribute(element, "access") == "during" else "atEnd",
            attribute(element, "showHide", "show") == "show",
            attribute(element, "title"),
        )

    def _texts(self) -> BodyTexts:
        find = self.reading.find_picture
        return BodyTexts(self.entry, lambda name: find(posixpath.normpath(posixpath.join(self.folder, name))))

    def _note(self, test: Test) -> None:
        items = list(test.items())
        there = {name for name in {one.href for one in items} if name and self.reading.find_picture(name) is not None}
        away = [one for one in items if one.href not in there]
        if away:
            message = N_("%(count)s of the test's questions did not come with it.")
            self.entry.note("test_items_missing", message, count=len(away))
        self.entry.notes += not_carried_out(test)


def _common(element: Element) -> dict[str, Any]:
    control = child(element, "itemSessionControl")
    return {
        "identifier": attribute(element, "identifier"),
        "required": flag(element, "required"),
        "fixed": flag(element, "fixed"),
        "preconditions": tuple(node(inner) for one in children(element, "preCondition") for inner in children(one)),
        "branches": tuple(
            Branch(attribute(one, "target"), node(inner))
            for one in children(element, "branchRule")
            for inner in children(one)
        ),
        "control": dict(node(control).attributes) if control is not None else {},
        "limits": _limits(element),
    }


def _limits(element: Element) -> TimeLimits | None:
    found = child(element, "timeLimits")
    if found is None:
        return None
    return TimeLimits(attribute(found, "minTime"), attribute(found, "maxTime"), flag(found, "allowLateSubmission"))


def _count(selection: Element | None) -> int | None:
    said = attribute(selection, "select") if selection is not None else ""
    return whole(said, 9)
