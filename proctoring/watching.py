"""The live room pages: each web worker asks once a second for all rooms that are watched through it (DESIGN D12)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy.exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.kit.database import transaction
from proctoring import queries

log = logging.getLogger("exam_engine.proctoring")

EVERY_S, LONGEST_PAUSE_S = 1.0, 2.5
#: To look may take such a part of the time: a sitting of thousands is looked at more seldom, or nobody could answer.
SHARE = 0.1
#: Answers are counted anew from time to time, though an attempt's last entry has not changed: older ones may arrive.
FRESH_EVERY = 30
#: Of so many attempts the answers are counted in one look; where there are more, they take turns.
COUNTED_AT_ONCE = 1_000

Rows = Sequence[Mapping[str, Any]]


class Watch:
    """`follow` yields the rows of one sitting once a second, for as long as the session is alive."""

    def __init__(self) -> None:
        self._sittings: Counter[int] = Counter()
        self._sessions: Counter[int] = Counter()
        self._alive: set[int] = set()
        self._rows: dict[int, list[Mapping[str, Any]]] = {}
        self._answered = Answered()
        self._tick = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._ended = False

    def start(self, engine: AsyncEngine) -> None:
        self._task = asyncio.create_task(self._run(engine), name="watch")

    async def stop(self) -> None:
        self._ended = True
        async with self._tick:
            self._tick.notify_all()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def viewers(self) -> int:
        return self._sessions.total()

    async def follow(self, sitting_id: int, session_id: int) -> AsyncIterator[Rows]:
        self._sittings[sitting_id] += 1
        self._sessions[session_id] += 1
        self._alive.add(session_id)
        try:
            while True:
                async with self._tick:
                    await self._tick.wait()
                if self._ended or session_id not in self._alive:
                    return
                if sitting_id in self._rows:
                    yield self._rows[sitting_id]
        finally:
            _leave(self._sittings, sitting_id)
            _leave(self._sessions, session_id)

    async def _run(self, engine: AsyncEngine) -> None:
        pause_s = EVERY_S
        while True:
            await asyncio.sleep(pause_s)
            if not self._sittings:
                self._rows.clear()
                continue
            begun = time.monotonic()
            try:
                async with transaction(engine) as connection:
                    await self.look(connection)
            except (OSError, sqlalchemy.exc.SQLAlchemyError) as error:
                log.warning("rooms could not be watched: %s", type(error).__name__)
                continue
            pause_s = max(EVERY_S, min(LONGEST_PAUSE_S, (time.monotonic() - begun) / SHARE))
            async with self._tick:
                self._tick.notify_all()

    async def look(self, connection: AsyncConnection) -> None:
        sittings, sessions = sorted(self._sittings), sorted(self._sessions)
        alive = await queries.sessions_alive(connection, sessions)
        self._alive = alive | (set(self._sessions) - set(sessions))  # whoever came while this was asked
        found = self._answered.filled(await queries.watched(connection, sittings, *self._answered.known()))
        self._rows = {sitting_id: [] for sitting_id in sittings}
        for row in found:
            self._rows[row["sitting_id"]].append(row)


def _leave(counter: Counter[int], key: int) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]


class Answered:
    """How many answers count, remembered per attempt until its last entry changes and its turn has come."""

    def __init__(self) -> None:
        self._counted: dict[int, tuple[queries.Counted, int]] = {}
        self._turn = 0

    def known(self) -> tuple[list[queries.Counted], int, int]:
        """What need not be counted, the turn, and how many there are."""
        self._turn += 1
        known = [key for key, _count in self._counted.values() if (key[0] + self._turn) % FRESH_EVERY]
        return known, self._turn, 1 + len(self._counted) // COUNTED_AT_ONCE

    def filled(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        counted: dict[int, tuple[queries.Counted, int]] = {}
        found: list[Mapping[str, Any]] = []
        for row in rows:
            attempt_id, answered = row["attempt_id"], row["answered"]
            if answered is None:
                counted[attempt_id] = self._counted[attempt_id]
            else:
                counted[attempt_id] = (attempt_id, row["last_entry"]), int(answered)
            found.append({**row, "answered": counted[attempt_id][1]})
        self._counted = counted
        return found
