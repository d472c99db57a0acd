"""Save, hand in, expire, hand over and add time, in every order, on real commits of two workers.

Whatever the order: what was acknowledged as counting is in the receipt's digest, and nothing counts after the closing.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery import (
    attempt_queries,
    closing,
    entry_queries,
    intervening,
    receipt_queries,
    receipts,
    sweep_queries,
)
from exam_engine.delivery.attempt import Action
from exam_engine.delivery.intervening import Order
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from tests.delivery.conftest import app, client, keys, served  # noqa: F401 - fixtures
from tests.delivery.world import Device, World, build

pytestmark = [pytest.mark.race, pytest.mark.pitfall("O2", "L5", "L8")]

Step = Callable[[], Awaitable[Any]]
STEPS = ("save", "submit", "expire", "hand_over", "add_time")


@pytest_asyncio.fixture(loop_scope="session")
async def second_worker(settings: Settings) -> AsyncIterator[AsyncClient]:
    from exam_engine.app import create_app
    from exam_engine.features import FEATURES

    below = ("accounts", "authoring", "sittings", "delivery")
    other = create_app(settings, tuple(feature for feature in FEATURES if feature.name in below))
    async with served(other, settings) as made:
        yield made


class Race:
    """One attempt that two workers and the sweep work on. Keeps what was acknowledged."""

    def __init__(
        self, world: World, position: int, ring: Keys, events: Events, first: AsyncClient, second: AsyncClient
    ):
        self.world, self.position, self.keys, self.events = world, position, ring, events
        cookie = world.cookies[position]
        self.one = Device(first, cookie, "device-one-1")
        self.two = Device(second, cookie, "device-two-2")
        self.acknowledged: dict[tuple[int, int], int] = {}

    async def save(self) -> None:
        for device in (self.one, self.two):
            if device.token:
                entry = device.entry(0, f"k{1 + device.counter % 4}")
                self._note(device, await device.save(entry))

    async def submit(self) -> None:
        device = self.two if self.two.token else self.one
        self._note(device, await device.submit(device.entry(2, "5"), counter=None))

    async def expire(self) -> None:
        attempt = self.world.attempts[self.position]
        async with transaction(self.world.engine) as connection:
            found = await attempt_queries.locked_attempt(connection, attempt)
            assert found is not None
            if found["state"] == "running":
                await closing.close(connection, self.keys, self.events, found, Action.EXPIRE)

    async def hand_over(self) -> None:
        await self.two.start()

    async def add_time(self) -> None:
        principal = Principal("staff", 7, permissions={"rooms.act": (self.world.unit_path,)})
        async with transaction(self.world.engine) as connection:
            with suppress(Refused):  # closed already
                await intervening.intervene(
                    connection,
                    self.keys,
                    self.events,
                    principal,
                    self.world.sitting,
                    self.world.public[self.position],
                    Order(Action.ADD_TIME, "Sự cố", 60),
                )

    def _note(self, device: Device, reply: Response) -> None:
        assert reply.status_code in (200, 409), reply.text
        if reply.status_code == 200:
            for counter, standing in reply.json()["a"]:
                self.acknowledged[device.resume, counter] = standing

    async def check(self) -> None:
        """The invariant, once the attempt is closed and a straggler has been turned away."""
        await self.expire()
        straggler = self.two if self.two.token else self.one
        late = (await straggler.answer(0, "k1")).json()
        assert late["a"][0][1] != 0
        rows = {(row[0], row[1]): row[2] for row in await self.world.journal(self.position)}
        for key, standing in self.acknowledged.items():
            assert rows[key] == standing, "an acknowledged entry is in the journal with the standing that was told"
        counting = sum(standing == 0 for standing in rows.values())
        async with self.world.engine.connect() as connection:
            attempt = self.world.attempts[self.position]
            receipt = await receipt_queries.receipt_of_attempt(connection, attempt)
            made = receipts.summary(await entry_queries.counting_entries(connection, attempt))
        assert receipt is not None
        assert (receipt["entries"], receipt["digest"]) == (counting, made.digest), "nothing counts after the closing"


@pytest_asyncio.fixture(loop_scope="session")
async def racing(
    real_engine: AsyncEngine,
    keys: Keys,  # noqa: F811
    app: Litestar,  # noqa: F811
    client: AsyncClient,  # noqa: F811
    second_worker: AsyncClient,
) -> Callable[[int], Awaitable[list[Race]]]:
    async def make(count: int) -> list[Race]:
        world = await build(real_engine, keys, candidates=count, policy={"device_change": "free"})
        races = [Race(world, n, keys, app.state.events, client, second_worker) for n in range(count)]
        for race in races:
            assert (await race.one.start()).status_code == 200
            await race.save()
        return races

    return make


async def test_every_order_one_after_the_other(racing: Callable[[int], Awaitable[list[Race]]]) -> None:
    orders = list(itertools.permutations(STEPS))
    races = await racing(len(orders))

    async def run(race: Race, order: tuple[str, ...]) -> None:
        for step in order:
            await getattr(race, step)()
            await race.save()
        await race.check()

    for begin in range(0, len(orders), 12):
        await asyncio.gather(*map(run, races[begin : begin + 12], orders[begin : begin + 12]))


@pytest.mark.parametrize("pair", [pair for pair in itertools.combinations(STEPS, 2) if "save" in pair] + [STEPS])
async def test_at_the_same_moment(racing: Callable[[int], Awaitable[list[Race]]], pair: tuple[str, ...]) -> None:
    """Each race begins its steps in another order and a little apart, so that they overlap everywhere."""
    races = await racing(24)
    orders = itertools.cycle(itertools.permutations(pair))

    async def later(step: Step, delay: float) -> None:
        await asyncio.sleep(delay)
        await step()

    for number, (race, order) in enumerate(zip(races, orders, strict=False)):
        gap = (number % 6) * 0.0015
        steps = [later(getattr(race, step), position * gap) for position, step in enumerate(order)]
        steps += [later(race.save, extra * 0.002) for extra in range(3)]
        await asyncio.gather(*steps)
        await race.check()


async def test_a_flush_that_has_read_open_commits_before_the_closing_goes_on(
    racing: Callable[[int], Awaitable[list[Race]]],
    app: Litestar,  # noqa: F811
) -> None:
    """The race of O2 with the steps held apart: the flush stands between its reading and its commit."""
    (race,) = await racing(1)
    writer = app.state.flush._write.__self__
    reached, go_on = asyncio.Event(), asyncio.Event()
    tell = writer._tell

    async def held(*arguments: Any) -> None:
        reached.set()
        await go_on.wait()
        await tell(*arguments)

    writer._tell = held
    saving = asyncio.create_task(race.save())
    await reached.wait()
    expiring = asyncio.create_task(race.expire())
    await asyncio.sleep(0.3)
    assert not expiring.done(), "the closing waits for the flush"
    go_on.set()
    await asyncio.gather(saving, expiring)
    writer._tell = tell
    assert 0 in race.acknowledged.values()
    await race.check()


async def test_a_deadline_moved_while_the_sweep_looks(racing: Callable[[int], Awaitable[list[Race]]]) -> None:
    """The sweep has found the attempt due; before it gets the lock, staff add time: it stays open."""
    (race,) = await racing(1)
    now = await race.world.now()
    await race.world.change(race.position, deadline=now - timedelta(minutes=30))
    async with transaction(race.world.engine) as connection:
        due = await sweep_queries.attempts_to_expire(connection, 20, 10)
    assert due == [race.world.attempts[0]]
    await race.world.change(race.position, deadline=now + timedelta(minutes=5))
    async with transaction(race.world.engine) as connection:
        assert not await closing.expire(connection, race.keys, race.events, due[0])
    assert (await race.world.attempt(race.position))["state"] == "running"
