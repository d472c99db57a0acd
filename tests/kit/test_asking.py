"""Small questions on raw connections: they survive a lost connection, wait their turn, and write at most once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.asking import Asking
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused

WHO = "select pg_backend_pid()"


@pytest_asyncio.fixture(loop_scope="session")
async def asking(real_database: str) -> AsyncIterator[Asking]:
    made = Asking(real_database, size=2)
    yield made
    await made.close()


async def _kill(engine: AsyncEngine, backend: int) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": backend})


async def test_the_connection_used_last_is_used_next(asking: Asking) -> None:
    assert len({(await asking.fetch(WHO))[0][0] for _n in range(5)}) == 1


async def test_more_questions_than_connections_wait_their_turn(asking: Asking) -> None:
    asked = [asking.fetch("select $1::int, pg_backend_pid()", n) for n in range(20)]
    rows = [found[0] for found in await asyncio.gather(*asked)]
    assert [row[0] for row in rows] == list(range(20))
    assert len({row[1] for row in rows}) == 2


async def test_a_question_outlives_its_connection(asking: Asking, real_engine: AsyncEngine) -> None:
    before = (await asking.fetch(WHO))[0][0]
    await _kill(real_engine, before)
    assert (await asking.fetch(WHO))[0][0] != before


async def test_a_write_whose_connection_goes_is_not_done_twice(asking: Asking, real_engine: AsyncEngine) -> None:
    async with transaction(real_engine) as connection:
        await connection.execute(text("create table exam.written (n int)"))
    await asking.fetch("insert into exam.written values (1)", writes=True)
    with pytest.raises(Refused) as refused:
        await asking.fetch(
            "with done as (insert into exam.written values (2)) select pg_terminate_backend(pg_backend_pid())",
            writes=True,
        )
    assert (refused.value.code, refused.value.status) == ("busy", 503)
    assert [row[0] for row in await asking.fetch("select n from exam.written")] == [1]


async def test_a_connection_to_what_takes_no_writes_is_given_up(asking: Asking, real_engine: AsyncEngine) -> None:
    """After a fail-over the former primary is a standby, and its connections live on."""
    async with transaction(real_engine) as connection:
        await connection.execute(text("create table exam.moved (n int)"))
    await asking.fetch("set session characteristics as transaction read only")
    with pytest.raises(Refused) as refused:
        await asking.fetch("insert into exam.moved values (1)", writes=True)
    assert refused.value.code == "busy"
    await asking.fetch("insert into exam.moved values (2)", writes=True)
    assert [row[0] for row in await asking.fetch("select n from exam.moved")] == [2]


async def test_what_an_interrupted_caller_leaves_serves_nobody_else(asking: Asking) -> None:
    slow = asyncio.create_task(asking.fetch("select pg_sleep(30)"))
    other = (await asking.fetch(WHO))[0][0]
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert [found[0][0] for found in await asyncio.gather(asking.fetch("select 1"), asking.fetch("select 2"))] == [1, 2]
    assert (await asking.fetch(WHO))[0][0] != 0 != other
