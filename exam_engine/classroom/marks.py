"""Marks of a test of a class: provisional until the teacher confirms them; then pupils see them, and the gradebook
gets its file."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.definition import ExamDefinition
from exam_engine.classroom import quiz_queries
from exam_engine.kit import audit, clock
from exam_engine.kit.cells import Sheet, Value, as_xlsx, file_name
from exam_engine.kit.errors import Refused, _, conflict
from exam_engine.kit.identity import Principal
from exam_engine.kit.languages import translator
from exam_engine.reports.chart import Chart, bar_chart
from exam_engine.reports.exporting import MEDIA_TYPES, File
from exam_engine.reports.finding import maximum_of
from exam_engine.reports.summary import Summary, bars, summary
from exam_engine.scoring import queries as scoring
from exam_engine.scoring import releasing
from exam_engine.sittings import sitting_queries


@dataclass(frozen=True, slots=True)
class Marks:
    """Of the pupils of the class; guests do not count. `waiting`: results that a person has yet to mark by hand."""

    figures: Summary
    chart: Chart | None
    absent: int
    waiting: int


def of_class(rows: Sequence[Any], definition: ExamDefinition) -> Marks:
    pupils = [row for row in rows if not row["guest"]]
    counted = Counter(row["rounded"] for row in pupils if row["rounded"] is not None)
    figures = summary(counted)
    top = maximum_of(definition, Fraction(figures.highest or 0))
    return Marks(
        figures=figures,
        chart=bar_chart(bars(counted, top, classes=10), figures.mean) if figures.n else None,
        absent=sum(row["state"] in ("ready", "absent") for row in pupils),
        waiting=sum((row["pending"] or 0) > 0 for row in pupils),
    )


def digest(rows: Sequence[Any]) -> str:
    """Names the marks that a page shows, whose they are and what is still open."""
    shown = ("public_id", "person_id", "guest", "state", "rounded", "exact", "pending")
    told = "\n".join("|".join(str(row[name]) for name in shown) for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()[:20]


async def confirm(connection: AsyncConnection, principal: Principal, sitting: RowMapping, seen: str) -> None:
    """The teacher stands by the marks; pupils see them. Not while somebody works: the keys would reach them.

    `seen`: the digest of the marks that the teacher's page showed. Whoever marks or decides meanwhile comes before or
    after; as with a decision, the results are held first and the sitting then."""
    await scoring.lock_results(connection, sitting["id"])
    found = await sitting_queries.locked_sitting(connection, sitting["id"])
    if found["kind"] == "practice":
        raise conflict(_("Practice gives no marks."))
    if found["marks_confirmed_at"] is not None:
        raise conflict(_("These marks are confirmed already."))
    _count, pending = await scoring.count_results(connection, sitting["id"])
    if pending:
        raise conflict(_("%(n)s pupils still wait to be marked by hand. Mark their answers first."), n=pending)
    if seen != digest(await quiz_queries.board(connection, sitting["id"])):
        message = _("The marks have changed since this page was shown. Look at the new ones, then confirm again.")
        raise Refused("marks_changed", 409, message)
    if found["released_at"] is None:
        await _release(connection, principal, sitting)
    values = {"marks_confirmed_at": clock.now(), "marks_confirmed_by": principal.id or None}
    await sitting_queries.set_sitting(connection, sitting["id"], **values)
    await audit.record(connection, principal, "marks_confirmed", "sitting", sitting["id"], unit_id=sitting["unit_id"])


_OF_PUPILS = {
    "sitting_running": _("%(n)s pupils are still working or may still begin. End the test first."),
    "not_marked": _("%(n)s pupils have handed in and have no mark yet. Mark the test again on its page of results."),
}


async def _release(connection: AsyncConnection, principal: Principal, sitting: RowMapping) -> None:
    try:
        await releasing.release(connection, principal, sitting)
    except Refused as refused:
        message = _OF_PUPILS.get(refused.code)
        if message is None:
            raise
        raise Refused(refused.code, refused.status, message, n=refused.params["n"]) from refused


async def unconfirm(connection: AsyncConnection, principal: Principal, sitting: RowMapping, locale: str) -> None:
    """Provisional again, and no longer shown to pupils."""
    found = await sitting_queries.locked_sitting(connection, sitting["id"])
    if found["marks_confirmed_at"] is None:
        raise conflict(_("These marks are not confirmed."))
    await sitting_queries.set_sitting(connection, sitting["id"], marks_confirmed_at=None, marks_confirmed_by=None)
    if found["released_at"] is not None:
        reason = translator(locale)(_("The confirmation of the marks was undone."))
        await releasing.take_back(connection, principal, sitting, reason)
    await audit.record(connection, principal, "marks_unconfirmed", "sitting", sitting["id"], unit_id=sitting["unit_id"])


async def gradebook(connection: AsyncConnection, principal: Principal, sitting: RowMapping, locale: str) -> File:
    """One sheet with the columns that school gradebooks take: name, code, birth date, mark as a number; then what a
    mark still waits for. Guests at the end; who was absent has no mark."""
    translate = translator(locale)
    heads = [
        "STT",
        translate(_("Name")),
        translate(_("Pupil code")),
        translate(_("Date of birth")),
        translate(_("Score")),
        translate(_("Note")),
    ]
    confirmed = sitting["marks_confirmed_at"] is not None
    rows: list[Sequence[Value]] = [
        [
            number,
            row["full_name"],
            row["code"],
            _day(row["birth_date"]),
            row["rounded"],
            translate(_standing(row, confirmed=confirmed)),
        ]
        for number, row in enumerate(await quiz_queries.board(connection, sitting["id"]), start=1)
    ]
    data = await asyncio.to_thread(as_xlsx, Sheet(translate(_("Marks")), heads, rows))
    await audit.record(
        connection, principal, "exported", "sitting", sitting["id"],
        unit_id=sitting["unit_id"], what="gradebook", format="xlsx", rows=len(rows),
    )  # fmt: skip
    return File(file_name(sitting["title"], "diem", "xlsx"), MEDIA_TYPES["xlsx"], data, len(rows))


def _standing(row: RowMapping, *, confirmed: bool) -> str:
    """The mark itself stays a number: whether it is final stands beside it."""
    if row["rounded"] is None:
        return ""
    if row["pending"]:
        return _("provisional: answers still to be marked by hand")
    return "" if confirmed else _("provisional: not confirmed yet")


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""
