"""What of the exam rooms waits for an invigilator: devices that ask, candidates with something to look at."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.needs import Need
from proctoring import queries


async def waiting(connection: AsyncConnection, principal: Principal) -> Sequence[Need]:
    scopes = principal.scopes("rooms.watch")
    if not scopes:
        return []
    found: list[Need] = []
    for row in await queries.waiting_for_staff(connection, scopes):
        href = f"/rooms/{row['public_id']}?show=attention"
        if row["devices"]:
            text = _("“%(title)s”: devices that ask to go on with an attempt: %(n)s.")
            found.append(Need(text, href, {"title": row["title"], "n": row["devices"]}, tone="danger"))
        if row["flagged"]:
            text = _("“%(title)s”: candidates with something to look at: %(n)s.")
            found.append(Need(text, href, {"title": row["title"], "n": row["flagged"]}, tone="warning"))
    return found
