"""A test of an imported file as an exam: what the definition can say of it is carried over, the rest is told.

Pure: while an import is only tried, its items are named by their place in `Imported.items`; once they are in the bank,
by their versions (`with_versions`).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from exam_engine.authoring.definition import ExamDefinition, Section
from exam_engine.authoring.editing import item_count
from exam_engine.authoring.imported_items import NamedItems
from exam_engine.authoring.imported_sections import MOST_TITLE, Sections
from item_bank.content.model import Composite, Item
from item_bank.content.rational import rational_or_none
from item_bank.formats.model import N_, Imported, Reason
from item_bank.formats.qti.test_model import Test, TimeLimits

MOST_MINUTES = 600
#: Numbered forms of an exam in which something is drawn or shuffled.
FORMS = 4


@dataclass(frozen=True, slots=True)
class Planned:
    """`key`: the same for the same test with the same items. `definition`: None where no item of it came along."""

    key: str
    definition: ExamDefinition | None
    notes: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """Of a planned exam what a page tells; `items`: in each form."""

    key: str
    title: str
    minutes: int
    sections: int
    items: int


def outlines(imported: Imported) -> list[Outline | None]:
    """One for each test; None where no exam can be made of it."""
    return [
        None
        if (exam := plan.definition) is None
        else Outline(plan.key, exam.title, exam.minutes, len(exam.sections), item_count(exam))
        for plan in planned(imported)
    ]


def planned(imported: Imported) -> list[Planned]:
    """One for each of `imported.tests`."""
    known = NamedItems(imported)
    return [_planned(test, imported, known) for test in imported.tests]


def with_plans(imported: Imported) -> Imported:
    """The report of each test with what its exam will not do."""
    if not imported.tests:
        return imported
    tests = tuple(
        msgspec.structs.replace(told, reasons=(*told.reasons, *plan.notes))
        for told, plan in zip(imported.report.tests, planned(imported), strict=True)
    )
    return msgspec.structs.replace(imported, report=msgspec.structs.replace(imported.report, tests=tests))


def with_versions(definition: ExamDefinition, versions: Sequence[int]) -> ExamDefinition:
    """The definition whose items are versions of the bank: `versions[n]` is that of the file's item n."""

    def section(one: Section) -> Section:
        items = tuple(msgspec.structs.replace(item, version=versions[item.version]) for item in one.items)
        draws = tuple(
            msgspec.structs.replace(draw, versions=tuple(versions[number] for number in draw.versions))
            for draw in one.draws
        )
        return msgspec.structs.replace(one, items=items, draws=draws)

    return msgspec.structs.replace(definition, sections=tuple(map(section, definition.sections)))


def _planned(test: Test, imported: Imported, known: NamedItems) -> Planned:
    sections = Sections(test, imported.items, known)
    for part in test.parts:
        for one in part.sections:
            sections.take(one)
    sections.note_counts()
    if any(part.navigation == "linear" for part in test.parts) and sections.made:
        message = N_("The test goes on question by question; here candidates may go back and forth.")
        sections.note("test_linear", message)
    definition = _definition(test, imported, sections) if sections.made else None
    told = b"\0".join([test.source, test.identifier.encode(), *(name.encode() for name in sorted(sections.used))])
    return Planned(hashlib.sha256(told).hexdigest(), definition, tuple(sections.notes))


def _definition(test: Test, imported: Imported, sections: Sections) -> ExamDefinition:
    items = [imported.items[number].item for number in sections.used.values()]
    subjects = {one.subject for one in items}
    mixed = any(one.shuffle_items or one.draws for one in sections.made) or any(map(_shuffles, items))
    title = test.title or test.identifier or imported.report.file_name
    exam = ExamDefinition(
        title=title[:MOST_TITLE],
        sections=tuple(sections.made),
        language="en" if sum(one.language == "en" for one in items) * 2 > len(items) else "vi",
        subject=subjects.pop()[:MOST_TITLE] if len(subjects) == 1 else "",
        forms=FORMS if mixed else 1,
        scale=None,
    )
    if (seconds := _seconds(test)) > 0:
        return msgspec.structs.replace(exam, minutes=min(math.ceil(seconds / 60), MOST_MINUTES))
    message = N_("The test sets no time; the exam is given %(minutes)s minutes.")
    sections.note("test_no_time", message, minutes=exam.minutes)
    return exam


def _seconds(test: Test) -> Fraction:
    """Of the test; else of its parts together, or of its only section; 0 where nothing is told."""
    inner = [one.limits for part in test.parts for one in part.sections]
    for limits in ([test.limits], [one.limits for one in test.parts], inner if len(inner) == 1 else []):
        told = [_longest(one) for one in limits]
        if told and all(told):
            return sum(told, Fraction(0))
    return Fraction(0)


def _longest(limits: TimeLimits | None) -> Fraction:
    return (rational_or_none(limits.most) if limits else None) or Fraction(0)


def _shuffles(item: Item) -> bool:
    held = item.interaction
    if isinstance(held, Composite):
        return any(part.shuffle for part in held.parts)
    return bool(getattr(held, "shuffle", False))
