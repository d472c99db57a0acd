"""SQL that reads the journal; the flush writes it (`journal_queries`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.tables import (
    journal,
)

# Last by the device's own order, whatever order the entries arrived in; an officer's ruling wins over the standing.
_LAST_VALUES = text(
    "select distinct on (j.slot) j.slot, j.value from exam.journal j"
    " left join exam.ruling r using (attempt_id, resume, counter)"
    " where j.attempt_id = :id and j.kind = :kind and coalesce(r.counts, j.standing = 0)"
    " order by j.slot, j.resume desc, j.counter desc"
)


async def last_counting_values(connection: AsyncConnection, attempt_id: int, kind: int) -> list[tuple[int, str]]:
    """(slot, JSON text) of the last entry of each slot that counts."""
    rows = await connection.execute(_LAST_VALUES, {"id": attempt_id, "kind": kind})
    return [(row.slot, row.value) for row in rows]


_LAST_COUNTER = select(func.coalesce(func.max(journal.c.counter), 0)).where(
    journal.c.attempt_id == bindparam("attempt_id"), journal.c.resume == bindparam("resume")
)
_COUNTING = (
    select(
        journal.c.resume,
        journal.c.counter,
        journal.c.kind,
        journal.c.slot,
        journal.c.client_ms,
        journal.c.arrived_at,
        journal.c.value,
    )
    .where(journal.c.attempt_id == bindparam("attempt_id"), journal.c.standing == 0)
    .order_by(journal.c.resume, journal.c.counter)
)
_MISSING = text(
    "select wanted.counter from generate_series(1, :last) as wanted(counter) where not exists"
    " (select from exam.journal j where j.attempt_id = :id and j.resume = :resume and j.counter = wanted.counter)"
    " order by 1 limit :most"
)


async def last_counter(connection: AsyncConnection, attempt_id: int, resume: int) -> int:
    found = await connection.execute(_LAST_COUNTER, {"attempt_id": attempt_id, "resume": resume})
    return int(found.scalar_one())


async def missing_counters(
    connection: AsyncConnection, attempt_id: int, resume: int, last: int, most: int = 100
) -> list[int]:
    """Counters up to `last` that the journal does not hold, the lowest first."""
    values = {"last": last, "id": attempt_id, "resume": resume, "most": most}
    return list((await connection.execute(_MISSING, values)).scalars())


async def counting_entries(connection: AsyncConnection, attempt_id: int) -> Sequence[Any]:
    """What a receipt is made of, in canonical order."""
    return (await connection.execute(_COUNTING, {"attempt_id": attempt_id})).all()
