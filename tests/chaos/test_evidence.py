"""A fault that did not happen fails its case: every fault of the catalogue, on a stage where nothing breaks."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest

from tests.chaos import evidence, faults, processes, staff_pages
from tests.chaos.case import Found, judged
from tests.chaos.evidence import DidNotHappen
from tests.chaos.faults import PART_OF, strike
from tests.chaos.relay import Relay, Weather
from tests.chaos.restored import after_the_moment
from tests.chaos.stage import Stage
from tests.live import free_port


class Connection:
    """A database where everything is granted, and nobody else is connected."""

    async def execute(self, *_: object, **_more: object) -> None: ...

    async def fetchval(self, question: str, **_more: object) -> float:
        return time.time() if "clock_timestamp" in question else 0

    def is_closed(self) -> bool:
        return False

    def terminate(self) -> None: ...


class Unbroken:
    """A network, a disk, a clock to which nothing can be done."""

    library, slowed, refused = Path("/nowhere/disk.so"), 0, 0

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_, **_more: None

    async def felt(self) -> bool:
        return False


def unbroken(pid: int | None = None) -> Stage:
    whole = Unbroken()
    return cast(
        "Stage",
        SimpleNamespace(
            server=SimpleNamespace(parts=lambda _role: [], url="http://127.0.0.1:1"),
            database=SimpleNamespace(pid=pid, cluster=Path("/")),
            settings=SimpleNamespace(workers=2, pool_size=3),
            parts={part: asyncio.Lock() for part in faults.BY_PART}, own=False,
            front=whole, between=whole, disk=whole, small=whole, database_clock=whole, application_clock=whole,
        ),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    async def connected(_stage: Stage) -> Connection:
        return Connection()

    @asynccontextmanager
    async def asked_for(_stage: Stage, _at_once: int) -> AsyncIterator[None]:
        yield

    monkeypatch.setattr(faults, "libfaketime", lambda: Path("/nowhere/libfaketime.so.1"))
    monkeypatch.setattr(evidence, "HAPPENS_WITHIN_S", 0.0)
    monkeypatch.setattr(faults, "_connected", connected)
    monkeypatch.setattr(staff_pages, "asked_for", asked_for)


@pytest.mark.parametrize("fault", PART_OF)
async def test_a_fault_without_evidence_fails(fault: str) -> None:
    with pytest.raises(DidNotHappen):
        await strike(unbroken(), fault, Random(1), 0.0)


async def test_a_clock_that_nobody_in_the_service_has_loaded_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = unbroken()
    monkeypatch.setattr(stage.server, "parts", lambda _role: [SimpleNamespace(pid=os.getpid())])
    with pytest.raises(DidNotHappen, match="runs without"):
        await strike(stage, "application clock jumps", Random(1), 0.0)


@pytest.mark.parametrize("fault", ["slow fsync", "disk full"])
async def test_a_library_that_was_not_loaded_is_noticed(fault: str) -> None:
    with pytest.raises(DidNotHappen, match="runs without"):
        await strike(unbroken(os.getpid()), fault, Random(1), 0.0)


@pytest.mark.parametrize("fault", ["slow fsync", "disk full"])
async def test_a_library_that_does_nothing_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "has_loaded", lambda *_: True)
    with pytest.raises(DidNotHappen, match=r"no fsync|every write"):
        await strike(unbroken(os.getpid()), fault, Random(1), 0.0)


async def test_a_lock_that_was_not_had_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object, **_more: object) -> None:
        raise asyncpg.LockNotAvailableError("canceling statement due to lock timeout")

    monkeypatch.setattr(Connection, "execute", refused)
    with pytest.raises(DidNotHappen, match="lock timeout"):
        await strike(unbroken(), "pool held", Random(1), 0.0)


def test_a_case_without_an_acknowledgement_fails() -> None:
    assert not judged("nobody came", Found()).passed
    assert judged("somebody came", Found(acknowledged=1, stored=1)).passed


async def test_a_broken_network_that_nobody_met_is_not_felt() -> None:
    relay = Relay(cast("Any", None), Random(1))
    for broken in (relay.cut, relay.hang):
        broken()
        assert not await relay.felt()


async def test_weather_that_never_came_is_told() -> None:
    """Every chunk passes: that nothing was torn is no chance."""
    there, here = free_port(), free_port()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(1):
            writer.write(part)
        writer.close()

    service = await asyncio.start_server(echo, "127.0.0.1", there)
    relay = await Relay.tcp(here, there, Random(1))
    relay.set_weather(Weather(torn=0.5))
    relay._random = cast("Random", SimpleNamespace(random=lambda: 1.0, uniform=lambda _a, _b: 0.0))
    reader, writer = await asyncio.open_connection("127.0.0.1", here)
    for _ in range(60):
        writer.write(b"x")
        assert await reader.readexactly(1) == b"x"
    assert relay.missed() == ["torn"]
    relay.cut()
    assert await relay.felt()
    writer.close()
    await relay.close()
    service.close()


def test_a_restore_that_went_on_to_the_end_is_noticed() -> None:
    after = ["1/5", "2/7", "1/6", "2/8", "1/7"]
    assert after_the_moment(after, ["1/4", "1/5", "2/7"]) == []
    assert after_the_moment(after, ["1/4", *after]) == ["3 of 3 answers from after the moment are there"]
    assert after_the_moment(after[:2], ["1/4"]) == ["nothing was acknowledged after the moment: nothing was tried"]
