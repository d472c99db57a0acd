"""Connections to servers that hang, take no writes, or sit behind a pooler."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from exam_engine.kit import connecting
from exam_engine.kit.connecting import connect, connect_to
from exam_engine.kit.database import FlushConnection, make_engine, transaction
from exam_engine.kit.flush import Flush
from exam_engine.kit.settings import SettingInvalid, Settings
from tests.chaos.cluster.components import SYSTEM_PATH
from tests.chaos.cluster.pgbouncer import PgBouncer

SERVER_CONNECTIONS, CLIENTS = 4, 60


@pytest.fixture
def hung() -> Iterator[tuple[str, int]]:
    """A server that accepts connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()


def arguments(url: str) -> dict[str, Any]:
    found = make_url(url)
    return {"user": found.username, "password": found.password, "database": found.database}


def place(url: str) -> tuple[str, int]:
    query = make_url(url).query
    return str(query["host"]), int(str(query["port"]))


async def test_a_host_that_hangs_does_not_use_up_the_time_of_the_next(
    real_database: str, hung: tuple[str, int]
) -> None:
    hosts, ports = zip(hung, place(real_database), strict=True)
    found = await connect(host=list(hosts), port=list(ports), timeout=0.3, **arguments(real_database))
    assert await found.fetchval("select 1") == 1
    await found.close()
    # The next one begins where it was right: no time at all would be enough for the first host.
    again = await connect(host=list(hosts), port=list(ports), timeout=20, **arguments(real_database))
    await again.close()


async def test_a_host_that_lets_nobody_in_leaves_it_to_the_next(real_database: str) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        writer.write(b"N")  # no TLS here
        size = int.from_bytes(await reader.readexactly(4), "big")
        await reader.readexactly(size - 4)
        told = b"SFATAL\0C28000\0Mno pg_hba.conf entry for host\0\0"
        writer.write(b"E" + (len(told) + 4).to_bytes(4, "big") + told)
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        first = server.sockets[0].getsockname()
        hosts, ports = zip(first, place(real_database), strict=True)
        found = await connect(host=list(hosts), port=list(ports), **arguments(real_database))
        assert await found.fetchval("select 1") == 1
        await found.close()
        with pytest.raises(ConnectionError, match=r"no pg_hba\.conf entry"):
            await connect(host=first[0], port=first[1], **arguments(real_database))


async def test_nobody_there_is_an_error_of_the_network(hung: tuple[str, int]) -> None:
    with pytest.raises(ConnectionError):
        await connect(host=hung[0], port=hung[1], user="a", password="b", database="c", timeout=0.1)


async def test_a_server_that_takes_no_writes_is_refused(real_database: str) -> None:
    connection = await connect_to(real_database)
    name = make_url(real_database).database
    await connection.execute(f'alter database "{name}" set default_transaction_read_only = on')
    await connection.close()
    with pytest.raises(ConnectionError):
        await connect_to(real_database)


async def test_a_statement_without_end_costs_its_connection(real_database: str) -> None:
    engine = make_engine(real_database, pool_size=1, patience_s=0.2)
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        with pytest.raises(TimeoutError):
            await connection.execute(text("select pg_sleep(60)"))
    assert raw.is_closed()
    async with transaction(engine) as connection:  # the pool has a new one
        assert (await connection.execute(text("select 1"))).scalar() == 1
    await engine.dispose()


async def test_a_pooled_connection_to_what_became_a_standby_is_given_up(real_database: str) -> None:
    engine = make_engine(real_database, pool_size=1)
    async with engine.connect() as connection:
        await connection.execute(text("set transaction read only"))
        with pytest.raises(DBAPIError, match="read-only transaction") as caught:
            await connection.execute(text("create table written (value text)"))
    assert caught.value.connection_invalidated
    await engine.dispose()


async def test_silence_is_noticed_by_the_kernel() -> None:
    async def listen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    _reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())

    class Opened:
        _transport = writer.transport

    connecting._notice_silence(Opened())
    own = writer.get_extra_info("socket")
    assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
    writer.close()
    server.close()


# --- behind a pooler ------------------------------------------------------------------------------------------


def test_a_pooler_needs_a_way_past_it() -> None:
    url = {
        "EXAM_ENGINE_DATABASE_URL": "postgresql://a:b@127.0.0.1:6432/exam",
        "EXAM_ENGINE_DATABASE_POOLER": "transaction",
    }
    with pytest.raises(SettingInvalid, match="EXAM_ENGINE_DATABASE_DIRECT_URL"):
        Settings.from_environment(url)
    direct = "postgresql://a:b@127.0.0.1:5432/exam"
    settings = Settings.from_environment({**url, "EXAM_ENGINE_DATABASE_DIRECT_URL": direct})
    assert connecting.pooled(settings.database_url or "")
    assert Settings.from_environment(settings.to_environment()) == settings
    past = settings.past_the_pooler()
    assert past.database_url == direct.replace("postgresql", "postgresql+asyncpg")
    assert not connecting.pooled(past.database_url)


@pytest_asyncio.fixture(loop_scope="session")
async def pooled(real_database: str, tmp_path: Path) -> AsyncIterator[str]:
    """The test's database through a PgBouncer with four server connections."""
    if not shutil.which("pgbouncer", path=SYSTEM_PATH):
        pytest.skip("pgbouncer is not installed")  # `make chaos` insists on it
    found = make_url(real_database)
    pooler = PgBouncer(
        tmp_path, place(real_database), str(found.username), str(found.password),
        size=SERVER_CONNECTIONS, database=str(found.database),
    )  # fmt: skip
    await asyncio.to_thread(pooler.start)
    yield (
        Settings.from_environment(
            {}, database_url=pooler.url, database_pooler="transaction", database_direct_url=real_database
        ).database_url
        or ""
    )
    await asyncio.to_thread(pooler.kill)


async def _write(connection: FlushConnection, entries: Any, _repeat: bool) -> list[str]:
    await connection.fetch("insert into written select * from unnest($1::text[])", list(entries))
    return list(entries)


async def test_many_clients_share_few_server_connections_and_leave_nothing_there(
    pooled: str, real_database: str
) -> None:
    direct = await connect_to(real_database)
    await direct.execute("create table written (value text primary key)")
    engine = make_engine(pooled, pool_size=CLIENTS)
    asking = engine.execution_options(isolation_level="AUTOCOMMIT")
    flush = Flush(pooled, _write, limit=1000, at_most=8, patience_s=15)
    await flush.start()

    async def client(number: int) -> None:
        for turn in range(2):
            async with transaction(engine) as connection:
                await connection.execute(text("select pg_advisory_xact_lock_shared(:n)"), {"n": number})
                assert (await connection.execute(text("select :n + 1"), {"n": number})).scalar() == number + 1
            async with asking.connect() as connection:
                assert (await connection.execute(text("select :n * 2"), {"n": number})).scalar() == number * 2
            assert await flush.put([f"{number}/{turn}"]) == [f"{number}/{turn}"]

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    assert await direct.fetchval("select count(*) from written") == CLIENTS * 2
    assert await direct.fetchval(_BACKENDS) <= SERVER_CONNECTIONS + 1
    await flush.stop()
    await engine.dispose()
    for left in await _left_behind(pooled):
        assert left == 0
    await direct.close()


_BACKENDS = (
    "select count(*) from pg_stat_activity where datname = current_database() and backend_type = 'client backend'"
)


async def _left_behind(url: str) -> list[int]:
    """Prepared statements and session locks on each server connection: as many askers at once as there are."""
    askers = [await connect_to(url) for _ in range(SERVER_CONNECTIONS)]

    async def ask(one: asyncpg.Connection) -> int:
        async with one.transaction():
            found = await one.fetchval(
                "select (select count(*) from pg_prepared_statements where name <> '')"
                " + (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())"
                " + (select count(*) from pg_listening_channels())"
            )
            await gathered.wait()
            return int(found)

    gathered = asyncio.Barrier(SERVER_CONNECTIONS)
    try:
        return list(await asyncio.gather(*(ask(one) for one in askers)))
    finally:
        for one in askers:
            await one.close()
