"""An officer rules whether a journal entry counts that by its standing would or would not."""

from __future__ import annotations

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.answers import ANSWER
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.scoring import marking, queries, script_queries


async def rule(
    connection: AsyncConnection,
    events: Events,
    principal: Principal,
    sitting: RowMapping,
    attempt_id: int,
    entry: tuple[int, int],
    counts: bool,
    reason: str,
) -> None:
    """`entry`: resume and counter. The attempt is marked again at once; the ruling may be changed by another."""
    await script_queries.lock_attempt(connection, attempt_id)
    found = await queries.journal_entry(connection, attempt_id, *entry)
    if found is None or found["kind"] != ANSWER:
        raise not_found()
    if found["state"] not in queries.CLOSED:
        raise Refused("attempt_open", 409, _("Rulings wait until the attempt has ended."))
    await queries.store_ruling(connection, attempt_id, *entry, counts=counts, reason=reason, by=principal.id)
    await marking.mark_one(connection, events, sitting["id"], attempt_id, "ruling", principal.id)
    await audit.record(
        connection, principal, "entry_ruled", "attempt", attempt_id,
        unit_id=sitting["unit_id"], resume=entry[0], counter=entry[1], counts=counts, reason=reason,
    )  # fmt: skip
