"""The live room pages: each web worker asks once a second for all rooms that are watched through it (DESIGN D12)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

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
#: A sitting and the public id of one of its rooms, or "" for all of it.
Followed = tuple[int, str]


class Watch:
    """`follow` yields the rows of one sitting, or of one of its rooms, once a second, while the session is alive."""

    def __init__(self) -> None:
        self._followed: Counter[Followed] = Counter()
        self._sessions: Counter[int] = Counter()
        self._alive: set[int] = set()
        self._rows: dict[Followed, list[Mapping[str, Any]]] = {}
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

    async def follow(self, sitting_id: int, session_id: int, room: str = "") -> AsyncIterator[Rows]:
        """`room`: its public id, of the whole sitting where there is none."""
        followed = sitting_id, room
        self._followed[followed] += 1
        self._sessions[session_id] += 1
        self._alive.add(session_id)
        try:
            while True:
                async with self._tick:
                    await self._tick.wait()
                if self._ended or session_id not in self._alive:
                    return
                if followed in self._rows:
                    yield self._rows[followed]
        finally:
            _leave(self._followed, followed)
            _leave(self._sessions, session_id)

    async def _run(self, engine: AsyncEngine) -> None:
        pause_s = EVERY_S
        while True:
            await asyncio.sleep(pause_s)
            if not self._followed:
                self._rows.clear()
                continue
            begun = time.monotonic()
            try:
                async with transaction(engine) as connection:
                    await self.look(connection)
            except Exception as error:  # noqa: BLE001 - whatever it is, pages that are watched go on a moment later
                log.warning("rooms could not be watched: %s", type(error).__name__)
                continue
            pause_s = max(EVERY_S, min(LONGEST_PAUSE_S, (time.monotonic() - begun) / SHARE))
            async with self._tick:
                self._tick.notify_all()

    async def look(self, connection: AsyncConnection) -> None:
        followed, sessions = list(self._followed), sorted(self._sessions)
        alive = await queries.sessions_alive(connection, sessions)
        self._alive = alive | (set(self._sessions) - set(sessions))  # whoever came while this was asked
        whole = {sitting_id for sitting_id, room in followed if not room}
        rooms = {room for _sitting_id, room in followed if room}
        found = await queries.watched(connection, whole, rooms=rooms, **self._answered.known())
        self._rows = {one: [] for one in followed}
        for row in self._answered.filled(found):
            for key in ((row["sitting_id"], ""), (row["sitting_id"], row["room"])):
                if key in self._rows:
                    self._rows[key].append(row)


def _leave(counter: Counter[Any], key: object) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]


class Answered:
    """How many answers count, remembered per attempt until its last entry changes and its turn has come."""

    def __init__(self) -> None:
        self._counted: dict[int, tuple[queries.Counted, int]] = {}
        self._turn = 0

    def known(self) -> dict[str, Any]:
        """For `queries.watched`: what need not be counted, the turn, and how many there are."""
        self._turn += 1
        known = [key for key, _count in self._counted.values() if (key[0] + self._turn) % FRESH_EVERY]
        return {"known": known, "turn": self._turn, "turns": 1 + len(self._counted) // COUNTED_AT_ONCE}

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
