"""The one statement of ordinary saves (`exam.save_ordinary`) against whoever closes or hands over: it writes only what
surely counts, by facts that are read after its locks are held, and keeps the locks until its rows are committed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from litestar import Litestar
from sqlalchemy import text

from exam_engine.delivery.standing import Standing
from exam_engine.kit.database import dsn
from tests.delivery.conftest import app, client, device, keys, world  # noqa: F401 - fixtures
from tests.delivery.world import Device, World

pytestmark = pytest.mark.race


class Ways:
    """Which way entries have gone, of one flush after the other."""

    def __init__(self, app: Litestar) -> None:  # noqa: F811
        flush = app.state.flush
        self._short, self._long = flush._at_once, flush._write
        self.short = self.long = 0
        flush._at_once, flush._write = self._at_once, self._write

    async def _at_once(self, connection: Any, entries: Any) -> Any:
        results = await self._short(connection, entries)
        self.short += sum(result is not None for result in results)
        return results

    async def _write(self, connection: Any, entries: Any, repeat: bool) -> Any:
        self.long += len(entries)
        return await self._long(connection, entries, repeat)

    def taken(self) -> tuple[int, int]:
        found = self.short, self.long
        self.short = self.long = 0
        return found


@pytest.fixture
def ways(app: Litestar, client: Any) -> Ways:  # noqa: F811
    return Ways(app)


@pytest_asyncio.fixture(loop_scope="session")
async def other(real_database: str) -> AsyncIterator[asyncpg.Connection]:
    """Whoever else works on the attempt."""
    connection = await asyncpg.connect(dsn(real_database))
    yield connection
    await connection.close()


async def saved(device: Device, *entries: list[Any]) -> list[list[int]]:  # noqa: F811
    reply = await device.save(*entries, t=1_000)
    assert reply.status_code == 200, reply.text
    found: list[list[int]] = reply.json()["a"]
    return found


@pytest.mark.pitfall("O2")
async def test_facts_are_read_after_the_lock_is_held(
    world: World,  # noqa: F811
    device: Device,  # noqa: F811
    ways: Ways,
    other: asyncpg.Connection,
) -> None:
    """The statement begins while the attempt is open, and waits; meanwhile the attempt is closed."""
    await device.start()
    attempt = world.attempts[0]
    closing = other.transaction()
    await closing.start()
    await other.execute("select pg_advisory_xact_lock($1)", attempt)
    saving = asyncio.create_task(saved(device, device.entry(0, "k1")))
    await _waits_for_a_lock(world)
    await other.execute("update exam.attempt set state = 'submitted', ended_at = exam.now() where id = $1", attempt)
    await closing.commit()
    assert await saving == [[1, Standing.AFTER_SUBMISSION]]
    assert ways.taken() == (0, 1)


@pytest.mark.pitfall("O2")
async def test_whoever_closes_waits_for_rows_under_way(
    world: World,  # noqa: F811
    device: Device,  # noqa: F811
    ways: Ways,
    other: asyncpg.Connection,
) -> None:
    """The statement has its locks and stands before its insert: the attempt's exclusive lock is not to be had."""
    await device.start()
    standing_still = other.transaction()
    await standing_still.start()
    await other.execute("lock table exam.journal in share mode")
    saving = asyncio.create_task(saved(device, device.entry(0, "k1")))
    await _waits_for_a_lock(world)
    free = "select pg_try_advisory_xact_lock($1)"
    assert not await other.fetchval(free, world.attempts[0])
    await standing_still.commit()
    assert await saving == [[1, Standing.COUNTS]]
    assert await other.fetchval(free, world.attempts[0])
    assert ways.taken() == (1, 0)


async def test_what_is_ordinary_is_written_at_once_and_as_the_long_way_would(
    world: World,  # noqa: F811
    device: Device,  # noqa: F811
    ways: Ways,
) -> None:
    await device.start()
    first, second = device.entry(0, "k1", ms=400), device.entry(2, "5", ms=700)
    reply = (await device.save(first, second, t=1_000)).json()
    assert ways.taken() == (2, 0)
    assert (reply["a"], reply["state"]) == ([[1, 0], [2, 0]], "running")
    plain = (await device.save(device.entry(0, "k2", ms=400))).json()  # without the device's clock
    assert ways.taken() == (0, 1)
    assert (plain["deadline"], plain["state"], plain["notices"]) == (reply["deadline"], "running", reply["notices"])
    assert plain["now"] >= reply["now"]
    async with world.engine.connect() as connection:
        asked = "select entry & 1048575, round(age::numeric, 3)::text, slot, kind, standing, value,"
        asked += " arrived_at between exam.now() - interval '1 minute' and exam.now() from exam.journal"
        rows = (await connection.execute(text(f"{asked} where attempt_id = {world.attempts[0]} order by entry"))).all()
    assert rows[:2] == [(1, "0.600", 0, 0, 0, '"k1"', True), (2, "0.300", 2, 0, 0, '"5"', True)]


async def test_a_repeat_is_acknowledged_again_and_another_value_is_a_conflict(
    device: Device,  # noqa: F811
    ways: Ways,
) -> None:
    await device.start()
    entry = device.entry(0, "k1")
    assert await saved(device, entry) == await saved(device, entry) == [[1, 0]]
    assert ways.taken() == (2, 0)
    assert await saved(device, [1, 0, 0, "k2", 0], device.entry(2, "5")) == [[1, Standing.CONFLICTING_REPEAT], [2, 0]]
    assert ways.taken() == (1, 1)
    both = device.entry(0, "k3")
    assert await saved(device, both, both) == [[3, 0], [3, 0]]


@pytest.mark.parametrize(
    ("minutes", "changes", "standing"),
    [
        (-1, {}, Standing.LATE),
        (-1, {"held_until": 5}, Standing.COUNTS),
        (5, {"state": "paused"}, Standing.COUNTS),
        (5, {"state": "ended"}, Standing.AFTER_CLOSING),
        (5, {"resume": 2}, Standing.SUPERSEDED),
    ],
)
async def test_only_what_surely_counts_is_written_at_once(
    world: World,  # noqa: F811
    device: Device,  # noqa: F811
    ways: Ways,
    minutes: int,
    changes: dict[str, Any],
    standing: Standing,
) -> None:
    await device.start()
    now = await world.now()
    if "held_until" in changes:
        changes = {"held_until": now + timedelta(minutes=changes["held_until"])}
    await world.change(0, **{"deadline": now + timedelta(minutes=minutes), **changes})
    assert await saved(device, device.entry(0, "k1", ms=2_000)) == [[1, standing]]
    assert ways.taken() == ((1, 0) if "held_until" in changes else (0, 1))


async def test_while_the_heartbeat_is_silent_nothing_is_written_at_once(
    world: World,  # noqa: F811
    device: Device,  # noqa: F811
    ways: Ways,
) -> None:
    await device.start()
    async with world.engine.begin() as connection:
        beat = "insert into exam.heartbeat values (1, exam.now() - interval '31 s')"
        beat += " on conflict (id) do update set at = excluded.at"
        await connection.execute(text(beat))
    await world.change(0, deadline=await world.now() - timedelta(seconds=5))
    assert await saved(device, device.entry(0, "k1")) == [[1, Standing.COUNTS]]
    assert ways.taken() == (0, 1)


async def test_a_sign_of_life_writes_nothing(world: World, device: Device, ways: Ways) -> None:  # noqa: F811
    await device.start()
    reply = await device.save()
    assert (reply.status_code, reply.json()["a"], reply.json()["state"]) == (200, [], "running")
    assert ways.taken() == (1, 0)
    assert not await world.journal(0)


async def _waits_for_a_lock(world: World) -> None:  # noqa: F811
    asked = text(
        "select count(*) from pg_locks l join pg_database d on d.oid = l.database"
        " where not l.granted and d.datname = current_database()"
    )
    async with asyncio.timeout(10), world.engine.connect() as connection:
        while not await connection.scalar(asked):
            await asyncio.sleep(0.01)
