"""Group commit: halving, backpressure, a database that goes away, and the end of a worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
import pytest_asyncio

from exam_engine.kit import flush as flushing
from exam_engine.kit.database import Busy, FlushConnection
from exam_engine.kit.errors import Refused
from exam_engine.kit.flush import Flush, Unwritable


class Numbers:
    """Writes text into a table; PostgreSQL itself refuses what holds a NUL."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, connection: FlushConnection, entries: Sequence[str], repeat: bool) -> list[str]:
        await self.gate.wait()
        self.batches.append(list(entries))
        await connection.fetch("insert into written select * from unnest($1::text[])", list(entries))
        return [entry.upper() for entry in entries]


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest_asyncio.fixture(loop_scope="session")
async def raw(real_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(real_database.replace("+asyncpg", ""))
    await connection.execute("create table written (value text primary key)")
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def flush(real_database: str, raw: asyncpg.Connection, numbers: Numbers) -> AsyncIterator[Flush[str, str]]:
    made = Flush(real_database, numbers.write, limit=20, at_most=8, patience_s=5)
    await made.start()
    yield made
    numbers.gate.set()
    await made.stop()


async def written(raw: asyncpg.Connection) -> set[str]:
    return {row["value"] for row in await raw.fetch("select value from written")}


async def outcome(future: asyncio.Future[list[str]]) -> list[str] | Exception:
    try:
        return await future
    except (Unwritable, Refused) as error:
        return error


@pytest.mark.pitfall("O3")
@pytest.mark.parametrize("bad", [[0], [3], [7], [0, 7], [2, 3, 4]])
async def test_a_bad_entry_costs_no_neighbour_its_acknowledgement(
    flush: Flush[str, str], raw: asyncpg.Connection, bad: list[int]
) -> None:
    names = [f"n{n}" + ("\0" if n in bad else "") for n in range(8)]
    found = await asyncio.gather(*(outcome(flush.put([name])) for name in names))
    for position, (name, result) in enumerate(zip(names, found, strict=True)):
        if position in bad:
            assert isinstance(result, Unwritable)
            assert result.entry == name
        else:
            assert result == [name.upper()]
    assert await written(raw) == {name for name in names if "\0" not in name}


async def test_what_waits_is_written_together(flush: Flush[str, str], numbers: Numbers) -> None:
    numbers.gate.clear()
    first = flush.put(["first"])
    await asyncio.sleep(0.05)
    others = [flush.put([f"a{n}", f"b{n}"]) for n in range(6)]
    numbers.gate.set()
    assert await first == ["FIRST"]
    assert [await other for other in others] == [[f"A{n}", f"B{n}"] for n in range(6)]
    assert [len(batch) for batch in numbers.batches] == [1, 8, 4]


async def test_a_full_queue_sends_callers_away(flush: Flush[str, str], numbers: Numbers) -> None:
    numbers.gate.clear()
    kept = [flush.put(["first"])]
    await asyncio.sleep(0.05)
    kept += [flush.put([f"w{n}"]) for n in range(20)]
    waits = set()
    for _attempt in range(50):
        with pytest.raises(Refused) as refused:
            flush.put(["one too many"])
        assert (refused.value.status, refused.value.code) == (503, "busy")
        waits.add(refused.value.headers["Retry-After"])
    assert len(waits) > 1, "the wait is jittered"
    numbers.gate.set()
    assert len(await asyncio.gather(*kept)) == 21


@pytest.mark.chaos
async def test_a_lost_connection_is_made_again(flush: Flush[str, str], raw: asyncpg.Connection) -> None:
    await flush.put(["before"])
    others = "pid <> pg_backend_pid() and datname = current_database()"
    await raw.fetch(f"select pg_terminate_backend(pid) from pg_stat_activity where {others}")
    assert await flush.put(["after"]) == ["AFTER"]
    assert await written(raw) == {"before", "after"}


async def test_stopping_writes_what_waits(real_database: str, raw: asyncpg.Connection, numbers: Numbers) -> None:
    flush = Flush(real_database, numbers.write, limit=20, at_most=2, patience_s=5)
    await flush.start()
    waiting = [flush.put([f"w{n}"]) for n in range(9)]
    await flush.stop()
    assert [await one for one in waiting] == [[f"W{n}"] for n in range(9)]
    with pytest.raises(Refused):
        flush.put(["too late"])
    assert len(await written(raw)) == 9


async def test_a_database_that_hangs_is_given_up(real_database: str, raw: asyncpg.Connection, numbers: Numbers) -> None:
    flush = Flush(real_database, numbers.write, limit=20, at_most=2, patience_s=0.3)
    await flush.start()
    holder = raw.transaction()
    await holder.start()
    await raw.execute("lock table written in access exclusive mode")
    stuck = await asyncio.gather(*(outcome(flush.put([name])) for name in ("stuck", "stuck too")))
    assert [type(one) for one in stuck] == [Busy, Busy]
    assert stuck[0] is not stuck[1], "each is told a time of its own to come back"
    await holder.rollback()
    assert await flush.put(["free"]) == ["FREE"]
    await flush.stop()
    assert await written(raw) == {"free"}


async def test_who_finds_room_is_taken_whole_and_the_next_finds_none(
    real_database: str, raw: asyncpg.Connection, numbers: Numbers
) -> None:
    flush = Flush(real_database, numbers.write, limit=3, at_most=8, patience_s=5)
    await flush.start()
    waiting = [flush.put(["a", "b"]), flush.put(["c", "d", "e"])]
    assert flush.full, "so that those who come now need not be read"
    with pytest.raises(Refused):
        flush.put(["f"])
    assert await asyncio.gather(*waiting) == [["A", "B"], ["C", "D", "E"]]
    await flush.stop()


class Refusing(Numbers):
    """The first time, with the word of the database that it is given."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error
        self.repeats: list[bool] = []

    async def write(self, connection: FlushConnection, entries: Sequence[str], repeat: bool) -> list[str]:
        self.repeats.append(repeat)
        error, self.error = self.error, None
        if error is not None:
            raise error
        return await super().write(connection, entries, repeat)


@pytest.mark.parametrize(
    ("error", "repeats"),
    [
        (asyncpg.UniqueViolationError("another worker was first"), [False, True]),
        (asyncpg.DeadlockDetectedError("a circle"), [False, False]),
        (asyncpg.AdminShutdownError("it stops"), [False, True]),
    ],
    ids=["the key came to be meanwhile", "deadlock", "database away for a moment"],
)
async def test_what_another_try_can_mend_is_tried_again(
    real_database: str, raw: asyncpg.Connection, error: Exception, repeats: list[bool]
) -> None:
    refusing = Refusing(error)
    flush = Flush(real_database, refusing.write, limit=20, at_most=8, patience_s=5)
    await flush.start()
    assert await flush.put(["a"]) == ["A"]
    assert refusing.repeats == repeats
    assert await written(raw) == {"a"}
    await flush.stop()


async def test_what_waits_is_bounded_by_its_weight(
    real_database: str, raw: asyncpg.Connection, numbers: Numbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "MOST_WEIGHT", 100)
    flush = Flush(real_database, numbers.write, limit=20, at_most=1, patience_s=5, weigh=lambda one: len("".join(one)))
    await flush.start()
    waiting = [flush.put(["a" * 60]), flush.put(["b" * 40])]
    with pytest.raises(Refused):
        flush.put(["c"])
    await asyncio.gather(*waiting)
    assert not flush.full
    assert await flush.put(["d" * 100]) == ["D" * 100]
    await flush.stop()


async def test_figures_that_cannot_be_noted_cost_nobody_an_acknowledgement(
    real_database: str, raw: asyncpg.Connection, numbers: Numbers
) -> None:
    def seen(*_figures: object) -> None:
        raise ZeroDivisionError

    flush = Flush(real_database, numbers.write, limit=20, at_most=8, patience_s=5, seen=seen)
    await flush.start()
    assert await flush.put(["first"]) == ["FIRST"]
    assert await flush.put(["second"]) == ["SECOND"]
    await flush.stop()
    assert await written(raw) == {"first", "second"}


async def test_where_the_writer_has_ended_nothing_is_taken(real_database: str) -> None:
    async def write(_connection: FlushConnection, _entries: Sequence[str], _repeat: bool) -> list[str]:
        raise asyncio.CancelledError

    flush = Flush(real_database, write, limit=20, at_most=1, patience_s=5)
    await flush.start()
    found = await asyncio.gather(*(outcome(flush.put([name])) for name in ("written", "waiting")))
    assert [isinstance(one, Refused) and one.code for one in found] == ["busy", "busy"]
    assert flush.full
    with pytest.raises(Refused):
        flush.put(["too late"])
    await flush.stop()


async def test_a_caller_who_has_gone_disturbs_nobody(
    flush: Flush[str, str], numbers: Numbers, raw: asyncpg.Connection
) -> None:
    numbers.gate.clear()
    first, gone, third = flush.put(["first"]), flush.put(["gone"]), flush.put(["third"])
    gone.cancel()
    numbers.gate.set()
    assert [await first, await third] == [["FIRST"], ["THIRD"]]
    assert await written(raw) == {"first", "gone", "third"}
