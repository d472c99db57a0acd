"""The report of an import as a workbook: every item of every file with its fate, each reason with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from exam_engine.authoring.showing import TYPE_LABELS
from exam_engine.kit.cells import Sheet, Value, as_xlsx
from exam_engine.kit.errors import _
from item_bank.formats.model import ImportReport, Outcome, Reason

#: The name of a file and its report, or why it was not read.
Reports = Sequence[tuple[str, ImportReport | Reason]]
Translate = Callable[..., str]
Row = Sequence[Value]

OUTCOME_LABELS: dict[Outcome, str] = {
    "kept": _("kept"),
    "changed": _("changed"),
    "doubtful": _("to look at"),
    "dropped": _("dropped"),
    "refused": _("refused"),
}


def workbook(reports: Reports, translate: Translate) -> bytes:
    """Texts of a file stay texts: none of them becomes a formula (`kit.cells.harmless`)."""
    reason = (translate(_("Reason")), translate(_("Place")), translate(_("Line")), translate(_("Code")))
    file, number = translate(_("File")), translate(_("No."))
    named = (translate(_("Identifier")), translate(_("Title")))
    items = Sheet(
        translate(_("Items")),
        (file, number, *named, translate(_("Type")), translate(_("Outcome")), *reason),
        list(_items(reports, translate)),
    )
    tests = Sheet(
        translate(_("Tests")),
        (file, *named, translate(_("Sections")), translate(_("Items")), *reason),
        list(_tests(reports, translate)),
    )
    others = Sheet(translate(_("Files")), (file, translate(_("Format")), *reason), list(_files(reports, translate)))
    return as_xlsx(items, tests, others)


def _items(reports: Reports, translate: Translate) -> Iterator[Row]:
    """A row for each reason; one for an item without."""
    for name, report in reports:
        for number, one in enumerate(report.items if isinstance(report, ImportReport) else (), start=1):
            kind = translate(TYPE_LABELS[one.type]) if one.type in TYPE_LABELS else one.type
            facts = (name, number, one.identifier, one.title, kind, translate(OUTCOME_LABELS[one.outcome]))
            for told in _reasons(one.reasons, translate, one.place, one.line):
                yield (*facts, *told)


def _tests(reports: Reports, translate: Translate) -> Iterator[Row]:
    for name, report in reports:
        for one in report.tests if isinstance(report, ImportReport) else ():
            facts = (name, one.identifier, one.title, one.sections, one.items)
            for told in _reasons(one.reasons, translate, one.place):
                yield (*facts, *told)


def _files(reports: Reports, translate: Translate) -> Iterator[Row]:
    for name, report in reports:
        found, kind = (report.problems, report.format) if isinstance(report, ImportReport) else ((report,), "–")
        yield from ((name, kind, *told) for told in _reasons(found, translate))


def _reasons(reasons: Iterable[Reason], translate: Translate, place: str = "", line: int | None = None) -> list[Row]:
    told: list[Row] = [
        (one.told(translate), one.place or place, one.line if one.line is not None else line, one.code)
        for one in reasons
    ]
    return told or [("", place, line, "")]
