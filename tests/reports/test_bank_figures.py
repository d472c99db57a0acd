"""What lists of a bank know of candidates: pooled, kept while an item asks the same, filled in by migrations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine import migrations
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.reports import history, queries
from item_bank.storage import queries as storage
from tests.delivery.conftest import served
from tests.scoring.exam_world import ExamWorld, build, choice


@pytest_asyncio.fixture(loop_scope="session")
async def world(app: Litestar, real_engine: AsyncEngine, settings: Settings) -> AsyncIterator[ExamWorld]:
    client: AsyncClient
    async with served(app, settings) as client:
        yield await build(app, real_engine, client, [choice(n) for n in range(4)], candidates=1)


async def noted(world: ExamWorld, *figures: tuple[int, int, float | None, float]) -> dict[str, Any]:
    """As an analysis finds them: version, n, facility and discrimination."""
    shown = {"presented": 40, "not_reached_share": 0, "answers": []}
    rows = [
        {"version": version, "n": n, "facility": facility, "item_rest": rest, **shown}
        for version, n, facility, rest in figures
    ]
    found = {"n": 9, "items": rows}
    async with transaction(world.engine) as connection:
        await queries.store_analysis(connection, world.sitting_id, found, "")
        await history.note(connection, world.sitting_id, found)
    return found


async def listed(world: ExamWorld, version: int) -> tuple[int, float | None, bool]:
    """Of the item of this version."""
    statement = text(
        "select answered, facility, flagged from item_bank.item"
        " where id = (select item_id from item_bank.item_version where id = :version)"
    )
    async with transaction(world.engine) as connection:
        row = (await connection.execute(statement, {"version": version})).one()
    return row.answered, row.facility, row.flagged


async def changed(world: ExamWorld, version: int, **changes: Any) -> int:
    async with transaction(world.engine) as connection:
        (old,) = (await storage.versions_by_id(connection, [version])).values()
        content = msgspec.structs.replace(old.content, **changes)
        return (await storage.add_version(connection, item_id=old.item_id, content=content)).version_id


async def test_figures_stay_while_an_item_asks_the_same_and_go_when_it_does_not(world: ExamWorld) -> None:
    first, second, third, fourth = world.versions
    await noted(world, (first, 40, 0.5, 0.4), (second, 40, 0.5, -0.5), (third, 0, None, 0.4))
    assert await listed(world, first) == (40, 0.5, False)
    assert await listed(world, second) == (40, 0.5, True), "a hint"
    assert await listed(world, third) == await listed(world, fourth) == (0, None, False)
    newer = await changed(world, first, topic="Khác", level="Hiểu", tags=("ôn",))
    assert await listed(world, first) == (40, 0.5, False)
    await changed(world, second, interaction=choice(3).interaction)
    assert await listed(world, second) == (0, None, False)
    # The sitting is analysed again, of versions that were the newest then; what it no longer has goes.
    await noted(world, (first, 20, 0.25, 0.4), (second, 40, 0.5, 0.4))
    assert await listed(world, newer) == (20, 0.25, False)
    assert await listed(world, second) == (0, None, False)
    await noted(world)
    assert await listed(world, first) == (0, None, False)


async def test_a_migrated_bank_lists_what_it_had(world: ExamWorld) -> None:
    first, second, *_others = world.versions
    await noted(world, (first, 40, 0.5, 0.4), (second, 30, 0.25, 0.4))
    await changed(world, first, topic="Khác", level="Hiểu", tags=("ôn",))
    await changed(world, second, points="2", interaction=choice(3).interaction)
    rows = text(
        "select id, version_id, type, subject, grade, topic, level, language, tags, author_id, answered, facility"
        " from item_bank.item order by id"
    )
    async with transaction(world.engine) as connection:
        before = (await connection.execute(rows)).all()
        await migrations.downgrade(connection, "0011")
        await migrations.upgrade(connection)
        assert (await connection.execute(rows)).all() == before
    assert before[0].facility == 0.5
