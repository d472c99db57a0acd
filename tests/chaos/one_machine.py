"""One fault of each kind at a time, on a larger room of candidates."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.chaos.case import Case, Found, Ground
from tests.chaos.cluster.network import Machine, Network
from tests.chaos.commands import verified
from tests.chaos.needs import MOUNTS, NEEDED_BY, NETWORKS
from tests.chaos.playing import play
from tests.chaos.schedule import OUTSIDE, OWN, Act, Schedule, Strike
from tests.chaos.stage import Stage

CANDIDATES, ANSWERS, SECONDS = 60, 12, 6.0


def schedule(kind: str, seed: int, *strikes: Strike, weather: str = "clear", doubled: float = 0.0) -> Schedule:
    return Schedule(
        seed, kind, CANDIDATES, ANSWERS, SECONDS, weather=weather, doubled=doubled, views=0.2,
        acts=(Act(4.0, "add time", 0.0, 0.3),), strikes=strikes, signed_in_first=True,
    )  # fmt: skip


def on_a_stage_of_its_own(
    kind: str, *strikes: Strike, weather: str = "clear", doubled: float = 0.0, small: bool = False
) -> Callable[[Ground], Awaitable[Found]]:
    async def run(ground: Ground) -> Found:
        return await _played(ground, kind, *strikes, weather=weather, doubled=doubled, small=small)

    return run


async def pulled_cable(ground: Ground) -> Found:
    """The database's machine is cut off for longer than any connection's patience, and comes back."""
    network = Network()
    try:
        network.open()
        machine = network.add(1)
        return await _played(ground, OUTSIDE, Strike(3.0, "database silent", 20.0), machine=machine)
    finally:
        network.close()


async def _played(
    ground: Ground,
    kind: str,
    *strikes: Strike,
    weather: str = "clear",
    doubled: float = 0.0,
    small: bool = False,
    machine: Machine | None = None,
) -> Found:
    stage = await Stage.open(ground.folder, kind, machine, small=small)
    try:
        found = await play(stage, schedule(kind, ground.seed, *strikes, weather=weather, doubled=doubled))
        report = await asyncio.to_thread(verified, stage.settings)
        found.differs += [] if report["ok"] else [f"exam-engine verify: {report}"]
        return found
    finally:
        await stage.close()


def _own(name: str, fault: str, length: float = 0.0) -> Case:
    return Case(name, on_a_stage_of_its_own(OWN, Strike(3.0, fault, length)))


def _outside(name: str, fault: str, length: float) -> Case:
    return Case(name, on_a_stage_of_its_own(OUTSIDE, Strike(3.0, fault, length)), NEEDED_BY.get(fault, ()))


def _small(name: str, fault: str, length: float) -> Case:
    return Case(name, on_a_stage_of_its_own(OUTSIDE, Strike(3.0, fault, length), small=True), (MOUNTS,))


CASES: tuple[Case, ...] = (
    _own("one web worker killed", "web worker killed"),
    _own("all web workers killed", "all web workers killed"),
    _own("work process killed", "work process killed"),
    _own("parent killed", "parent killed"),
    _own("PostgreSQL killed", "PostgreSQL killed"),
    _own("power cut", "power cut"),
    _own("one web worker hung", "web worker hung", 3.0),
    _outside("PostgreSQL restarted in mid-storm, fast", "PostgreSQL restarted, fast", 1.0),
    _outside("PostgreSQL restarted in mid-storm, immediate", "PostgreSQL restarted, immediate", 1.0),
    _outside("PostgreSQL hung", "PostgreSQL hung", 8.0),
    _outside("disk full: writes find no room", "disk full", 4.0),
    _small("disk full: a file system without a byte", "file system full", 4.0),
    _small("disk full: no room for PostgreSQL's log", "file system full at a new segment", 4.0),
    _outside("slow fsync", "slow fsync", 6.0),
    _outside("connections all taken", "connections taken", 5.0),
    _outside("pool held by staff pages", "pool held", 5.0),
    _outside("application clock jumps", "application clock jumps", 3.0),
    _outside("database clock jumps", "database clock jumps", 3.0),
    _outside("database clock leaps ahead, and stays", "database clock leaps ahead", 0.0),
    _outside("database clock falls back, and stays", "database clock falls back", 0.0),
    _outside("database cut off, healed", "database cut off", 5.0),
    _outside("database silent, healed", "database silent", 8.0),
    _outside("database silent, then gone", "database silent, then reset", 8.0),
    _outside("database replies lost", "database replies lost", 4.0),
    Case("cable of the database pulled for 20 s", pulled_cable, (NETWORKS,)),
    Case("slow network", on_a_stage_of_its_own(OUTSIDE, weather="slow")),
    Case("lossy network", on_a_stage_of_its_own(OUTSIDE, weather="lossy")),
    Case("replies torn, requests doubled", on_a_stage_of_its_own(OUTSIDE, weather="torn", doubled=0.5)),
    _outside("players cut off", "players cut off", 4.0),
    _outside("players' replies lost", "replies lost", 4.0),
)
