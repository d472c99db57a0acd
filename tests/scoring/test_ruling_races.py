"""A decision about an item against hand-ins and hand marking, on real commits: no mark rests on the former key."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM
from exam_engine.scoring import deciding
from exam_engine.scoring.item_rulings import ItemRuling
from exam_engine.sittings.tables import sitting
from item_bank.content.interactions import handler_for
from tests.scoring.exam_world import ExamWorld, build, choice, essay
from tests.scoring.test_item_rulings import apply, digit_for_digit, exact

pytestmark = pytest.mark.race


@asynccontextmanager
async def undecided(world: ExamWorld, decision: ItemRuling) -> AsyncIterator[AsyncConnection]:
    """The decision and its results are written and not yet committed."""
    async with transaction(world.engine) as connection:
        foreseen = await deciding.preview(connection, world.sitting_id, decision)
        row = (await connection.execute(select(sitting).where(sitting.c.id == world.sitting_id))).mappings().one()
        await deciding.decide(connection, world.app.state.events, SYSTEM, row, decision, foreseen.outcome.fingerprint)
        yield connection


async def test_a_hand_in_waits_for_the_decision_and_is_marked_under_it(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    item = choice(0)
    world = await build(app, real_engine, client, [item, choice(1)], candidates=2)
    await world.sit(0, {0: 2})
    await world.sit(1, {0: 2}, submit=False)
    key = handler_for(item).with_key(item, {"right": ["o2"]}).interaction
    async with undecided(world, ItemRuling(world.versions[0], "key", key, "Sai đáp án")):
        handing_in = asyncio.create_task(world.devices[1].submit())
        await asyncio.sleep(0.3)
        assert not handing_in.done()
    assert (await handing_in).status_code == 200
    assert [await exact(world, n) for n in range(2)] == ["5", "5"]
    assert await digit_for_digit(world)


async def test_a_mark_by_hand_for_an_item_that_is_being_dropped_is_refused_not_lost_in_a_deadlock(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [essay(), choice(1)], candidates=1)
    await world.sit(0, {0: "Bài viết", 1: 1})
    path = f"/marking/{world.sitting}/1"
    page = (await world.see("marker", path)).text
    sent = dict(re.findall(r'name="(script|digest|seen)" value="([^"]*)"', page))
    async with undecided(world, ItemRuling(world.versions[0], "dropped", reason="Sai đề")):
        marking = asyncio.create_task(world.send("marker", path, **sent, **{"points-r1": "1", "points-r2": "1"}))
        await asyncio.sleep(0.3)
        assert not marking.done()
    assert (await marking).status_code == 409
    assert await exact(world, 0) == "10"
    assert await digit_for_digit(world)


async def test_many_who_hand_in_while_decisions_come_and_go(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    """Whatever meets whatever: in the end every result is what marking from the journal gives."""
    world = await build(app, real_engine, client, [choice(0), choice(1), essay()], candidates=8)
    await world.sit(0, {0: 0})
    for n in range(1, 8):
        await world.sit(n, {0: n % 4, 2: "Bài viết"}, submit=False)

    async def decide() -> int:
        done = 0
        for act, data in (("key", {"right": "o2"}), ("dropped", {}), ("second", {"also": "o1"}), ("as_written", {})):
            for _attempt in range(6):
                found = await apply(world, act, data)
                assert found.status_code in (303, 409), found.text
                if found.status_code == 303:
                    done += 1
                    break
        return done

    async def hand_in() -> None:
        for n in range(1, 8):
            assert (await world.devices[n].submit()).status_code == 200

    decided, _none = await asyncio.gather(decide(), hand_in())
    assert decided >= 3
    assert len(await world.fetch("select 1 from exam.result where current")) == 8
    assert await digit_for_digit(world)
