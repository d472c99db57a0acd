"""The answers of an attempt that count: per slot the newest entry of the newest device, officers' rulings included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.tables import journal, ruling

ANSWER = 0


@dataclass(frozen=True, slots=True)
class Answer:
    value: Any  # decoded JSON with the form's opaque ids; None: taken back
    resume: int
    counter: int
    arrived_at: datetime


async def counting_answers(
    connection: AsyncConnection, attempt_ids: Iterable[int]
) -> Mapping[int, Mapping[int, Answer]]:
    """Attempt → slot → answer. Slots never answered are absent."""
    counts = func.coalesce(ruling.c.counts, journal.c.standing == 0)
    same_entry = and_(
        ruling.c.attempt_id == journal.c.attempt_id,
        ruling.c.resume == journal.c.resume,
        ruling.c.counter == journal.c.counter,
    )
    statement = (
        select(
            journal.c.attempt_id,
            journal.c.slot,
            journal.c.value,
            journal.c.resume,
            journal.c.counter,
            journal.c.arrived_at,
        )
        .distinct(journal.c.attempt_id, journal.c.slot)
        .outerjoin(ruling, same_entry)
        .where(journal.c.attempt_id.in_(list(attempt_ids)), journal.c.kind == ANSWER, counts)
        .order_by(journal.c.attempt_id, journal.c.slot, journal.c.resume.desc(), journal.c.counter.desc())
    )
    found: dict[int, dict[int, Answer]] = defaultdict(dict)
    for row in await connection.execute(statement):
        value = msgspec.json.decode(row.value)
        found[row.attempt_id][row.slot] = Answer(value, row.resume, row.counter, row.arrived_at)
    return found
