"""Group commit: `Flush`, beside the request's transaction the only place that commits."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import asyncpg

from exam_engine.kit.database import GONE, FlushConnection, Raw, busy, cause
from exam_engine.kit.errors import Refused

log = logging.getLogger("exam_engine.database")

E = TypeVar("E")
R = TypeVar("R")


#: A flush waits for company, pause by pause, as long as some comes: nobody feels it, and a commit shared by more costs
#: each of them less. Ten milliseconds at most, two and a half for whoever is alone.
GATHER_PAUSE_S = 0.0025
GATHER_PAUSES = 4
#: The part of a writer's patience that is left for the writing itself, however long somebody has waited in the queue.
FOR_WRITING = 1 / 3
#: Of what waits for one writer: entries are counted, and so is what they hold.
MOST_WEIGHT = 64 * 1024 * 1024


class GivenUp(Exception):
    """The database does not answer, for all entries of this flush; the log says why."""


class Unwritable(Exception):
    """One entry that the database refuses for what it holds; its neighbours in the flush were written."""

    def __init__(self, entry: object) -> None:
        super().__init__("the database refuses this entry")
        self.entry = entry


#: (connection, entries, repeat) → one result per entry. `repeat`: an earlier run met a unique violation, or its
#: outcome is unknown, so keys may exist already.
Write = Callable[[FlushConnection, Sequence[E], bool], Awaitable[Sequence[R]]]

_UNWRITABLE = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, UnicodeError, OverflowError)


#: Entries that came together, whom they keep waiting, and what they weigh.
Caller = tuple[Sequence[E], "asyncio.Future[list[R]]", int]

#: (connection, entries) → one result per entry that one statement has written and committed by itself, None for others.
AtOnce = Callable[[FlushConnection, Sequence[E]], Awaitable[Sequence[R | None]]]

#: (entries of a flush, results or errors, callers, entries that wait by now, seconds in all, seconds of the commit)
Seen = Callable[[Sequence[E], Sequence[R | Exception], int, int, float, float], None]


def _weightless(_entries: Sequence[Any]) -> int:
    return 0


class Flush(Generic[E, R]):
    """Group commit: one writer takes everything that waits, writes it in one transaction, and only after the commit
    answers every caller in it. The queue is bounded, by the number of entries and by what they weigh; whoever finds it
    full is refused with 503 and asks again. `patience_s`: from the queue to the answer, over all tries; whoever would
    have to wait longer is refused likewise. `opening`: a statement for these entries that goes with the begin, in one
    message. `at_once`: one statement that commits by itself; what it leaves goes the long way."""

    def __init__(
        self,
        url: str,
        write: Write[E, R],
        *,
        limit: int,
        at_most: int,
        patience_s: float,
        opening: Callable[[Sequence[E]], str] | None = None,
        at_once: AtOnce[E, R] | None = None,
        seen: Seen[E, R] | None = None,
        weigh: Callable[[Sequence[E]], int] = _weightless,
    ) -> None:
        self._weigh = weigh
        self._weight = 0
        self._opening = opening
        self._at_once = at_once
        self._seen = seen
        self._commit_s = 0.0
        self._raw = Raw(url)
        self._write = write
        self._limit = limit
        self._at_most = at_most
        self._patience_s = patience_s
        self._until = 0.0
        self._connection: FlushConnection | None = None
        self._waiting: deque[Caller[E, R]] = deque()
        self._since: deque[float] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self._closed = True
        self._task: asyncio.Task[None] | None = None

    async def start(self, *, connect: bool = True) -> None:
        """`connect=False`: a connection is opened when somebody comes, for what some workers are never asked."""
        self._closed = False
        with suppress(*GONE):  # the first caller will try again
            if connect:
                await self._connected()
        self._task = asyncio.create_task(self._run(), name="flush")

    async def stop(self) -> None:
        """Takes nothing new, writes what waits, and closes."""
        self._closed = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait({self._task})
        await self._disconnect()
        await self._raw.dispose()

    @property
    def full(self) -> bool:
        """Whoever comes now would be refused."""
        return self._closed or self._size >= self._limit or self._weight >= MOST_WEIGHT

    def waited(self) -> float:
        """Seconds that the oldest in the queue has waited."""
        return time.monotonic() - self._since[0] if self._since else 0.0

    def put(self, entries: Sequence[E]) -> asyncio.Future[list[R]]:
        """The future is done when the entries are committed: results in their order, `Unwritable`, or Refused 503.

        Who finds room is taken whole, even if that goes past the limit: otherwise a queue of large requests would never
        be `full`, and each of them would be read and refused afterwards, which costs as much as writing it.
        """
        if self.full:
            raise busy()
        weight = self._weigh(entries)
        future: asyncio.Future[list[R]] = asyncio.get_running_loop().create_future()
        self._waiting.append((entries, future, weight))
        self._since.append(time.monotonic())
        self._size += len(entries)
        self._weight += weight
        self._wake.set()
        return future

    async def _run(self) -> None:
        """Without the writer nothing that is taken would ever be written: whatever ends it ends the taking, too."""
        try:
            while True:
                if self._waiting:
                    await self._gather()
                    if callers := self._take():
                        await self._serve(callers)
                elif self._closed:
                    return
                else:
                    self._wake.clear()
                    await self._wake.wait()
        except BaseException:
            log.critical("the writer has ended", exc_info=True)
            raise
        finally:
            self._closed = True
            _send_away(self._waiting)

    async def _serve(self, callers: Sequence[Caller[E, R]]) -> None:
        begun = time.perf_counter()
        try:
            taken = [entry for entries, _future, _weight in callers for entry in entries]
            results = await self._settled(taken)
            _answer(callers, results)
            if self._seen is not None:
                spent = time.perf_counter() - begun
                self._seen(taken, results, len(callers), self._size, spent, self._commit_s)
        except Exception:
            log.exception("around a flush something failed that has nothing to do with its entries")
        finally:
            _send_away(callers)

    async def _gather(self) -> None:
        for _pause in range(GATHER_PAUSES):
            before = self._size
            if before >= self._at_most or self._closed:
                return
            await asyncio.sleep(GATHER_PAUSE_S)
            if self._size == before:
                return

    def _take(self) -> list[Caller[E, R]]:
        while self._waiting and self.waited() > self._patience_s * (1 - FOR_WRITING):
            _send_away([self._taken()])
        if not self._waiting:
            return []
        self._until = self._since[0] + self._patience_s
        taken = [self._taken()]
        count = len(taken[0][0])
        while self._waiting and count + len(self._waiting[0][0]) <= self._at_most:
            taken.append(self._taken())
            count += len(taken[-1][0])
        return taken

    def _taken(self) -> Caller[E, R]:
        caller = self._waiting.popleft()
        self._since.popleft()
        self._size -= len(caller[0])
        self._weight -= caller[2]
        return caller

    async def _settled(self, entries: Sequence[E]) -> list[R | Exception]:
        """A result or an error per entry. What the database refuses is looked for by halving."""
        try:
            return list(await self._written(entries))
        except GivenUp:
            return [busy() for _entry in entries]  # each its own: they must not come back together
        except Exception as error:
            if len(entries) == 1:
                if isinstance(error, Refused):
                    return [error]
                if isinstance(cause(error), _UNWRITABLE):
                    return [Unwritable(entries[0])]
                log.exception("an entry could not be written, for no fault of its own")
                return [busy()]
        middle = len(entries) // 2
        return await self._settled(entries[:middle]) + await self._settled(entries[middle:])

    async def _written(self, entries: Sequence[E]) -> Sequence[R]:
        repeat = False
        for _round in range(3):
            left = self._until - time.monotonic()
            if left <= 0:
                break
            try:
                async with asyncio.timeout(left):
                    if repeat or self._at_once is None:
                        return await self._transaction(entries, repeat=repeat)
                    return await self._shortly(self._at_once, entries)
            except Exception as error:
                why = cause(error)
                if isinstance(why, GONE):
                    log.warning("the writer lost its database: %s", type(why).__name__)
                    await self._disconnect()
                    if isinstance(why, TimeoutError):
                        break
                    repeat = True  # whether a commit on its way arrived is unknown
                elif isinstance(why, asyncpg.UniqueViolationError) and not repeat:
                    repeat = True
                elif not isinstance(why, asyncpg.TransactionRollbackError):
                    raise
        raise GivenUp

    async def _shortly(self, at_once: AtOnce[E, R], entries: Sequence[E]) -> Sequence[R]:
        connection = await self._connected()
        begun = time.perf_counter()
        try:
            found = await at_once(connection, entries)
        except asyncio.CancelledError:  # out of patience: nothing more is asked of this connection
            connection.raw.terminate()
            raise
        self._commit_s = time.perf_counter() - begun
        left = [entry for entry, result in zip(entries, found, strict=True) if result is None]
        if not left:
            return found  # type: ignore[return-value]
        others = iter(await self._transaction(left, repeat=False))
        return [next(others) if result is None else result for result in found]

    async def _transaction(self, entries: Sequence[E], *, repeat: bool) -> Sequence[R]:
        connection = await self._connected()
        raw = connection.raw
        opening = self._opening(entries) if self._opening is not None else ""
        try:
            await raw.execute(f"begin isolation level read committed; {opening}")
            results = await self._write(connection, entries, repeat)
        except Exception:
            await _roll_back(raw)
            raise
        except BaseException:  # cancelled, out of patience: nothing more is asked of this connection
            raw.terminate()
            raise
        begun = time.perf_counter()
        await raw.execute("commit")
        self._commit_s = time.perf_counter() - begun
        return results

    async def _connected(self) -> FlushConnection:
        if self._connection is None or self._connection.raw.is_closed():
            await self._disconnect()
            self._connection = await self._raw.open()
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._raw.close(connection)


def _answer(callers: Sequence[Caller[E, R]], results: Sequence[R | Exception]) -> None:
    begin = 0
    for entries, future, _weight in callers:
        found = results[begin : begin + len(entries)]
        begin += len(entries)
        if future.done():  # the caller has gone; what is written stays written
            continue
        errors = [result for result in found if isinstance(result, Exception)]
        if errors:
            future.set_exception(errors[0])
        else:
            future.set_result(found)  # type: ignore[arg-type]


def _send_away(callers: Iterable[Caller[E, R]]) -> None:
    """Whoever has no answer yet."""
    for _entries, future, _weight in callers:
        if not future.done():
            future.set_exception(busy())


async def _roll_back(raw: Any) -> None:
    """A connection that cannot even do this is thrown away; the error that led here is the one to tell."""
    try:
        await raw.execute("rollback")
    except Exception as error:  # noqa: BLE001 - whatever it is, the next transaction gets a new connection
        log.warning("a transaction could not be rolled back: %s", type(error).__name__)
        raw.terminate()
