"""A confirmed roster becomes attempts, and a partition of the journal that holds their block of ids."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries
from exam_engine.sittings import policy as policies
from exam_engine.sittings.events import BuiltAttempt, CandidateJoined, RosterConfirmed
from exam_engine.sittings.policy import SittingPolicy


async def build_attempts(connection: AsyncConnection, event: RosterConfirmed) -> None:
    block = await attempt_queries.attempt_block(connection, event.sitting_id)
    policy = policies.decode(block["policy"])
    count = max(block["attempt_count"], len(event.attempts))
    await attempt_queries.add_journal_partition(connection, event.sitting_id, event.first_attempt_id, count)
    await attempt_queries.add_attempts(connection, [_row(event.sitting_id, built, policy) for built in event.attempts])


async def add_attempt(connection: AsyncConnection, event: CandidateJoined) -> None:
    """Somebody came later; the partition of the sitting's block has room for the spare ids."""
    block = await attempt_queries.attempt_block(connection, event.sitting_id)
    policy = policies.decode(block["policy"])
    await attempt_queries.add_attempts(connection, [_row(event.sitting_id, event.attempt, policy)])


def _row(sitting_id: int, built: BuiltAttempt, policy: SittingPolicy) -> dict[str, Any]:
    return {
        "id": built.attempt_id,
        "sitting_id": sitting_id,
        "candidate_id": built.candidate_id,
        "form_id": built.form_id,
        "admitted": policy.admission == "automatic",
        "grace_s": policy.grace_s,
    }
