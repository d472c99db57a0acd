"""Scripts: which responses of a sitting a person has to mark. Kept in step with the marks, in their transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.identity import public_id
from exam_engine.scoring import script_queries
from exam_engine.scoring.rules import AttemptMark, Slot, response_digest


async def keep(
    connection: AsyncConnection,
    sitting_id: int,
    marks: Mapping[int, AttemptMark],
    forms: Mapping[int, Sequence[Slot]],
) -> None:
    """A changed response keeps its script and loses its claim; one that was taken back leaves the queue."""
    if not marks:
        return
    wanted = {
        (attempt_id, slot): response_digest(mark.response)
        for attempt_id, found in marks.items()
        for slot, mark in enumerate(found.slots)
        if mark.by_hand
    }
    standing = await script_queries.digests_of_attempts(connection, marks)
    await script_queries.remove(connection, standing.keys() - wanted.keys())
    await script_queries.put(
        connection,
        [
            {
                "public_id": public_id(),
                "sitting_id": sitting_id,
                "version_id": forms[attempt_id][slot].version,
                "attempt_id": attempt_id,
                "slot": slot,
                "response_digest": digest,
            }
            for (attempt_id, slot), digest in wanted.items()
            if standing.get((attempt_id, slot)) != digest
        ],
    )
