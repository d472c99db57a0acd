"""Variants and marks move into their compressed form, and back, and mean the same to whoever reads them."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.util import CommandError
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine import migrations
from exam_engine.kit.database import transaction
from exam_engine.kit.packed import unpacked
from tests.scoring.exam_world import ExamWorld, build, choice

ROWS = "select v.body, r.marks from exam.variant v left join exam.result r using (attempt_id) order by attempt_id"


def read(rows: list[Any]) -> list[Any]:
    return [{name: kept and unpacked(kept) for name, kept in row.items()} for row in rows]


@pytest.fixture
async def world(app: Litestar, real_engine: AsyncEngine, client: AsyncClient) -> ExamWorld:
    return await build(app, real_engine, client, [choice(0), choice(1)])


async def test_what_was_marked_moves_there_and_back(world: ExamWorld, real_engine: AsyncEngine) -> None:
    await world.sit(0, {0: 0, 1: 0})
    kept = read(await world.fetch(ROWS))
    assert [mark["points"] for mark in kept[0]["marks"]].count("0") == 1
    async with transaction(real_engine) as connection:
        await migrations.downgrade(connection, "0006")
    assert await world.fetch(ROWS) == kept
    async with transaction(real_engine) as connection:
        await migrations.upgrade(connection)
    assert read(await world.fetch(ROWS)) == kept
    assert (await world.own_result(0)).status_code == 200


async def test_nothing_moves_while_somebody_works(world: ExamWorld, real_engine: AsyncEngine) -> None:
    await world.sit(0, {0: 0}, submit=False)
    with pytest.raises(CommandError, match="1 attempts are open"):
        async with transaction(real_engine) as connection:
            await migrations.downgrade(connection, "0006")
