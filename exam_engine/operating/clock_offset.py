"""How far the database's clock, which decides, is from this machine's."""

from __future__ import annotations

import time

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.operating import queries

TRIES = 5


async def offset_s(connection: AsyncConnection) -> float:
    """Seconds that the database is ahead, of the quickest of a few questions."""
    tries = []
    for _try in range(TRIES):
        before = time.time()
        there = await queries.real_time(connection)
        after = time.time()
        tries.append((after - before, there - (before + after) / 2))
    return min(tries)[1]
