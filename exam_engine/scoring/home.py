"""What markers are told on the first page."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.needs import Need
from exam_engine.scoring import script_queries


async def waiting(connection: AsyncConnection, principal: Principal) -> Sequence[Need]:
    if not principal.may("marks.hand"):
        return ()
    count = await script_queries.count_waiting(connection, principal.scopes("marks.hand"))
    if count == 0:
        return ()
    return (Need(_("%(n)s written responses wait to be marked."), "/marking", {"n": count}, "info"),)
