"""The answers of an attempt that count: per slot the newest entry of the newest device, officers' rulings included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ARRAY, BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.entry_number import unpacked

ANSWER = 0

_COUNTING = text(
    "select distinct on (j.attempt_id, j.slot) j.attempt_id, j.slot, j.value, j.entry, j.arrived_at"
    " from exam.journal j left join exam.ruling r using (attempt_id, entry)"
    " where j.attempt_id = any(:ids) and j.kind = :kind and coalesce(r.counts, j.standing = 0)"
    " order by j.attempt_id, j.slot, j.entry desc"
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


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
    found: dict[int, dict[int, Answer]] = defaultdict(dict)
    for row in await connection.execute(_COUNTING, {"ids": list(attempt_ids), "kind": ANSWER}):
        value = msgspec.json.decode(row.value)
        found[row.attempt_id][row.slot] = Answer(value, *unpacked(row.entry), row.arrived_at)
    return found


def last_counting(entries: Iterable[Any]) -> Mapping[int, Answer]:
    """The same of one attempt whose journal the caller has read (`deed_queries.ENTRIES`), in its order."""
    last: dict[int, Any] = {}
    for row in entries:
        if row["kind"] == ANSWER and (row["standing"] == 0 if row["counts"] is None else row["counts"]):
            last[row["slot"]] = row
    return {
        slot: Answer(msgspec.json.decode(row["value"]), *unpacked(row["entry"]), row["arrived_at"])
        for slot, row in last.items()
    }
