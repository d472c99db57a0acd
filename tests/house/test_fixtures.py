"""The fixtures everybody builds on do what they say."""

import asyncpg
import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tests.asking import Client
from tests.databases import Databases
from tests.live import LiveServer


async def test_connection_is_rolled_back(connection: AsyncConnection) -> None:
    await connection.execute(text("create table public.probe (id int)"))


async def test_nothing_is_left_of_it(connection: AsyncConnection) -> None:
    assert (await connection.execute(text("select to_regclass('public.probe')"))).scalar_one() is None


async def test_a_real_database_is_ones_own(real_engine: AsyncEngine) -> None:
    async with real_engine.connect() as connection:
        assert (await connection.execute(text("select exam.now() is not null"))).scalar_one()


async def told(url: str, *statements: str) -> list[object]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    found = [await connection.fetchval(statement) for statement in statements]
    await connection.close()
    return found


WRITTEN = "insert into exam.audit (actor_kind, action, subject_kind) values ('x', 'x', 'x') returning id"


async def test_what_one_test_wrote_no_other_sees(databases: Databases) -> None:
    """Rows that nobody may delete, what counts them, a partition, the clock."""
    clock = "create or replace function exam.now() returns timestamptz language sql as 'select null::timestamptz'"
    async with databases.one() as url:
        before = await told(url, WRITTEN, "create table exam.another (id int)", clock, "select exam.now()")
    async with databases.one() as again:
        assert again == url
        after = await told(again, WRITTEN, "select to_regclass('exam.another')", "select exam.now() is not null")
        assert await told(again, "select count(*) from exam.audit") == [1]
    assert before == [1, None, None, None]
    assert after == [1, None, True]


@pytest.mark.parametrize(
    "act",
    [
        "alter table exam.audit add column more int",
        "create index more on exam.audit (action)",
        "alter table exam.audit disable trigger all",
        "analyze exam.compatibility",
        "update exam.compatibility set oldest_program = '9999'",
        "create schema another",
    ],
)
async def test_a_database_that_can_be_told_from_a_new_one_is_not_used_again(databases: Databases, act: str) -> None:
    async with databases.one() as url:
        await told(url, act)
    async with databases.one() as another:
        assert another != url


async def test_the_application_answers(app_client: Client) -> None:
    assert (await app_client.get("/readyz")).status_code == 200


def test_a_live_server_answers_and_has_all_parts(live_server: LiveServer) -> None:
    assert httpx.get(f"{live_server.url}/readyz").text == "ready\n"
    assert len(live_server.parts("web")) == live_server.settings.workers
