"""What of sittings waits for an officer or a teacher: drafts that are due, rosters that could not be taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.needs import Need
from exam_engine.sittings import roster_queries, sitting_queries


async def waiting(connection: AsyncConnection, principal: Principal) -> Sequence[Need]:
    scopes = principal.scopes("sittings.manage")
    if not scopes:
        return []
    drafts = await sitting_queries.drafts_that_start_soon(connection, scopes)
    rosters = await roster_queries.rosters_with_problems(connection, principal.scopes("roster.manage"))
    return [_draft(row) for row in drafts] + [_roster(row) for row in rosters]


def _draft(row: Any) -> Need:
    hours = int(row["hours"])
    text = _("“%(title)s” starts in %(hours)s hours and is not confirmed: there are no papers and no tickets yet.")
    if hours >= 48:
        text = _("“%(title)s” starts in %(days)s days and is not confirmed yet.")
    if hours < 0:
        text = _("“%(title)s” should have started and is not confirmed: no candidate can sign in.")
    params = {"title": row["title"], "hours": hours, "days": hours // 24}
    return Need(text, f"/sittings/{row['public_id']}", params, tone="danger" if hours < 24 else "warning")


def _roster(row: Any) -> Need:
    return Need(
        _("The roster of “%(title)s” has %(n)s errors. Nothing was taken over."),
        f"/sittings/{row['sitting_public_id']}/roster/{row['public_id']}",
        {"title": row["title"], "n": len(row["problems"]["problems"])},
        tone="warning",
    )
