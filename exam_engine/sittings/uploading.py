"""A roster comes in two steps: a dry run that says everything that is wrong, then one act that takes all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.kit.spreadsheets import Problem
from exam_engine.sittings import roster_queries
from exam_engine.sittings.changing import locked_draft
from exam_engine.sittings.enrolling import enrol
from exam_engine.sittings.roster import Roster, RosterRow, read_roster
from item_bank.formats.model import ReadProblem


class Found(msgspec.Struct, frozen=True):
    """What a dry run said, as it is kept with the upload."""

    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


async def dry_run(
    connection: AsyncConnection, principal: Principal, sitting_id: int, file_name: str, data: bytes
) -> str:
    """Reads the file beside the event loop and keeps what it says. Returns the upload's public id."""
    await locked_draft(connection, sitting_id)
    try:
        roster = await asyncio.to_thread(read_roster, data)
    except ReadProblem as problem:
        reason = problem.reason
        await audit.record(connection, principal, "roster_refused", "sitting", sitting_id, code=reason.code)
        roster = Roster()
        roster.problem(reason.line or 1, reason.place, reason.message, **dict[str, object](reason.params))
    return await _keep(connection, principal, sitting_id, file_name, roster)


async def from_classes(
    connection: AsyncConnection, principal: Principal, sitting_id: int, classes: Sequence[str]
) -> str:
    """The pupils of classes that are kept already, shown first like a file."""
    await locked_draft(connection, sitting_id)
    found = await roster_queries.members_of_classes(connection, classes, principal.scopes("people.read"))
    rows = [
        RosterRow(number, row["full_name"], code=row["code"], birth_date=row["birth_date"], class_name=row["class"])
        for number, row in enumerate(found, start=1)
    ]
    roster = Roster(rows)
    if not rows:
        roster.problem(1, "", _("There are no pupils in the classes chosen."))
    names = ", ".join(dict.fromkeys(row.class_name for row in rows))
    return await _keep(connection, principal, sitting_id, names, roster)


async def take(
    connection: AsyncConnection, keys: Keys, principal: Principal, sitting_id: int, upload: RowMapping, room_size: int
) -> int:
    """The whole roster replaces the candidates there are. Refused while a single row is wrong."""
    await locked_draft(connection, sitting_id)
    if told(upload).problems:
        raise Refused("roster_wrong", 422, _("This roster has errors. Mend the file and upload it again."))
    if not await roster_queries.mark_upload_taken(connection, upload["id"]):
        raise Refused("roster_taken", 409, _("This roster has been taken over already."))
    count = await enrol(connection, principal, sitting_id, rows_of(upload), keys=keys, room_size=room_size)
    await audit.record(connection, principal, "enrolled", "sitting", sitting_id, candidates=count)
    return count


def told(upload: RowMapping) -> Found:
    return msgspec.convert(upload["problems"] or {}, Found)


def rows_of(upload: RowMapping) -> list[RosterRow]:
    return msgspec.convert(upload["rows"], list[RosterRow])


async def _keep(
    connection: AsyncConnection, principal: Principal, sitting_id: int, file_name: str, roster: Roster
) -> str:
    return await roster_queries.store_upload(
        connection,
        {
            "sitting_id": sitting_id,
            "file_name": _name(file_name),
            "rows": msgspec.to_builtins(roster.rows),
            "problems": msgspec.to_builtins(Found(tuple(roster.problems), tuple(roster.notes))),
            "created_by": principal.id or None,
        },
    )


def _name(file_name: str) -> str:
    """Only shown: without folders and without what no page can hold."""
    plain = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in plain if one.isprintable())[:120] or "–"
