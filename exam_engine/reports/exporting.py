"""Exports of a sitting: results, item statistics, the response table; for pages and for `exam-engine export`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.showing import TYPE_LABELS, excerpt
from exam_engine.delivery.answers import counting_answers
from exam_engine.kit import audit
from exam_engine.kit.cells import Sheet, Value, as_csv, as_xlsx, file_name, for_programs
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.identity import SYSTEM, Principal
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import Translator
from exam_engine.kit.settings import Settings
from exam_engine.reports import queries
from exam_engine.reports.decision_form import KIND_LABELS
from exam_engine.reports.exporting_files import write_files
from exam_engine.reports.finding import definition_of, may_see_names
from exam_engine.reports.slots import described
from exam_engine.reports.words import STATES
from exam_engine.scoring import marking, ruling_queries
from exam_engine.scoring.numbering import versions_in_order
from exam_engine.scoring.rules import canonical
from item_bank.content.model import Item
from item_bank.storage import queries as storage

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KINDS = ("results", "items", "responses", "scores")


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    data: bytes
    rows: int


async def export(
    connection: AsyncConnection, principal: Principal, sitting: RowMapping, kind: str, ending: str, locale: str
) -> File:
    """Makes the file and notes in the audit log who took it."""
    if kind not in KINDS or ending not in MEDIA_TYPES:
        raise not_found()
    translate = translator(locale)
    match kind:
        case "scores":
            sheet = await _scores(connection, sitting)
        case "results":
            sheet = await _results(connection, principal, sitting, translate, fractions=ending == "xlsx")
        case "items":
            sheet = await _items(connection, sitting, translate)
        case _:
            sheet = await _responses(connection, sitting, translate)
    if ending == "xlsx":
        data = await asyncio.to_thread(as_xlsx, sheet)
    else:
        data = for_programs(sheet) if kind == "scores" else as_csv(sheet, locale)
    await audit.record(
        connection, principal, "exported", "sitting", sitting["id"],
        unit_id=sitting["unit_id"], what=kind, format=ending, rows=len(sheet.rows),
    )  # fmt: skip
    return File(file_name(sitting["title"], kind, ending), MEDIA_TYPES[ending], data, len(sheet.rows))


async def export_sitting(settings: Settings, sitting: str, target: Path, *, locale: str = "vi") -> Mapping[str, Any]:
    """The command: writes the results of the sitting of that public id; the file's ending names the format. Files that
    candidates handed in go into a folder beside it."""
    ending = target.suffix.removeprefix(".").lower()
    if ending not in MEDIA_TYPES:
        raise Refused("invalid", 422, _("The file's name must end in .csv or .xlsx."))
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            found = await queries.sitting_in_scope(connection, sitting, ("",))
            if found is None or found["first_attempt_id"] is None:
                raise not_found()
            made = await export(connection, SYSTEM, found, "results", ending, locale)
            await asyncio.to_thread(target.write_bytes, made.data)
            files = await write_files(connection, found, target.with_name(f"{target.stem}-files"))
    finally:
        await engine.dispose()
    return {"sitting": sitting, "file": str(target), "rows": made.rows, "files": files}


async def _results(
    connection: AsyncConnection, principal: Principal, sitting: RowMapping, _: Translator, *, fractions: bool
) -> Sheet:
    """`fractions`: also the exact score as it is, 25/3; only where text stays text, since a spreadsheet that opens a
    CSV file reads 25/3 as a date."""
    names = principal.kind == "system" or may_see_names(principal, sitting)
    personal = [_("Name"), _("Date of birth")] if names else []
    heads = [
        _("Candidate number"), _("Pupil code"), *personal, _("Class"), _("Room"), _("Form number"), _("State"),
        _("Started"), _("Ended"), _("Score"), _("Exact score"),
        *([_("Exact score as a fraction")] if fractions else []), _("Responses that wait for a marker"),
    ]  # fmt: skip
    rows: list[Sequence[Value]] = [
        [
            row["number"],
            row["code"],
            *([row["full_name"], row["birth_date"]] if names else []),
            row["class_name"],
            row["room_name"] or "",
            row["form_number"] or "",
            _state(row["state"], _),
            _local(row["started_at"], sitting["zone"]),
            _local(row["ended_at"], sitting["zone"]),
            row["rounded"],
            _decimal(row["exact"]),
            *([row["exact"] or ""] if fractions else []),
            row["pending"],
        ]
        for row in await queries.all_candidates(connection, sitting["id"])
    ]
    return Sheet(_("Results"), heads, rows)


#: Field of the stored analysis → heading.
_FIGURES = {
    "presented": _("Presented"),
    "n": _("n (answered or omitted)"),
    "omitted": _("Omitted"),
    "not_reached": _("Not reached"),
    "maximum": _("Most points"),
    "mean": _("Mean points"),
    "sd": _("Standard deviation"),
    "facility": _("Facility"),
    "facility_error": _("Standard error of facility"),
    "item_rest": _("Discrimination (item–rest correlation)"),
    "item_rest_error": _("Standard error of discrimination"),
    "item_total": _("Item–total correlation"),
    "upper_lower": _("Upper minus lower 27 %"),
    "alpha_if_deleted": _("Alpha without the item"),
}


async def _items(connection: AsyncConnection, sitting: RowMapping, _: Translator) -> Sheet:
    analysis = await queries.analysis_of(connection, sitting["id"])
    found = analysis["found"] if analysis else None
    if not found or not found["items"]:
        raise Refused("analysis_missing", 409, ANALYSIS_MISSING)
    order = versions_in_order(definition_of(sitting))
    stored = await storage.versions_by_id(connection, [row["version"] for row in found["items"]])
    rulings = await ruling_queries.in_force(connection, sitting["id"])
    heads = [_("Item"), _("Type"), _("Text"), *(_(head) for head in _FIGURES.values()), _("Decision")]
    decided = {version: KIND_LABELS[one.kind] for version, one in rulings.items()}
    rows: list[Sequence[Value]] = [
        [
            order.index(row["version"]) + 1,
            _type(stored[row["version"]].content, _),
            excerpt(stored[row["version"]].content, 200),
            *(row[name] for name in _FIGURES),
            _told(decided.get(row["version"]), _),
        ]
        for row in found["items"]
    ]
    return Sheet(_("Item analysis"), heads, rows)


ANALYSIS_MISSING = _("The item analysis has not been computed yet.")


async def _responses(connection: AsyncConnection, sitting: RowMapping, _: Translator) -> Sheet:
    """One row per closed attempt: response and points of every item, with the letters of the bank; "." where the
    item is not in the candidate's form."""
    order = versions_in_order(definition_of(sitting))
    attempts = await queries.closed_with_results(connection, sitting["id"])
    known = await marking.forms(connection, sitting["id"], {row["form_id"]: row["form"] for row in attempts})
    rows: list[Sequence[Value]] = []
    for start in range(0, len(attempts), 500):
        chunk = attempts[start : start + 500]
        answers = await counting_answers(connection, [row["id"] for row in chunk])
        for row in chunk:
            values = {slot: answer.value for slot, answer in answers.get(row["id"], {}).items()}
            rows.append([row["number"], row["form_number"], *_cells(known[row["form_id"]], row, values, order)])
    rulings = await ruling_queries.in_force(connection, sitting["id"])
    decided = [f" ({_(KIND_LABELS[rulings[one].kind])})" if one in rulings else "" for one in order]
    numbers = range(1, len(order) + 1)
    heads = [_("Candidate number"), _("Form number"), *(_("Item %(n)s", n=n) for n in numbers)]
    return Sheet(_("Responses"), [*heads, *(_("Points of item %(n)s", n=n) + decided[n - 1] for n in numbers)], rows)


async def _scores(connection: AsyncConnection, sitting: RowMapping) -> Sheet:
    """Points by candidate and item and nothing else, for programs that compute. None: not in the candidate's form, not
    scored, or not marked yet; what was left blank or not reached is 0."""
    order = versions_in_order(definition_of(sitting))
    attempts = await queries.closed_with_results(connection, sitting["id"])
    known = await marking.forms(connection, sitting["id"], {row["form_id"]: row["form"] for row in attempts})
    rows: list[Sequence[Value]] = []
    for row in attempts:
        points: dict[int, Value] = {
            slot.version: float(Fraction(mark["points"]))
            for slot, mark in zip(known[row["form_id"]].slots, row["marks"], strict=True)
            if mark["counted"] and mark["points"] is not None and slot.ruling != "dropped"
        }
        rows.append([row["number"], row["form_number"], *(points.get(version) for version in order)])
    return Sheet("scores", ["id", "form", *(f"item_{number}" for number in range(1, len(order) + 1))], rows)


def _cells(
    form: marking.KnownForm, row: RowMapping, values: Mapping[int, Any], order: Sequence[int]
) -> Sequence[Value]:
    responses: dict[int, Value] = {}
    points: dict[int, Value] = {}
    for number, (slot, mark) in enumerate(zip(form.slots, row["marks"], strict=True)):
        responses[slot.version] = described(slot.item, canonical(slot, values.get(number)))
        waits = mark["points"] is None or slot.ruling == "dropped"
        points[slot.version] = None if waits else float(Fraction(mark["points"]))
    return [*(responses.get(version, ".") for version in order), *(points.get(version, ".") for version in order)]


def _decimal(exact: str | None) -> Decimal | None:
    """Twelve places: enough to tell any two scores of a paper apart and to round the way any rule does."""
    if exact is None:
        return None
    value = Fraction(exact)
    return Decimal(f"{Decimal(value.numerator) / Decimal(value.denominator):.12f}").normalize() + 0


def _state(name: str | None, _: Translator) -> str:
    return _(STATES[name]) if name else ""


def _told(label: str | None, _: Translator) -> str:
    return _(label) if label else ""


def _type(item: Item, _: Translator) -> str:
    return _(TYPE_LABELS[item.type])


def _local(value: datetime | None, zone: str) -> datetime | None:
    return value.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0) if value else None
