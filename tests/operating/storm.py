"""Candidates who write without a pause, each answer another text, and remember what they were told is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg

from exam_engine.kit.database import dsn
from loadtests.candidate import Candidate, Phase, Step
from loadtests.wire import Wire
from tests.hall import Seat

EVERY_S = 0.02


class Storm:
    def __init__(self, port: int, seats: Sequence[Seat]) -> None:
        self.acknowledged: list[str] = []
        self._seats = seats
        self._port = port
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.cut_off = 0

    async def begin(self) -> None:
        ready = [
            (seat, Candidate(seat.ticket, device=f"lab-machine-{seat.number}"), Wire(self._port))
            for seat in self._seats
        ]
        for _seat, candidate, wire in ready:
            while candidate.phase is not Phase.WORKING:
                await _exchange(candidate, wire, 0.0)
        self._tasks = [asyncio.create_task(self._write(*one)) for one in ready]

    async def reach(self, count: int) -> None:
        while len(self.acknowledged) < count:
            for task in self._tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0.01)

    async def end(self) -> list[str]:
        self._over.set()
        await asyncio.gather(*self._tasks)
        return self.acknowledged

    async def _write(self, seat: Seat, candidate: Candidate, wire: Wire) -> None:
        essay = next(item["slot"] for item in candidate.paper["items"] if item["type"] == "essay")
        number = 0
        while not self._over.is_set():
            number += 1
            text = f"{seat.number}/{number}"
            candidate.plan([Step(0.0, essay, text)], None)
            try:
                await _exchange(candidate, wire, 1.0)
            except (OSError, EOFError):  # the service has gone: this answer was not acknowledged
                self.cut_off += 1
                return
            self.acknowledged.append(text)
            await asyncio.sleep(EVERY_S)
        wire.close()


async def _exchange(candidate: Candidate, wire: Wire, now: float) -> None:
    request = candidate.next_request(now)
    assert request is not None
    reply = await wire.send(request)
    assert reply.status < 400, reply.body
    candidate.receive(reply)


async def stored(url: str) -> list[str]:
    """Every text in the journal."""
    connection = await asyncpg.connect(dsn(url))
    try:
        rows = await connection.fetch("select value::json #>> '{}' as text from exam.journal where kind = 0")
    finally:
        await connection.close()
    return [row["text"] for row in rows]
