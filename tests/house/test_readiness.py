"""A load balancer sends people only to a worker whose database has what the program needs, and asks cheaply."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine import migrations, readiness
from exam_engine.kit.database import transaction
from exam_engine.readiness import Readiness

NEWER = "9999"


async def run(engine: AsyncEngine, statements: Sequence[str]) -> None:
    async with transaction(engine) as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_a_database_without_tables_is_not_ready(
    real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "SCHEMA_HOLDS_S", 0.0)
    ready = Readiness(real_engine)
    assert await ready.obstacle() == ""
    async with transaction(real_engine) as connection:
        await migrations.downgrade(connection, "base")
    assert "exam-engine migrate" in await ready.obstacle()
    async with transaction(real_engine) as connection:
        await migrations.upgrade(connection)
    assert await ready.obstacle() == ""


async def test_a_newer_schema_is_served_where_it_allows_that(
    real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "SCHEMA_HOLDS_S", 0.0)
    ready, own = Readiness(real_engine), migrations.head()
    await run(real_engine, [f"update alembic_version set version_num = '{NEWER}'"])
    await run(real_engine, [f"update exam.compatibility set oldest_program = '{own}'"])
    assert await ready.obstacle() == ""
    await run(real_engine, [f"update exam.compatibility set oldest_program = '{NEWER}'"])
    assert "schema" in await ready.obstacle()


async def test_a_schema_that_fits_is_not_looked_at_each_time(
    real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def schema(_connection: AsyncConnection) -> migrations.Schema:
        asked.append(1)
        return migrations.Schema("1" if len(asked) > 1 else None, "1")

    monkeypatch.setattr(migrations, "schema", schema)
    ready = Readiness(real_engine)
    assert [bool(await ready.obstacle()) for _time in range(4)] == [True, False, False, False]
    assert len(asked) == 2, "again after what did not fit, and not after what did"
