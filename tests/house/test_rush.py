"""What the rush of an exam day must not cost: slow sign-ins, queues behind others, exhausted connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from httpx import Response
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from tests.asking import Client
from tests.delivery.conftest import served
from tests.delivery.world import Device, World, build
from tests.hall import found


@pytest.mark.pitfall("R1")
async def test_a_ticket_or_a_pin_opens_the_waiting_room_without_a_slow_hash(
    app_client: Client, settings: Settings, real_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await found(settings, real_database)
    room = await hall.sitting(2)
    async with hall.engine.begin() as connection:
        await connection.execute(text("update exam.sitting set starts_at = exam.now() + interval '50 minutes'"))

    def slow(*_: Any, **__: Any) -> None:
        raise AssertionError("a candidate's sign-in runs a password hash")

    for name in ("hash", "verify"):
        monkeypatch.setattr(PasswordHasher, name, slow)
    first, second = room.seats
    assert await _entered(app_client, f"/t/{first.ticket}", {}) == 200
    assert await _entered(app_client, "/candidate", {"number": second.number, "pin": second.pin}) == 200
    await hall.close()


async def _entered(client: Client, path: str, form: dict[str, str]) -> int:
    client.cookies.clear()
    html = {"accept": "text/html"}
    await client.get(path, headers=html)
    data = {"_csrf_token": client.cookies["csrf"], **form}
    signed = await client.post(path, data=data, headers=html, follow_redirects=False)
    assert signed.status_code == 303, signed.text
    return (await client.get("/play/state")).status_code


@pytest.mark.pitfall("R2")
async def test_resuming_is_one_request_and_waits_for_nobody(
    app_client: Client, settings: Settings, real_engine: AsyncEngine
) -> None:
    world = await _world(settings, real_engine, 12)
    device = Device(app_client, world.cookies[0])
    await device.start()
    await device.answer(0, "k2")
    async with real_engine.connect() as others, others.begin():
        for number in world.attempts[1:]:  # eleven others in the middle of their starts
            await others.execute(text("select pg_advisory_xact_lock(:id)"), {"id": number})
        async with asyncio.timeout(10):
            again = await device.start()
    assert again.json()["answers"] == [[0, "k2"]]
    assert again.json()["token"]


@pytest.mark.pitfall("R5")
async def test_a_class_at_once_shares_a_few_connections(
    app: Litestar, settings: Settings, real_engine: AsyncEngine
) -> None:
    world = await _world(settings, real_engine, 60)
    async with served(app, settings) as client:  # in this loop, so that requests really wait beside each other
        devices = [Device(client, cookie) for cookie in world.cookies]
        await _all_at_once(world, devices, settings.pool_size)


async def _all_at_once(world: World, devices: list[Device], pool_size: int) -> None:
    await devices[0].get("/play/state")
    for device in devices:
        device.csrf = devices[0].csrf
    most = 0

    async def count() -> None:
        nonlocal most
        while True:
            found = await world.fetch("select count(*) as n from pg_stat_activity where datname = current_database()")
            most = max(most, found[0]["n"])
            await asyncio.sleep(0.01)

    counting = asyncio.create_task(count())
    await asyncio.gather(*(_until_taken(device.start) for device in devices))
    saved = await asyncio.gather(*(device.answer(0, "k1") for device in devices))
    counting.cancel()
    assert {one.status_code for one in saved} == {200}
    assert all(one.json()["a"] == [[1, 0]] for one in saved)
    # The application's pool, the writer of saves, and those of this test.
    assert 0 < most <= pool_size + 5


async def _until_taken(ask: Callable[[], Awaitable[Response]]) -> None:
    """A service at its limit says so, and when to come back; it never breaks."""
    while (found := await ask()).status_code != 200:
        assert found.status_code == 503, found.text
        assert int(found.headers["retry-after"]) > 0


@pytest.mark.pitfall("O1")
async def test_the_acknowledgement_of_a_repeat_rests_on_a_write_of_its_own(
    app_client: Client, settings: Settings, real_engine: AsyncEngine
) -> None:
    """A commit without a write waits for no standby: the repeat's own transaction must have written the row."""
    world = await _world(settings, real_engine, 1)
    device = Device(app_client, world.cookies[0])
    await device.start()
    entry = device.entry(0, "k1")
    writers = "select xmin::text as writer, standing, value from exam.journal"
    assert (await device.save(entry)).json()["a"] == [[1, 0]]
    (before,) = await world.fetch(writers)
    assert (await device.save(entry)).json()["a"] == [[1, 0]]
    (after,) = await world.fetch(writers)
    assert after["writer"] != before["writer"]
    assert (after["standing"], after["value"]) == (before["standing"], before["value"])


async def _world(settings: Settings, engine: AsyncEngine, candidates: int) -> World:
    return await build(engine, Keys.from_file(settings.master_key_file), candidates=candidates)
