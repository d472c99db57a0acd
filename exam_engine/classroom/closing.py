"""Homework and practice that run close at another time than was said. What a pupil was shown is never shortened."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.classroom import quiz
from exam_engine.delivery import attempt_queries
from exam_engine.delivery.attempt import Action
from exam_engine.delivery.intervening import PERMISSION as ACT
from exam_engine.kit import audit, clock
from exam_engine.kit.errors import Refused, _, conflict, invalid
from exam_engine.kit.identity import Principal
from exam_engine.sittings import sitting_queries

WORKING = ("running", "paused")


def movable(sitting: RowMapping) -> bool:
    return bool(sitting["kind"] != "quiz" and sitting["state"] == "confirmed")


def not_movable() -> Refused:
    return conflict(_("Only homework and practice that run have a closing time to change."))


async def move(
    connection: AsyncConnection, principal: Principal, sitting: RowMapping, closes: datetime, reason: str
) -> None:
    """Where all work ends at the close, the end of those who are working moves along; earlier only where nobody is."""
    found = await sitting_queries.locked_sitting(connection, sitting["id"])
    if not movable(found):
        raise not_movable()
    if found["released_at"] is not None:
        raise conflict(_("The results are released, with the answers. Take the release back first."))
    window = quiz.Window(found["opens_at"], closes, found["duration_s"], found["timing"])
    if problem := quiz.misfit(window, await clock.read(connection)):
        raise invalid(problem)
    seconds = int((closes - found["closes_at"]).total_seconds())
    values = {"closes_at": closes}
    if found["timing"] == "common_end":
        await _move_attempts(connection, principal, found["public_id"], seconds, reason)
        values |= {"duration_s": found["duration_s"] + seconds}
    await sitting_queries.set_sitting(connection, found["id"], **values)
    await audit.record(
        connection, principal, "closing_moved", "sitting", found["id"],
        unit_id=found["unit_id"], seconds=seconds, reason=reason,
    )  # fmt: skip


async def _move_attempts(
    connection: AsyncConnection, principal: Principal, public: str, seconds: int, reason: str
) -> None:
    """Under the lock of each: who begins at this moment reads the new close."""
    ids = await attempt_queries.attempts_in_scope(connection, public, None, principal.scopes(ACT))
    locked = [await attempt_queries.locked_attempt(connection, one) for one in ids]
    working = [one for one in locked if one is not None and one["state"] in WORKING]
    if seconds < 0 and working:
        message = _("%(n)s pupils are working, until the end that they were shown. Choose a later one.")
        raise conflict(message, n=len(working))
    for one in working if seconds else ():
        values = {"deadline": one["deadline"] + timedelta(seconds=seconds), "notices": one["notices"] + 1}
        await attempt_queries.set_attempt(connection, one["attempt_id"], **values)
        await attempt_queries.add_intervention(
            connection, attempt_id=one["attempt_id"], action=str(Action.ADD_TIME), seconds=seconds, reason=reason,
            by=principal.id or None,
        )  # fmt: skip
