"""PostgreSQL really stops across a deadline and comes back; and what delivery tells the features above."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine import migrations
from exam_engine.app import create_app
from exam_engine.delivery.events import AddressChanged, SaveAccepted
from exam_engine.delivery.sweeping import sweep
from exam_engine.delivery.tables import heartbeat
from exam_engine.features import FEATURES
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.feature import Feature
from exam_engine.kit.keys import Keys
from exam_engine.kit.recent import Recent
from exam_engine.kit.settings import Settings
from tests.delivery.conftest import served
from tests.delivery.world import Device, World, build

BELOW = tuple(feature for feature in FEATURES if feature.name in ("accounts", "authoring", "sittings", "delivery"))


@pytest.fixture
def own_settings(own_postgres: Embedded, tmp_path: Path) -> Settings:
    own_postgres.start()
    url = own_postgres.url("postgres")
    return Settings.from_environment({}, database_url=url, data_dir=tmp_path, pool_size=3)


@pytest.mark.chaos
@pytest.mark.pitfall("O6", "L2")
async def test_postgresql_stops_across_the_deadline_and_nothing_is_lost(
    own_postgres: Embedded, own_settings: Settings
) -> None:
    assert own_settings.database_url is not None
    engine = make_engine(own_settings.database_url, pool_size=3)
    async with transaction(engine) as connection:
        await migrations.upgrade(connection)
    keys = Keys.from_file(own_settings.master_key_file)
    app = create_app(own_settings, BELOW)
    async with served(app, own_settings) as client:
        world = await build(engine, keys)
        device = Device(client, world.cookies[0])
        await device.start()
        assert (await device.answer(0, "k1")).status_code == 200
        await world.change(deadline=await world.now() + timedelta(seconds=1))
        await sweep(engine, keys, app.state.events)

        await asyncio.to_thread(own_postgres.stop)
        unsent = device.entry(2, "5")
        app.state.forms._checks = Recent(8)  # as in a worker that has just been started again
        for path in (device.save(unsent), device.submit(unsent), device.get("/play/state")):
            refused = await path
            assert (refused.status_code, refused.json()["code"]) == (503, "busy"), refused.text
            assert int(refused.headers["retry-after"]) >= 1
        await asyncio.sleep(1)
        await asyncio.to_thread(own_postgres.start)

        await engine.dispose()
        async with transaction(engine) as connection:  # stands for ten minutes of waiting
            await connection.execute(heartbeat.update().values(at=heartbeat.c.at - timedelta(minutes=10)))
        assert await sweep(engine, keys, app.state.events) == []
        again = await device.save(unsent)
        assert (again.status_code, again.json()["a"], again.json()["state"]) == (200, [[2, 0]], "running")
        assert (await world.attempt())["held_until"] is not None
        assert [row[1:] for row in await world.journal()] == [(1, 0, '"k1"'), (2, 0, '"5"')]
    await engine.dispose()


class Listener:
    """A feature above, as proctoring is: told of signals in the flush's own transaction, of a move after it."""

    def __init__(self) -> None:
        self.saves: list[SaveAccepted] = []
        self.moves: list[AddressChanged] = []
        self.fails = False

    async def on_save(self, connection: AsyncConnection, event: SaveAccepted) -> None:
        assert (await connection.exec_driver_sql("select count(*) from exam.journal")).scalar_one() >= 1
        if self.fails:
            await connection.exec_driver_sql("select 1 / 0")
        self.saves.append(event)

    async def on_move(self, _connection: None, event: AddressChanged) -> None:
        self.moves.append(event)

    def feature(self) -> Feature:
        return Feature(
            "listener", subscriptions=lambda _s: ((SaveAccepted, self.on_save), (AddressChanged, self.on_move))
        )


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def app(settings: Settings, listener: Listener) -> Litestar:
    return create_app(settings, (*BELOW, listener.feature()))


async def test_signals_ride_on_saves_and_are_told_once(device: Device, world: World, listener: Listener) -> None:
    await device.start()
    signal = device.entry(-1, {"type": "paste"}, kind=2)
    for _repeat in range(2):
        assert (await device.save(signal, device.entry(0, "k1"))).status_code == 200
    told = [(entry.attempt_id, entry.counter, entry.blob) for save in listener.saves for entry in save.entries]
    assert told == [(world.attempts[0], 1, '{"type": "paste"}'.replace(" ", ""))]


async def test_a_listener_that_fails_costs_no_answer(device: Device, world: World, listener: Listener) -> None:
    await device.start()
    listener.fails = True
    both = await asyncio.gather(device.save(device.entry(-1, {}, kind=2)), device.answer(0, "k1"))
    assert [reply.status_code for reply in both] == [422, 200]
    assert [row[3] for row in await world.journal()] == ['"k1"']


@pytest.mark.pitfall("L9")
async def test_a_change_of_address_is_news_and_nothing_else(
    device: Device, world: World, listener: Listener, app: Litestar, client: AsyncClient
) -> None:
    await device.start()
    await device.answer(0, "k1")
    transport = replace_address(client, "10.0.0.9")
    async with AsyncClient(transport=transport, base_url=client.base_url) as elsewhere:
        device.client = elsewhere
        for _again in range(2):
            assert (await device.answer(0, "k2")).json()["a"][0][1] == 0
        assert (await device.get("/play/state")).status_code == 200
    assert listener.moves == [AddressChanged(world.attempts[0], "127.0.0.1", "10.0.0.9")]


def replace_address(client: AsyncClient, address: str) -> ASGITransport:
    transport = client._transport
    assert isinstance(transport, ASGITransport)
    return ASGITransport(transport.app, raise_app_exceptions=False, client=(address, 1))
