"""The service beside a cluster, a room of a thousand, and faults one after another while they save."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import select

from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.kit.tables import job
from loadtests.candidate import Phase
from loadtests.wire import Wire
from tests.chaos.case import Found
from tests.chaos.comparing import compare
from tests.chaos.players import Player, acknowledged, make_plan, players
from tests.hall import Hall, Room, found
from tests.live import LiveServer, free_port

CANDIDATES, ANSWERS = 1000, 12
#: Answers are spread over so many seconds; nobody hands in before the last fault is over.
SECONDS = 80.0
SIGNING_IN_AT_ONCE = 24
#: Ended by ourselves, everything is taken down in order.
SIGNED_IN_WITHIN_S = 150.0
OVER_WITHIN_S = 280.0
JOBS_DONE_WITHIN_S = 90.0
#: The bar of a pause, for a fault after which somebody is left who can take over.
LONGEST_PAUSE_S = 30.0

Fault = Callable[[], Awaitable[object]]


def settings_of(folder: Path, url: str, **more: object) -> Settings:
    port = free_port()
    return Settings.from_environment(
        {}, **{"database_url": url, "data_dir": folder, "port": port, "public_url": f"http://127.0.0.1:{port}",
               "workers": 2, "pool_size": 3, "drain_seconds": 3, "log_level": "warning", **more},
    )  # fmt: skip


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[LiveServer]:
    server = LiveServer(settings)
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def hall_of(settings: Settings, url: str) -> AsyncIterator[Hall]:
    hall = await found(settings, settings_of(settings.data_dir, url).database_url or "")
    try:
        yield hall
    finally:
        await hall.close()


@dataclass
class Storm:
    """Everybody works at `ports` (each candidate at one of them) until `weather` is over, and then hands in."""

    room: Room
    ports: Sequence[int]
    seed: int = 1
    seconds: float = SECONDS
    everybody: list[Player] = field(default_factory=list)
    pauses: dict[str, float] = field(default_factory=dict)

    async def play(self, faults: dict[str, Fault]) -> None:
        self.everybody = players(self.room.seats, self.seed)
        wires = [Wire(self.ports[number % len(self.ports)]) for number in range(len(self.everybody))]
        try:
            async with asyncio.timeout(SIGNED_IN_WITHIN_S):
                await self._sign_in(wires)
            async with asyncio.timeout(OVER_WITHIN_S), asyncio.TaskGroup() as storm:
                storm.create_task(self._weather(faults))
                begun = asyncio.get_running_loop().time()
                for player, wire in zip(self.everybody, wires, strict=True):
                    make_plan(player, ANSWERS, 0.0, self.seconds)
                    player.candidate.plan(player.plan, None)
                    storm.create_task(player.advance(wire, {Phase.DONE}, begun=begun))
        finally:
            for wire in wires:
                wire.close()

    async def _sign_in(self, wires: Sequence[Wire]) -> None:
        gate = asyncio.Semaphore(SIGNING_IN_AT_ONCE)

        async def one(player: Player, wire: Wire) -> None:
            async with gate:
                await player.advance(wire, {Phase.WORKING})

        await asyncio.gather(*(one(*pair) for pair in zip(self.everybody, wires, strict=True)))

    async def _weather(self, faults: dict[str, Fault]) -> None:
        begun = asyncio.get_running_loop().time()
        for name, fault in faults.items():
            await self._some_more()
            async with self._watched(name):
                await fault()
        await self._some_more()
        random, now = Random(self.seed), asyncio.get_running_loop().time() - begun
        for player in self.everybody:
            end = max(now, player.plan[-1].at) + random.uniform(0, 3)
            player.candidate.plan(player.candidate.steps, end)

    async def _some_more(self, more: int = CANDIDATES // 5) -> None:
        """Acknowledgements come in: what is broken next breaks something that works."""
        before = acknowledged(self.everybody)
        left = sum(len(player.plan) for player in self.everybody) - before
        while acknowledged(self.everybody) < before + min(more, left // 2):
            await asyncio.sleep(0.05)

    @asynccontextmanager
    async def _watched(self, name: str) -> AsyncIterator[None]:
        """The longest time without any acknowledgement, while candidates have something to send."""
        watching = asyncio.create_task(self._longest_pause())
        try:
            yield
            await self._some_more(20)
        finally:
            watching.cancel()
            self.pauses[name] = self._longest

    async def _longest_pause(self) -> None:
        self._longest, last, since = 0.0, acknowledged(self.everybody), time.monotonic()
        while True:
            await asyncio.sleep(0.02)
            now, count = time.monotonic(), acknowledged(self.everybody)
            if count != last:
                last, since = count, now
            self._longest = max(self._longest, now - since)


async def judged(storm: Storm, hall: Hall, faults: Sequence[str], *, bar_s: float | None = LONGEST_PAUSE_S) -> Found:
    """Against the journal of the server that is the primary at the end."""
    await hall.engine.dispose()
    result = Found(faults=list(faults), schedule=told(storm))
    await compare(hall, storm.room, storm.everybody, result)
    result.differs += await jobs_that_hang(hall)
    if bar_s is not None:
        result.differs += [
            f"{name}: {pause:.1f} s without an acknowledgement, the bar is {bar_s:.0f}"
            for name, pause in storm.pauses.items()
            if pause > bar_s
        ]
    return result


async def jobs_that_hang(hall: Hall) -> list[str]:
    """What the hand-ins caused is worked off by the service, whatever happened to its database meanwhile."""
    end = time.monotonic() + JOBS_DONE_WITHIN_S
    while True:
        async with transaction(hall.engine) as connection:
            rows = (await connection.execute(select(job.c.kind, job.c.state, job.c.message))).all()
        open_or_failed = [f"job {row.kind} is {row.state}: {row.message}" for row in rows if row.state != "done"]
        if not open_or_failed or time.monotonic() > end:
            return open_or_failed
        await asyncio.sleep(0.5)


def told(storm: Storm) -> str:
    return ", ".join(f"{name}: {pause:.1f} s without an acknowledgement" for name, pause in storm.pauses.items())
