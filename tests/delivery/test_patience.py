"""One patience from the queue to the answer: no answer that is accepted can wait longer than the sweep does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest

from exam_engine.kit import flush as flushing
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.errors import Refused
from exam_engine.kit.flush import Flush

PATIENCE_S = 15.0


class Clock:
    """The worker's; `late_s` has gone by in no time."""

    late_s = 0.0
    perf_counter = staticmethod(time.perf_counter)

    def monotonic(self) -> float:
        return time.monotonic() + self.late_s


class Slow:
    """Takes eight seconds for each try, and then says `error` where there is one."""

    def __init__(self, clock: Clock, error: Exception | None) -> None:
        self.clock, self.error = clock, error
        self.gate = asyncio.Event()
        self.tries: list[list[str]] = []

    async def write(self, _connection: FlushConnection, entries: Sequence[str], _repeat: bool) -> list[str]:
        self.tries.append(list(entries))
        await self.gate.wait()
        self.clock.late_s += 8
        if self.error is not None:
            raise self.error
        return list(entries)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(flushing, "time", made)
    return made


async def started(url: str, slow: Slow, at_most: int = 8) -> Flush[str, str]:
    flush = Flush(url, slow.write, limit=20, at_most=at_most, patience_s=PATIENCE_S)
    await flush.start()
    return flush


@pytest.mark.parametrize("error", [ConnectionResetError(), ZeroDivisionError()])
async def test_tries_and_halves_share_one_patience(real_database: str, clock: Clock, error: Exception) -> None:
    slow = Slow(clock, error)
    slow.gate.set()
    flush = await started(real_database, slow)
    found = await asyncio.gather(*(flush.put([f"n{n}"]) for n in range(8)), return_exceptions=True)
    assert [isinstance(one, Refused) and one.code for one in found] == ["busy"] * 8
    assert len(slow.tries) == 2, "after sixteen seconds nothing more is tried"
    await flush.stop()


async def test_the_wait_in_the_queue_is_a_part_of_it(real_database: str, clock: Clock) -> None:
    slow = Slow(clock, None)
    flush = await started(real_database, slow, at_most=1)
    first, late = flush.put(["first"]), flush.put(["late"])
    while not slow.tries:
        await asyncio.sleep(0)
    clock.late_s += 5
    soon = flush.put(["soon"])
    slow.gate.set()
    assert [await first, await soon] == [["first"], ["soon"]]
    with pytest.raises(Refused, match="busy"):
        await late
    assert slow.tries == [["first"], ["soon"]]
    await flush.stop()
