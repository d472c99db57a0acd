"""The day after: the journal's index gives its empty pages back, and the journal is what it was."""

from __future__ import annotations

import pytest
from litestar.datastructures import State
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery import tidying, tidying_queries, verifying
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from tests.delivery.world import Device, World

#: Grown in many places at once, as when a few hundred candidates write side by side.
ENTRIES = """
insert into exam.journal (attempt_id, entry, arrived_at, age, slot, kind, standing, value)
select :attempt, 1 << 20 | counter, exam.now(), 0.1, 0, 3, 0, 'null'
from generate_series(100, 9000) as made(counter) order by md5(counter::text)
"""
ALL = "select * from exam.journal order by attempt_id, entry"
KEY = """
select pg_relation_size(indexrelid) as bytes, indexrelid::regclass::text as name, indisvalid as valid
from pg_index join exam.sitting on indrelid = to_regclass('exam.journal_s' || sitting.id)
"""
BROKEN = "update pg_index set indisvalid = false where indexrelid::regclass::text ~ 'ccnew$'"
OVER = "update exam.sitting set closes_at = exam.now() - make_interval(secs => duration_s + 1)"


@pytest.fixture
async def state(device: Device, world: World) -> State:
    await device.start()
    await device.answer(0, "k1")
    async with transaction(world.engine) as connection:
        await connection.execute(text(ENTRIES), {"attempt": world.attempts[0]})
    return State({"engine": world.engine})


async def test_pages_are_filled_when_nobody_works_any_more(
    state: State, device: Device, world: World, settings: Settings
) -> None:
    before, kept = (await world.fetch(KEY))[0]["bytes"], await world.fetch(ALL)
    async with transaction(world.engine) as connection:
        await connection.execute(text(OVER))
    assert await tidying.tidy(state) == 0, "somebody still works"
    await device.submit()
    assert await tidying.tidy(state) == 1
    after = (await world.fetch(KEY))[0]["bytes"]
    assert after < 0.8 * before
    assert after < 23 * len(kept)
    assert await world.fetch(ALL) == kept
    assert (await verifying.verify(settings)).ok
    assert await tidying.tidy(state) == 0, "there is nothing left to win"


async def test_what_may_still_begin_is_left_alone(state: State, device: Device) -> None:
    await device.submit()
    assert await tidying.tidy(state) == 0


async def test_an_interrupted_run_leaves_nothing_behind(state: State, device: Device, world: World) -> None:
    await device.submit()
    (key,) = await world.fetch(KEY)
    left = f"create index {key['name'].split('.')[1]}_ccnew on exam.journal_s{world.sitting_id} (attempt_id)"
    async with transaction(world.engine) as connection:
        await connection.execute(text(OVER))
        await connection.execute(text(left))
        await connection.execute(
            text("update pg_index set indisvalid = false where indexrelid::regclass::text ~ 'ccnew$'")
        )
    assert await tidying.tidy(state) == 1
    assert [row["valid"] for row in await world.fetch(KEY)] == [True]


async def test_who_stands_in_the_way_is_not_waited_for_long(
    state: State, device: Device, world: World, real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await device.submit()
    monkeypatch.setattr(tidying_queries, "PATIENCE", "10ms")
    async with transaction(world.engine) as connection:
        await connection.execute(text(OVER))
    async with real_engine.connect() as other:
        await other.execute(text(f"lock table exam.journal_s{world.sitting_id} in share mode"))
        assert await tidying.tidy(state) == 0
    assert await tidying.tidy(state) == 1
