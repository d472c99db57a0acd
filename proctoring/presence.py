"""Who is here: noted in memory when a page asks for its state, written every few seconds for all in one statement."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import sqlalchemy.exc
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.database import transaction
from proctoring import queries

log = logging.getLogger("exam_engine.proctoring")

EVERY_S = 5.0


class Presence:
    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    def note(self, attempt_id: int) -> None:
        self._seen.add(attempt_id)

    async def write(self, engine: AsyncEngine) -> None:
        seen, self._seen = self._seen, set()
        if seen:
            async with transaction(engine) as connection:
                await queries.note_presence(connection, sorted(seen))

    def start(self, engine: AsyncEngine) -> None:
        self._task = asyncio.create_task(self._run(engine), name="presence")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self, engine: AsyncEngine) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.write(engine)
            except (OSError, sqlalchemy.exc.SQLAlchemyError) as error:
                log.warning("who is here could not be noted: %s", type(error).__name__)
