"""What the journal holds, as the check of acknowledged = stored asks for it. PostgreSQL makes the digests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

#: attempt → entries that count for the check, and a digest of all of them in order.
DIGESTS = """
select attempt_id, count(*) as entries,
  md5(string_agg(concat_ws('|', counter, slot, standing, value), E'\\n' order by resume, counter)) as digest
from exam.journal_entry where attempt_id = any($1::int[]) group by attempt_id
"""
ROWS = """
select attempt_id, counter, slot, standing, value from exam.journal_entry
where attempt_id = any($1::int[]) order by attempt_id, resume, counter
"""
AT_ONCE = 5_000

Digests = dict[int, tuple[int, str]]


async def digests(url: str, attempts: Sequence[int]) -> Digests:
    found: Digests = {}
    connection = await asyncpg.connect(url)
    try:
        for begin in range(0, len(attempts), AT_ONCE):
            rows = await connection.fetch(DIGESTS, list(attempts[begin : begin + AT_ONCE]), timeout=600)
            found |= {row["attempt_id"]: (row["entries"], row["digest"]) for row in rows}
    finally:
        await connection.close()
    return found


async def rows(url: str, attempts: Sequence[int]) -> dict[int, list[Any]]:
    """attempt → (counter, slot, standing, value) in order."""
    connection = await asyncpg.connect(url)
    try:
        found: dict[int, list[Any]] = {one: [] for one in attempts}
        for row in await connection.fetch(ROWS, list(attempts), timeout=600):
            found[row["attempt_id"]].append(tuple(row)[1:])
        return found
    finally:
        await connection.close()
