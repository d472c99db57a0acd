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

from exam_engine.delivery.entry_number import MOST_COUNTER, packed, unpacked
from exam_engine.delivery.tables import (
    journal,
)

# Last by the device's own order, whatever order the entries arrived in; an officer's ruling wins over the standing.
_LAST_VALUES = text(
    "select distinct on (j.slot) j.slot, j.value from exam.journal j"
    " left join exam.ruling r using (attempt_id, entry)"
    " where j.attempt_id = :id and j.kind = :kind and coalesce(r.counts, j.standing = 0)"
    " order by j.slot, j.entry desc"
)


async def last_counting_values(connection: AsyncConnection, attempt_id: int, kind: int) -> list[tuple[int, str]]:
    """(slot, JSON text) of the last entry of each slot that counts."""
    rows = await connection.execute(_LAST_VALUES, {"id": attempt_id, "kind": kind})
    return [(row.slot, row.value) for row in rows]


_LAST_ENTRY = select(func.max(journal.c.entry)).where(
    journal.c.attempt_id == bindparam("attempt_id"),
    journal.c.entry > bindparam("before"),
    journal.c.entry <= bindparam("last"),
)
_COUNTING = (
    select(journal.c.entry, journal.c.kind, journal.c.slot, journal.c.age, journal.c.arrived_at, journal.c.value)
    .where(journal.c.attempt_id == bindparam("attempt_id"), journal.c.standing == 0)
    .order_by(journal.c.entry)
)


async def last_counter(connection: AsyncConnection, attempt_id: int, resume: int) -> int:
    values = {"attempt_id": attempt_id, "before": packed(resume, 0), "last": packed(resume, MOST_COUNTER)}
    found = (await connection.execute(_LAST_ENTRY, values)).scalar_one()
    return 0 if found is None else unpacked(found)[1]


async def counting_entries(connection: AsyncConnection, attempt_id: int) -> Sequence[Any]:
    """What a receipt is made of, in canonical order."""
    return (await connection.execute(_COUNTING, {"attempt_id": attempt_id})).all()
