"""A minute owed is never taken: what a candidate would lose between an outage and the word of the officer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery import crediting, outage_queries, sweep_queries
from exam_engine.delivery.attempt import Action
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from tests.delivery.clock import Hands, ms
from tests.delivery.world import Device, World, build

pytestmark = pytest.mark.pitfall("O6", "T1")
OFFICER = Principal("staff", 9)


async def decide(world: World, which: int = 0, *, grant: bool = True) -> None:
    async with transaction(world.engine) as connection:
        proposals = await outage_queries.open_proposals(connection, world.sitting, (world.unit_path,))
        await crediting.decide(connection, OFFICER, (world.unit_path,), proposals[which]["id"], grant=grant)


async def test_a_save_that_comes_back_before_the_sweep_is_not_late(device: Device, world: World, hands: Hands) -> None:
    """After an outage the workers may serve before the first sweep has noted that there was one."""
    await device.start()
    await hands.sweep(39.9)
    await hands.at(50)
    working = device.entry(2, "5", ms=ms(hands.begin, 49.9))
    saved = (await device.save(working)).json()
    assert (saved["a"], saved["state"]) == ([[1, 0]], "running")
    assert (await device.get("/play/state")).json()["attempt"]["state"] == "running"
    assert (await device.start()).status_code == 200
    assert await hands.sweep(50) == []
    assert (await device.answer(0, "k1")).json()["a"] == [[2, 0]]


async def test_handing_in_before_the_sweep_is_handing_in(device: Device, hands: Hands) -> None:
    await device.start()
    await hands.sweep(39.9)
    await hands.at(50)
    assert (await device.submit()).json()["state"] == "submitted"


async def test_a_silence_excuses_nobody_whose_time_was_over_before(device: Device, hands: Hands) -> None:
    await device.start()
    await hands.sweep(47.2)
    await hands.at(50)
    assert (await device.answer(2, "5", ms=ms(hands.begin, 44))).json()["a"] == [[1, 1]]


async def test_an_outage_gives_the_grace_time_back(device: Device, world: World, hands: Hands) -> None:
    """Written in time, and the grace time that was meant to bring it in fell into the outage."""
    await device.start()
    await hands.sweep(45.1)
    assert await hands.sweep(55) == []
    written, after = device.entry(0, "k1", ms=ms(hands.begin, 44)), device.entry(2, "5", ms=ms(hands.begin, 55))
    assert (await device.save(written, after)).json()["a"] == [[1, 0], [2, 1]]
    assert await world.fetch("select * from exam.credit_proposal where state = 'proposed'") == []


async def test_time_added_to_a_held_attempt_keeps_it_held(device: Device, world: World, hands: Hands) -> None:
    await device.start()
    await hands.sweep(39.9)
    await hands.sweep(53)
    await hands.act(world, Action.ADD_TIME, seconds=60)
    assert await hands.sweep(53.4) == []
    assert (await device.answer(0, "k1")).json()["state"] == "running"


@pytest.mark.parametrize("grant", [True, False])
async def test_one_decision_of_two_lets_nobody_go(device: Device, world: World, hands: Hands, grant: bool) -> None:
    begun = (await device.start()).json()
    await hands.sweep(44)
    await hands.sweep(46)
    await hands.sweep(56)
    await decide(world, grant=grant)
    assert await hands.sweep(56.4) == []
    assert (await device.answer(0, "k1")).json()["a"] == [[1, 0]]
    await decide(world)
    assert (await world.attempt())["held_until"] is None
    now = (await device.answer(0, "k2")).json()
    assert now["deadline"] == begun["deadline"] + 600_000 + (120_000 if grant else 0)


@pytest.mark.parametrize("options", [{"timing": "common_end"}, {"policy": {"late_start_keeps_time": False}}])
async def test_who_could_not_begin_gets_the_time_too(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys, hands: Hands, options: dict[str, Any]
) -> None:
    world = await build(real_engine, keys, starts=600, **options)
    await hands.sweep(9)
    await hands.sweep(20)
    await decide(world)
    device = Device(client, world.cookies[0])
    end = (await device.start()).json()["deadline"]
    owed = ms(hands.begin, 60 if "timing" in options else 10 + 45) + 10 * 60_000
    assert end == pytest.approx(owed, abs=2000), "from the start at 10 until 20, not from 9"


async def test_a_window_that_an_outage_closed_is_still_open(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys, hands: Hands
) -> None:
    world = await build(real_engine, keys, closes=15 * 60)
    await hands.sweep(5)
    await hands.sweep(20)
    device = Device(client, world.cookies[0])
    assert (await device.start()).status_code == 200
    full = timedelta(seconds=2700)
    attempt = await world.attempt()
    assert attempt["deadline"] - attempt["started_at"] == full, "nothing was taken, nothing is given"
    await hands.beats(20.4, 31)
    assert (await Device(client, world.cookies[1]).start()).json()["code"] == "window_closed"


async def test_the_room_stands_still_though_one_candidates_time_is_over(
    client: AsyncClient, world: World, hands: Hands
) -> None:
    one, other = (Device(client, cookie) for cookie in world.cookies[:2])
    await one.start()
    await hands.at(10)
    await other.start()
    await hands.at(45.5)
    done = await hands.act(world, Action.PAUSE, candidate=None)
    assert (done.acted, done.passed_over) == (1, 2)
    assert ((await world.attempt(0))["state"], (await world.attempt(1))["state"]) == ("running", "paused")
    with pytest.raises(Refused, match="time_over"):
        await hands.act(world, Action.PAUSE, candidate=0)


async def test_an_end_far_off_is_held_while_nobody_decides(device: Device, world: World, hands: Hands) -> None:
    """The outage was long before the end, and the officer has not come to it yet."""
    await device.start()
    await hands.beats(0, 5)
    await hands.sweep(15)
    assert await hands.beats(15, 52) == []
    assert (await device.answer(0, "k1")).json()["a"] == [[1, 0]]
    await decide(world)
    assert (await device.answer(0, "k2")).json()["a"] == [[2, 0]]
    assert (await world.attempt())["held_until"] is None


async def test_who_is_held_is_let_go_when_nobody_ever_decides(device: Device, hands: Hands) -> None:
    await device.start()
    await hands.beats(0, 5)
    await hands.sweep(15)
    assert len(await hands.beats(15, 90)) == 1


async def test_nobody_is_closed_while_no_web_worker_gives_a_sign_of_life(
    device: Device, world: World, hands: Hands
) -> None:
    """The sweep reaches the database, those who serve do not: an outage like any other, noted when it is over."""
    await device.start()
    await hands.sweep(39.9)
    await serves(world)
    assert await hands.beats(40.2, 60) == []
    await serves(world)
    assert await hands.sweep(60) == []
    (proposal,) = await world.fetch("select * from exam.credit_proposal")
    assert proposal["seconds"] == 20.1 * 60


@pytest.mark.parametrize("officer", [True, False])
async def test_who_is_paused_before_the_outage_is_noted_gets_it_back(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys, hands: Hands, officer: bool
) -> None:
    """The service is back at 50, the outage is noted at 50.1, and somebody has stopped the clock in between."""
    world = await build(real_engine, keys, policy={"has_officer": officer})
    device = Device(client, world.cookies[0])
    begun = (await device.start()).json()
    await hands.sweep(39.9)
    await hands.at(50)
    await hands.act(world, Action.PAUSE)
    assert await hands.sweep(50.1) == []
    await hands.beats(50.5, 59)
    await hands.at(60)
    await hands.act(world, Action.UNPAUSE)
    assert await hands.sweep(60.1) == []
    assert (await device.answer(0, "k1")).json()["a"] == [[1, 0]], "its deadline was at 45"
    if officer:
        await decide(world)
    now = (await device.answer(0, "k2")).json()
    assert (now["a"], now["state"]) == ([[2, 0]], "running")
    assert now["deadline"] == begun["deadline"] + (612 + 600) * 1000, "the outage, and the pause"


async def test_those_paused_one_by_one_are_one_question(client: AsyncClient, world: World, hands: Hands) -> None:
    devices = [Device(client, cookie) for cookie in world.cookies]
    for device in devices:
        await device.start()
    await hands.sweep(39.9)
    for number in range(2):
        await hands.at(50 + number / 60)
        await hands.act(world, Action.PAUSE, candidate=number)
    await hands.sweep(50.1)
    (proposal,) = await world.fetch("select attempts, seconds from exam.credit_proposal")
    assert (proposal["attempts"], proposal["seconds"]) == (world.attempts, 612)


async def test_who_was_paused_before_lost_nothing_and_gets_nothing_twice(
    device: Device, world: World, hands: Hands
) -> None:
    begun = (await device.start()).json()
    await hands.sweep(30)
    await hands.act(world, Action.PAUSE)
    await hands.at(50)
    await hands.act(world, Action.UNPAUSE)
    await hands.sweep(50.1)
    assert await world.fetch("select * from exam.credit_proposal") == []
    assert (await device.answer(0, "k1")).json()["deadline"] == begun["deadline"] + 20 * 60_000


async def test_who_is_opened_again_before_the_outage_is_noted_has_the_time_that_was_given(
    device: Device, world: World, hands: Hands
) -> None:
    await device.start()
    await device.submit()
    await hands.sweep(30)
    await hands.at(50)
    await hands.act(world, Action.REOPEN, seconds=600)
    await hands.sweep(50.1)
    assert await world.fetch("select * from exam.credit_proposal") == []
    assert (await world.attempt())["held_until"] is None


async def serves(world: World) -> None:
    async with transaction(world.engine) as connection:
        await connection.exec_driver_sql(sweep_queries.SERVING)
