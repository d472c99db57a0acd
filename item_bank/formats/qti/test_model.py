"""A test as its file describes it: parts, sections, references to items, and the rules that hold it together.

Plain data of any format; names follow QTI 2.2 (Assessment Test Information Model, IMS 2015).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from item_bank.content.model import Markup
from item_bank.content.processing.declared import Declaration, Node, Rules
from item_bank.formats.model import Reason, TestReport

Navigation = Literal["linear", "nonlinear"]
Submission = Literal["individual", "simultaneous"]


class TimeLimits(msgspec.Struct, frozen=True, omit_defaults=True):
    """In seconds, as text of rational numbers; "" where there is none."""

    least: str = ""
    most: str = ""
    late: bool = False


class Branch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the test goes on when the condition holds: an identifier, EXIT_TEST, EXIT_TESTPART or EXIT_SECTION."""

    target: str
    condition: Node


class Rubric(msgspec.Struct, frozen=True, omit_defaults=True):
    """Instructions; `view` names those who see them."""

    markup: Markup
    view: tuple[str, ...] = ("candidate",)


class Common(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What parts, sections and references to items have in common. `control`: itemSessionControl as it is written."""

    identifier: str
    required: bool = False
    fixed: bool = False
    preconditions: tuple[Node, ...] = ()
    branches: tuple[Branch, ...] = ()
    control: Mapping[str, str] = msgspec.field(default_factory=dict)
    limits: TimeLimits | None = None


class ItemRef(Common, frozen=True, omit_defaults=True, tag="item", kw_only=True):
    """`weights` multiply the item's outcomes in the test's rules. `defaults`: values for the item's template variables.
    `mappings`: the item's outcome by the name that the test's rules use."""

    href: str = ""
    categories: tuple[str, ...] = ()
    weights: Mapping[str, str] = msgspec.field(default_factory=dict)
    defaults: Mapping[str, Node] = msgspec.field(default_factory=dict)
    mappings: Mapping[str, str] = msgspec.field(default_factory=dict)


class Section(Common, frozen=True, omit_defaults=True, tag="section", kw_only=True):
    """`select`: how many of its parts are drawn, None: all; `adaptive`: a program elsewhere chooses them. `shuffle`: in
    any order, but for what is fixed. `bank`: the name of the bank that it draws from, of QTI 1.2; `points`: what each
    of its items is worth, where the section says so."""

    title: str = ""
    visible: bool = True
    together: bool = True
    select: int | None = None
    replacement: bool = False
    adaptive: bool = False
    shuffle: bool = False
    bank: str = ""
    points: str = ""
    rubrics: tuple[Rubric, ...] = ()
    inner: tuple[Section | ItemRef, ...] = ()

    def items(self) -> Iterator[ItemRef]:
        for one in self.inner:
            if isinstance(one, ItemRef):
                yield one
            else:
                yield from one.items()

    def sections(self) -> Iterator[Section]:
        """Itself and all within it."""
        yield self
        for one in self.inner:
            if isinstance(one, Section):
                yield from one.sections()


class TestPart(Common, frozen=True, omit_defaults=True, kw_only=True):
    __test__ = False  # pytest takes the name for a test

    navigation: Navigation = "linear"
    submission: Submission = "individual"
    sections: tuple[Section, ...] = ()


class TestFeedback(msgspec.Struct, frozen=True, omit_defaults=True):
    __test__ = False

    outcome: str
    identifier: str
    markup: Markup
    access: Literal["during", "atEnd"] = "atEnd"
    show: bool = True
    title: str = ""


class Test(msgspec.Struct, frozen=True, omit_defaults=True):
    """`rules` are the test's outcome processing. `source`: the file's bytes, verbatim; `place`: the file in a package.
    `notes`: what of it has no counterpart here."""

    __test__ = False

    identifier: str
    title: str = ""
    parts: tuple[TestPart, ...] = ()
    limits: TimeLimits | None = None
    declarations: tuple[Declaration, ...] = ()
    rules: Rules = Rules()
    feedback: tuple[TestFeedback, ...] = ()
    place: str = ""
    source: bytes = b""
    notes: tuple[Reason, ...] = ()

    def sections(self) -> Iterator[Section]:
        return (one for part in self.parts for section in part.sections for one in section.sections())

    def items(self) -> Iterator[ItemRef]:
        return (one for part in self.parts for section in part.sections for one in section.items())

    def report(self) -> TestReport:
        sections, items = sum(1 for _ in self.sections()), sum(1 for _ in self.items())
        return TestReport(self.identifier, self.title, self.place, len(self.parts), sections, items, self.notes)
