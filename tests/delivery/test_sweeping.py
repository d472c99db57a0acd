"""The sweep and the signs of life go on, whatever one round, one attempt or one sign meets."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.delivery import beating, closing, sweep_queries, sweeping
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from tests.delivery.clock import Hands
from tests.delivery.world import Device, World

WITHIN_S = 20.0


async def test_an_attempt_that_cannot_be_closed_keeps_nobody_waiting(
    client: AsyncClient, world: World, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where so many are closed at once that a round never comes to those behind it."""
    await begin_all(client, world)
    await hands.at(60)
    monkeypatch.setattr(sweeping, "MOST_AT_ONCE", 1)
    asked = failing(monkeypatch, world.attempts[0], asyncpg.DataError("broken"))
    passed: sweeping.Passed = {}
    closed = [await sweeping.sweep(hands.engine, hands.keys, hands.events, passed) for _round in range(3)]
    assert closed == [[], [world.attempts[1]], [world.attempts[2]]]
    assert asked == world.attempts
    passed[world.attempts[0]] = 0.0  # its time to be passed over is up
    monkeypatch.undo()
    assert await sweeping.sweep(hands.engine, hands.keys, hands.events, passed) == [world.attempts[0]]
    assert passed == {}


async def test_an_attempt_at_which_a_round_breaks_off_is_not_the_first_of_the_next(
    client: AsyncClient, world: World, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin_all(client, world)
    await hands.at(60)
    failing(monkeypatch, world.attempts[0], TimeoutError())
    passed: sweeping.Passed = {}
    with pytest.raises(TimeoutError):
        await sweeping.sweep(hands.engine, hands.keys, hands.events, passed)
    assert await sweeping.sweep(hands.engine, hands.keys, hands.events, passed) == world.attempts[1:]


@pytest.mark.parametrize("error", [asyncpg.QueryCanceledError, asyncpg.DiskFullError, asyncpg.DeadlockDetectedError])
async def test_an_error_of_the_driver_ends_a_round_and_not_the_sweep(
    client: AsyncClient,
    app: Litestar,
    world: World,
    hands: Hands,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    await begin_all(client, world)
    await hands.at(60)
    monkeypatch.setattr(sweeping, "EVERY_S", 0.01)
    take, stop, rounds = sweep_queries.take_the_sweep, asyncio.Event(), []

    async def taken(connection: AsyncConnection) -> bool:
        rounds.append(1)
        if len(rounds) == 1:
            raise error("the server says no")
        if len(rounds) == 3:
            stop.set()
        return await take(connection)

    monkeypatch.setattr(sweep_queries, "take_the_sweep", taken)
    await asyncio.wait_for(sweeping.run(app.state, stop), WITHIN_S)
    assert [(await world.attempt(position))["state"] for position in range(3)] == ["expired"] * 3


async def test_signs_of_life_go_on_after_an_error_that_nobody_foresaw(
    settings: Settings, real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(beating, "AGAIN_S", 0.01)
    told = asyncio.Event()
    monkeypatch.setattr(beating.log, "handle", lambda _record: told.set())
    caplog.set_level(logging.WARNING, logger=beating.log.name)
    async with transaction(real_engine) as connection:
        await connection.execute(text("alter table exam.heartbeat rename to elsewhere"))
    async with beating.signs_of_life(settings):
        await asyncio.wait_for(told.wait(), WITHIN_S)
        async with transaction(real_engine) as connection:
            await connection.execute(text("alter table exam.elsewhere rename to heartbeat"))
        await asyncio.wait_for(given(real_engine), WITHIN_S)


async def given(engine: AsyncEngine) -> None:
    """Returns when a web worker has given a sign of life."""
    while True:
        async with transaction(engine) as connection:
            _now, _before, served = await sweep_queries.last_beats(connection)
        if served is not None:
            return


async def begin_all(client: AsyncClient, world: World) -> None:
    for cookie in world.cookies:
        await Device(client, cookie).start()


def failing(monkeypatch: pytest.MonkeyPatch, attempt: int, error: Exception) -> list[int]:
    """Closing this attempt raises the error. Returns those that were asked for, as they come."""
    asked: list[int] = []
    expire = closing.expire

    async def expired(connection: AsyncConnection, keys: Any, events: Any, attempt_id: int) -> bool:
        asked.append(attempt_id)
        if attempt_id == attempt:
            raise error
        return await expire(connection, keys, events, attempt_id)

    monkeypatch.setattr(closing, "expire", expired)
    return asked
