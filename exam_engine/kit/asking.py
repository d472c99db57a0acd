"""Questions of the paths that thousands walk in one minute: one plain statement, one round trip, no transaction.

Requests elsewhere have SQLAlchemy's connection and the edge's transaction, which cost several times what a small
question costs. Here a worker keeps a few raw connections, prepares each statement once on each of them and leaves
nothing behind that would have to be reset. A statement that writes commits by itself, as one statement
(docs/decisions/hot-paths.md); what needs locks and then facts goes through `kit.database.Flush`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import asyncpg

from exam_engine.kit.database import GONE, FlushConnection, Raw, busy

#: More would only wait for this worker's one thread, and each is a process of PostgreSQL.
CONNECTIONS = 4
PATIENCE_S = 5.0

_OUTDATED = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)


class Asking:
    """`fetch` from any request of this worker; the connection used last is used next, so that few stay warm."""

    def __init__(self, url: str, size: int = CONNECTIONS) -> None:
        self._raw = Raw(url, planned_once=True)
        self._free: list[FlushConnection] = []
        self._to_open = size
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def fetch(self, statement: str, *arguments: Any, writes: bool = False) -> list[Any]:
        """The rows. A connection that has gone is replaced, and what only reads is asked once more; whether a write
        whose connection went away has happened is unknown: its caller is told to come again."""
        try:
            return await self._asked(statement, arguments)
        except _OUTDATED:
            pass  # a migration came by; nothing of the statement was run
        except GONE as error:
            if writes or isinstance(error, TimeoutError):
                raise busy() from error
        try:
            return await self._asked(statement, arguments)
        except GONE as error:
            raise busy() from error

    async def one(self, statement: str, *arguments: Any, writes: bool = False) -> Any | None:
        rows = await self.fetch(statement, *arguments, writes=writes)
        return rows[0] if rows else None

    async def close(self) -> None:
        free, self._free = self._free, []
        self._to_open += len(free)
        for connection in free:
            await self._raw.close(connection)
        await self._raw.dispose()

    async def _asked(self, statement: str, arguments: tuple[Any, ...]) -> list[Any]:
        connection = await self._taken()
        try:
            found = await connection.fetch(statement, *arguments)
        except BaseException as error:
            # Cancelled, cut off, outdated, or of a server that takes no writes: nothing more is asked of it.
            if not isinstance(error, asyncpg.PostgresError) or isinstance(error, (*_OUTDATED, *GONE)):
                connection.raw.terminate()
            self._give_back(connection)
            raise
        self._give_back(connection)
        return found

    async def _taken(self) -> FlushConnection:
        while True:
            while self._free:
                connection = self._free.pop()
                if not connection.raw.is_closed():
                    return connection
                await self._forget(connection)
            if self._to_open:
                return await self._opened()
            await self._turn()

    async def _opened(self) -> FlushConnection:
        self._to_open -= 1
        try:
            return await self._raw.open()
        except BaseException:
            self._to_open += 1
            self._next()
            raise

    async def _turn(self) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await mine
        except BaseException:
            if mine.done() and not mine.cancelled():
                self._next()  # it was our turn, and we have gone: somebody else's
            raise

    def _give_back(self, connection: FlushConnection) -> None:
        self._free.append(connection)
        self._next()

    def _next(self) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return

    async def _forget(self, connection: FlushConnection) -> None:
        self._to_open += 1
        await self._raw.close(connection)
