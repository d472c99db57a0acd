"""Releasing the results of a sitting to its candidates, and taking them back."""

from __future__ import annotations

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import audit, clock
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal
from exam_engine.scoring import queries
from exam_engine.sittings import sitting_queries


async def release(connection: AsyncConnection, principal: Principal, sitting: RowMapping) -> int:
    """Confirms the marks and shows them as the exam's policy says. Returns how many candidates have a result.

    Not while anybody may still work: whoever is done would read the keys to those who are not. Nor while somebody who
    is done has no result: it would look as if there had been no hand-in.
    """
    found = await sitting_queries.locked_sitting(connection, sitting["id"])
    if found["released_at"] is not None:
        raise Refused("already_released", 409, _("These results are released already."))
    count, pending = await queries.count_results(connection, sitting["id"])
    unmarked = await queries.count_unmarked(connection, sitting["id"])
    if count + unmarked == 0:
        raise Refused("nothing_to_release", 409, _("There is no result to release yet."))
    if unfinished := await queries.count_who_may_still_work(connection, sitting["id"]):
        message = _("%(n)s candidates are still working or may still begin. Release when the sitting is over.")
        raise Refused("sitting_running", 409, message, n=unfinished)
    if unmarked:
        message = _("%(n)s candidates have handed in and have no result yet. Mark the sitting again, then release.")
        raise Refused("not_marked", 409, message, n=unmarked)
    await sitting_queries.set_sitting(connection, sitting["id"], released_at=clock.now())
    await audit.record(
        connection, principal, "results_released", "sitting", sitting["id"],
        unit_id=sitting["unit_id"], results=count, pending=pending,
    )  # fmt: skip
    return count


async def take_back(connection: AsyncConnection, principal: Principal, sitting: RowMapping, reason: str) -> None:
    found = await sitting_queries.locked_sitting(connection, sitting["id"])
    if found["released_at"] is None:
        raise Refused("not_released", 409, _("These results are not released."))
    await sitting_queries.set_sitting(connection, sitting["id"], released_at=None)
    await audit.record(
        connection, principal, "results_taken_back", "sitting", sitting["id"],
        unit_id=sitting["unit_id"], reason=reason,
    )  # fmt: skip
