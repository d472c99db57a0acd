"""A test of a class begins: its pupils are registered, papers built, and a code opens the door. In one request."""

from __future__ import annotations

import secrets

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.assembling import explained
from exam_engine.classroom import preparing, quiz, quiz_queries
from exam_engine.kit import audit, clock
from exam_engine.kit.errors import Refused, _, invalid
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.sittings import changing, confirming, joining, sitting_queries
from exam_engine.sittings.joining import Newcomer

CODE_DIGITS = 6


async def start(
    connection: AsyncConnection, keys: Keys, events: Events, principal: Principal, sitting: RowMapping, locale: str
) -> int:
    """Returns how many pupils are expected. A quiz begins now, whatever the draft says."""
    found = await changing.locked_draft(connection, sitting["id"])
    await _set_clock(connection, found)
    found = await preparing.parts_apart(connection, found)
    if problems := await confirming.problems(connection, found["definition"]):
        message = _("The paper cannot be put together: %(problems)s")
        raise Refused("blueprint_unfilled", 422, message, problems=explained(problems, locale))
    pupils = [newcomer(row) for row in await quiz_queries.pupils_of_class(connection, found["unit_id"])]
    if not pupils and not found["guests"]:
        raise invalid(_("This class has no pupils yet. Enter them first, or let guests join."))
    await joining.register(connection, found["id"], pupils)
    await confirming.confirm(connection, keys, events, found["id"])
    await give_code(connection, found["id"])
    await audit.record(connection, principal, "started", "sitting", found["id"], unit_id=found["unit_id"])
    return len(pupils)


async def _set_clock(connection: AsyncConnection, found: RowMapping) -> None:
    now = await clock.read(connection)
    if found["kind"] == "quiz":
        closes = now + (found["closes_at"] - found["starts_at"])
        await sitting_queries.set_sitting(connection, found["id"], opens_at=now, starts_at=now, closes_at=closes)
        return
    opens = max(found["opens_at"], now)
    duration = int((found["closes_at"] - opens).total_seconds())
    where = quiz.Window(opens, found["closes_at"], duration, found["timing"])
    if message := quiz.misfit(where, now):
        raise invalid(message)
    values = {"duration_s": duration} if found["timing"] == "common_end" else {}
    await sitting_queries.set_sitting(connection, found["id"], opens_at=opens, starts_at=opens, **values)


async def give_code(connection: AsyncConnection, sitting_id: int) -> str:
    """Six digits, as they are read from a wall and typed on a phone; unique among tests that are open."""
    while True:
        code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
        if not await quiz_queries.code_is_used(connection, code):
            await sitting_queries.set_sitting(connection, sitting_id, join_code=code)
            return code


def newcomer(row: RowMapping) -> Newcomer:
    """A row of `quiz_queries.pupils_of_class`."""
    return Newcomer(row["full_name"], row["id"], row["code"] or "", row["birth_date"], row.get("class_name", ""))
