"""The write-ahead log as PostgreSQL itself accounts for it (pg_walinspect): records, and images of whole pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import asyncpg

POSITION = "select pg_current_wal_flush_lsn()::text"
WRITTEN = """
select coalesce(sum(record_size), 0)::float, coalesce(sum(fpi_size), 0)::float
from pg_get_wal_stats($1::text::pg_lsn, pg_current_wal_flush_lsn())
"""


@dataclass(frozen=True, slots=True)
class Written:
    """In bytes. An image is written once per page and checkpoint, however many answers the page then takes."""

    records: float
    images: float

    @property
    def whole(self) -> float:
        return self.records + self.images


async def position(url: str) -> str:
    """`url`: of a superuser."""
    return str((await _one(url, POSITION))[0])


async def written_since(url: str, begin: str) -> Written:
    return Written(*await _one(url, WRITTEN, begin))


async def _one(url: str, statement: str, *arguments: object) -> Any:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("create extension if not exists pg_walinspect")
        return await connection.fetchrow(statement, *arguments, timeout=600)
    finally:
        await connection.close()
