"""Who is here, and from where: noted in memory while pages ask and save, written every few seconds for all together."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.database import transaction
from proctoring import queries
from proctoring.noticing import Noticed, notice

log = logging.getLogger("exam_engine.proctoring")

EVERY_S = 5.0
#: Changes of address written at once, and kept until the next turn: who changes it with each save fills no memory.
AT_ONCE, MOST = 500, 10_000


class Presence:
    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._moves: list[Noticed] = []
        self._task: asyncio.Task[None] | None = None

    def note(self, attempt_id: int) -> None:
        self._seen.add(attempt_id)

    def moved(self, news: Noticed) -> None:
        if len(self._moves) < MOST:
            self._moves.append(news)

    async def write(self, engine: AsyncEngine) -> None:
        seen, self._seen = self._seen, set()
        if seen:
            async with transaction(engine) as connection:
                await queries.note_presence(connection, sorted(seen))
        moves, self._moves = self._moves, []
        for begin in range(0, len(moves), AT_ONCE):
            async with transaction(engine) as connection:
                await notice(connection, moves[begin : begin + AT_ONCE])

    def start(self, engine: AsyncEngine) -> None:
        self._task = asyncio.create_task(self._run(engine), name="presence")

    async def stop(self, engine: AsyncEngine) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._written(engine)

    async def _run(self, engine: AsyncEngine) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self._written(engine)

    async def _written(self, engine: AsyncEngine) -> None:
        try:
            await self.write(engine)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next turn has new things to write
            log.warning("who is here could not be noted: %s", type(error).__name__)
