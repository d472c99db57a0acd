"""PostgreSQL away for ten minutes across the deadline: the outage ends nobody's attempt, and the time is given back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text

from exam_engine.delivery import crediting
from exam_engine.delivery.tables import credit_proposal
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.settings import Settings
from exam_engine.sittings.policy import SittingPolicy
from loadtests.candidate import Phase, Step
from loadtests.wire import Wire
from tests.chaos.commands import verified
from tests.chaos.players import Player, players, sign_in
from tests.hall import Hall, Room, found
from tests.live import LiveServer, free_port

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]
MINUTES_BEFORE, OUTAGE, DURATION = 10, timedelta(minutes=10), timedelta(minutes=15)


@pytest.fixture
def outside(own_postgres: Embedded, tmp_path: Path) -> Settings:
    """The database is somebody else's: the service does not start it again by itself."""
    own_postgres.start()
    port = free_port()
    return Settings.from_environment(
        {}, database_url=own_postgres.url("postgres"), data_dir=tmp_path, port=port,
        public_url=f"http://127.0.0.1:{port}", workers=2, pool_size=3, drain_seconds=3, log_level="warning",
    )  # fmt: skip


@pytest.fixture
def service(outside: Settings) -> Iterator[LiveServer]:
    with LiveServer(outside) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def hall(service: LiveServer, outside: Settings) -> AsyncIterator[Hall]:
    assert outside.database_url
    hall = await found(outside, outside.database_url)
    yield hall
    await hall.close()


@pytest.mark.pitfall("O6", "T1")
@pytest.mark.parametrize("has_officer", [True, False], ids=["an officer decides", "nobody decides"])
async def test_ten_minutes_without_postgresql(
    hall: Hall, service: LiveServer, own_postgres: Embedded, outside: Settings, has_officer: bool
) -> None:
    begun_at = await _stand_still(hall)
    room = await hall.sitting(6, SittingPolicy(has_officer=has_officer), seconds=int(DURATION.total_seconds()))
    everybody = players(room.seats, 1)
    wires = [Wire(outside.port) for _ in everybody]
    await sign_in(everybody, wires)
    await _time_goes_by(hall, begun_at + timedelta(minutes=MINUTES_BEFORE))
    await _answer(everybody, wires, 0)
    await _until_beat(hall, begun_at + timedelta(minutes=MINUTES_BEFORE))

    await _away(hall, service, own_postgres, begun_at + timedelta(minutes=MINUTES_BEFORE) + OUTAGE)
    proposal = await _proposal(hall)
    assert proposal["seconds"] == OUTAGE.total_seconds()
    assert proposal["state"] == ("proposed" if has_officer else "granted")
    for seat in room.seats:
        assert (await room.attempt(seat))["state"] == "running"
    await _answer(everybody, wires, 1)

    if has_officer:
        async with transaction(hall.engine) as connection:
            await crediting.decide(connection, SYSTEM, [""], proposal["id"], grant=True)
    for seat in room.seats:
        assert (await room.attempt(seat))["deadline"] == begun_at + DURATION + OUTAGE
    await _answer(everybody, wires, 2)
    for player, wire in list(zip(everybody, wires, strict=True))[:3]:
        player.candidate.plan([], 0.0)
        await player.advance(wire, {Phase.DONE}, now=1e9)
    await _closed_by_the_sweep(hall, room, everybody, begun_at + DURATION + OUTAGE + timedelta(minutes=10))
    for wire in wires:
        wire.close()
    for rows in (await room.journal()).values():
        assert [(row[1], row[4]) for row in rows] == [(1, 0), (2, 0), (3, 0)]
    report = await asyncio.to_thread(verified, outside)
    assert report["ok"], report
    assert report["receipts_checked"] == 6


async def _away(hall: Hall, service: LiveServer, database: Embedded, back_at: datetime) -> None:
    """The worker that sweeps sees nothing between the stop and the return: for it, ten minutes are one step."""
    await hall.engine.dispose()
    (sweeper,) = service.parts("work")
    sweeper.send_signal(signal.SIGSTOP)
    await asyncio.to_thread(database.stop)
    await asyncio.to_thread(database.start)
    await _set_clock(hall, back_at)
    sweeper.send_signal(signal.SIGCONT)
    await _until_beat(hall, back_at)


async def _answer(everybody: list[Player], wires: list[Wire], turn: int) -> None:
    for player, wire in zip(everybody, wires, strict=True):
        choice = next(item for item in player.candidate.paper["items"] if item["type"] == "single_choice")
        step = Step(float(turn), choice["slot"], sorted(choice["body"]["options"])[turn])
        player.candidate.plan([step], None)
        while player.candidate.steps or player.candidate.unacknowledged:
            await player.ask(wire, 1e6)
    assert all(set(player.candidate.standings.values()) == {0} for player in everybody)


async def _closed_by_the_sweep(hall: Hall, room: Room, everybody: list[Player], at: datetime) -> None:
    await _time_goes_by(hall, at)
    async with asyncio.timeout(30):
        while {(await room.attempt(player.seat))["state"] for player in everybody[3:]} != {"expired"}:
            await asyncio.sleep(0.2)


async def _stand_still(hall: Hall) -> datetime:
    async with transaction(hall.engine) as connection:
        now: datetime = (await connection.execute(text("select date_trunc('second', clock_timestamp())"))).scalar_one()
    await _set_clock(hall, now)
    return now


async def _set_clock(hall: Hall, at: datetime) -> None:
    async with transaction(hall.engine) as connection:
        await clock.replace(connection, at)


async def _time_goes_by(hall: Hall, at: datetime) -> None:
    """With the service alive all the while: the clock and the last beat move in one step, and no round of the sweep is
    under way, which would write the time before it over that."""
    async with transaction(hall.engine) as connection:
        await connection.execute(text("select pg_advisory_xact_lock(hashtextextended('exam.sweep', 0))"))
        await clock.replace(connection, at)
        await connection.execute(text("update exam.heartbeat set at = :at"), {"at": at})


async def _until_beat(hall: Hall, at: datetime) -> None:
    async with asyncio.timeout(60):
        while True:
            async with transaction(hall.engine) as connection:
                if (
                    await connection.execute(text("select at from exam.heartbeat where id = 1"))
                ).scalar_one_or_none() == at:
                    return
            await asyncio.sleep(0.1)


async def _proposal(hall: Hall) -> Any:
    async with transaction(hall.engine) as connection:
        return (await connection.execute(select(credit_proposal))).mappings().one()
