"""A confirmed roster becomes attempts, and a partition of the journal that holds their block of ids."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import queries
from exam_engine.sittings import policy as policies
from exam_engine.sittings.events import RosterConfirmed


async def build_attempts(connection: AsyncConnection, event: RosterConfirmed) -> None:
    block = await queries.attempt_block(connection, event.sitting_id)
    policy = policies.decode(block["policy"])
    count = max(block["attempt_count"], len(event.attempts))
    await queries.add_journal_partition(connection, event.sitting_id, event.first_attempt_id, count)
    rows = [
        {
            "id": built.attempt_id,
            "sitting_id": event.sitting_id,
            "candidate_id": built.candidate_id,
            "form_id": built.form_id,
            "admitted": policy.admission == "automatic",
            "grace_s": policy.grace_s,
        }
        for built in event.attempts
    ]
    await queries.add_attempts(connection, rows)
