"""Numbers of one process, whichever of its doors a request came through."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from litestar.types import ASGIApp

from exam_engine.kit import observing
from exam_engine.kit.observing import observed
from exam_engine.kit.settings import Settings

SCOPE: dict[str, Any] = {"type": "http", "method": "GET", "headers": []}


class Pool:
    def __init__(self, taken: int) -> None:
        self.taken = taken

    def checkedout(self) -> int:
        return self.taken


class Engine:
    """As much of an engine as is looked at."""

    def __init__(self, taken: int) -> None:
        self.pool = Pool(taken)
        self.sync_engine = self


def noted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[float]:
    values: list[float] = []
    monkeypatch.setattr(getattr(observing, name), "put", values.append)
    return values


@pytest.fixture
def settings() -> Settings:
    return Settings.from_environment({}, pool_size=5)


@pytest.fixture(autouse=True)
def process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "PROCESS", observing.ProcessNumbers())


async def called(app: ASGIApp) -> None:
    await app({**SCOPE}, None, None)  # type: ignore[arg-type]


async def test_requests_of_all_doors_and_refused_saves_are_counted_together(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    values, go_on = noted(monkeypatch, "IN_PROGRESS"), asyncio.Event()

    async def waiting(*_: object) -> None:
        await go_on.wait()

    async def at_once(*_: object) -> None:
        pass

    live_page = asyncio.create_task(called(observed(waiting, settings)))
    while not values:
        await asyncio.sleep(0)
    await called(observed(at_once, settings))
    assert values == [1, 2, 1], "the live page is still there"
    go_on.set()
    await live_page
    assert values[-1] == 0


async def test_pools_of_all_doors_are_added_up(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    sizes, in_use = noted(monkeypatch, "POOL_SIZE"), noted(monkeypatch, "POOL_IN_USE")

    async def nothing(*_: object) -> None:
        pass

    secure, plain = Engine(taken=2), Engine(taken=1)
    doors = [observed(nothing, settings, one) for one in (secure, plain)]
    await called(doors[1])
    await called(observed(nothing, settings))
    assert sizes[-1] == 10
    assert in_use == [3, 3]
