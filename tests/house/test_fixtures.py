"""The fixtures everybody builds on do what they say."""

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tests.asking import Client
from tests.live import LiveServer


async def test_connection_is_rolled_back(connection: AsyncConnection) -> None:
    await connection.execute(text("create table public.probe (id int)"))


async def test_nothing_is_left_of_it(connection: AsyncConnection) -> None:
    assert (await connection.execute(text("select to_regclass('public.probe')"))).scalar_one() is None


async def test_a_real_database_is_ones_own(real_engine: AsyncEngine) -> None:
    async with real_engine.connect() as connection:
        assert (await connection.execute(text("select exam.now() is not null"))).scalar_one()


async def test_the_application_answers(app_client: Client) -> None:
    assert (await app_client.get("/readyz")).status_code == 200


def test_a_live_server_answers_and_has_all_parts(live_server: LiveServer) -> None:
    assert httpx.get(f"{live_server.url}/readyz").text == "ready\n"
    assert len(live_server.parts("web")) == live_server.settings.workers
