"""The write-ahead log as PostgreSQL itself accounts for it (pg_walinspect): records, and images of whole pages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import asyncpg

from exam_engine.kit.database import dsn
from exam_engine.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Written:
    records: float
    images: float

    @property
    def whole(self) -> float:
        return self.records + self.images


def position(settings: Settings) -> str:
    return str(asyncio.run(_one(settings, "select pg_current_wal_flush_lsn()::text"))[0])


def written_since(settings: Settings, begin: str) -> Written:
    """In bytes. An image is written once per page and checkpoint, however many answers the page then takes."""
    statement = """
        select coalesce(sum(record_size), 0)::float, coalesce(sum(fpi_size), 0)::float
        from pg_get_wal_stats($1::text::pg_lsn, pg_current_wal_flush_lsn())
    """
    return Written(*asyncio.run(_one(settings, statement, begin)))


async def _one(settings: Settings, statement: str, *arguments: object) -> asyncpg.Record:
    connection = await asyncpg.connect(dsn(str(settings.database_url)))
    try:
        await connection.execute("create extension if not exists pg_walinspect")
        row = await connection.fetchrow(statement, *arguments)
        assert row is not None
        return row
    finally:
        await connection.close()
