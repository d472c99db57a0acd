"""The edge of the service: whatever happens below, the answer is one that people and programs understand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar, get, post
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.app import create_app
from exam_engine.features import FEATURES
from exam_engine.front import Front
from exam_engine.kit import bodies
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.feature import Feature
from exam_engine.kit.identity import open_to_all
from exam_engine.kit.settings import Settings
from tests.delivery.conftest import served
from tests.delivery.world import Device, build
from tests.house.granian_server import served_by_granian

BELOW = tuple(feature for feature in FEATURES if feature.name in ("accounts", "authoring", "sittings", "delivery"))
EXEMPT: dict[str, Any] = {"permission": "open", "exclude_from_csrf": True}


class Crossing:
    """A route that locks two rows, one after the other, in the order asked for."""

    def __init__(self) -> None:
        self.tries = 0
        self.cuts = 1
        self.meeting = asyncio.Barrier(2)
        self.through = asyncio.Event()

    async def started(self) -> None:
        """Whoever comes again waits until the other one has both rows: it could take the first row before the other one
        wakes up, and lock it out a second time."""
        self.tries += 1
        if self.tries > 2:
            await self.through.wait()

    def feature(self) -> Feature:
        @post("/crossing", opt=EXEMPT, status_code=200)
        async def cross(connection: AsyncConnection, data: list[int]) -> list[int]:
            await self.started()
            step = text("update crossing set visits = visits + 1 where id = :id")
            await connection.execute(step, {"id": data[0]})
            if self.tries <= 2:
                await self.meeting.wait()
            await connection.execute(step, {"id": data[1]})
            self.through.set()
            return data

        @post("/crossing/raw", opt=EXEMPT, status_code=200)
        async def cross_raw(connection: AsyncConnection, data: list[int]) -> list[int]:
            """The same, on the raw driver."""
            await self.started()
            await connection.execute(text("select 1"))
            raw = await FlushConnection.of(connection)
            step = "update crossing set visits = visits + 1 where id = $1"
            await raw.fetch(step, data[0])
            if self.tries <= 2:
                await self.meeting.wait()
            await raw.fetch(step, data[1])
            self.through.set()
            return data

        @post("/cut", opt=EXEMPT, status_code=200)
        async def cut(connection: AsyncConnection) -> str:
            """The server ends the connection in the middle of a statement on the raw driver."""
            await connection.execute(text("select 1"))
            raw = await FlushConnection.of(connection)
            if self.cuts:
                self.cuts -= 1
                await raw.fetch("select pg_terminate_backend(pg_backend_pid())")
            await raw.fetch("update crossing set visits = 7 where id = 1")
            return "done"

        @get("/unkept", **open_to_all())
        async def unkept(connection: AsyncConnection) -> str:
            """What it wrote is refused at the commit."""
            await connection.execute(text("insert into crossing values (1, 0)"))
            return "saved"

        return Feature("crossing", routes=(cross, cross_raw, cut, unkept))


@pytest.fixture
def crossing() -> Crossing:
    return Crossing()


@pytest.fixture
def app(settings: Settings, crossing: Crossing) -> Litestar:
    return create_app(settings, (*BELOW, crossing.feature()))


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: Litestar, settings: Settings, real_engine: AsyncEngine) -> AsyncIterator[AsyncClient]:
    async with real_engine.begin() as connection:
        await connection.execute(
            text("create table crossing (id int unique deferrable initially deferred, visits int)")
        )
        await connection.execute(text("insert into crossing values (1, 0), (2, 0)"))
    async with served(app, settings) as found:
        yield found


@pytest.mark.parametrize("path", ["/crossing", "/crossing/raw"])
async def test_a_deadlock_is_tried_once_more(
    client: AsyncClient, crossing: Crossing, real_engine: AsyncEngine, path: str
) -> None:
    both = await asyncio.gather(client.post(path, json=[1, 2]), client.post(path, json=[2, 1]))
    assert [(reply.status_code, reply.json()) for reply in both] == [(200, [1, 2]), (200, [2, 1])]
    assert crossing.tries == 3
    async with real_engine.connect() as connection:
        visits = (await connection.execute(text("select visits from crossing order by id"))).scalars().all()
    assert visits == [2, 2]


async def test_a_connection_that_ends_under_the_raw_driver_is_an_outage_like_another(
    client: AsyncClient, crossing: Crossing, settings: Settings
) -> None:
    """The transaction cannot be rolled back then, and what is told is why it ended. No request after it gets the
    connection, however few there are."""
    crossing.cuts = settings.pool_size
    refused = [await client.post("/cut") for _cut in range(settings.pool_size)]
    assert [(reply.status_code, reply.json()["code"]) for reply in refused] == [(503, "busy")] * settings.pool_size
    assert (await client.post("/cut")).status_code == 200


async def test_what_a_commit_refuses_is_never_called_saved(client: AsyncClient) -> None:
    reply = await client.get("/unkept")
    assert (reply.status_code, reply.json()["code"]) == (500, "internal")


async def test_an_address_of_any_letters_is_answered(client: AsyncClient) -> None:
    for path in ("/units/%C4%90%E1%BA%A1i", "/units/%0d%0aset-cookie:%20a=b", "/verify?code=%F0%9F%90%89"):
        reply = await client.get(path, headers={"accept": "text/html"})
        assert reply.status_code == 303, reply.text
        assert "\r" not in reply.headers["location"]
        assert "set-cookie: a=b" not in reply.headers["location"]
        assert reply.headers["location"].isascii()


async def test_a_save_of_a_form_not_yet_known_meets_a_database_that_is_away(
    app: Litestar, settings: Settings, client: AsyncClient, real_engine: AsyncEngine
) -> None:
    world = await build(real_engine, app.state.keyring)
    device = Device(client, world.cookies[0])
    await device.start()
    asking, app.state.forms._asking = app.state.forms._asking, _Away()
    async with served_by_granian(Front(app)) as url, AsyncClient(base_url=url) as short:
        device.client = short
        refused = await device.save(device.entry(0, "k1"))
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["content-security-policy"]
        assert refused.headers["retry-after"]
        app.state.forms._asking = asking
        assert (await device.answer(0, "k1")).status_code == 200


async def test_a_save_that_comes_while_there_is_too_much_to_do_is_sent_away_unread(
    app: Litestar, settings: Settings, client: AsyncClient, real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await build(real_engine, app.state.keyring)
    device = Device(client, world.cookies[0])
    await device.start()
    async with served_by_granian(Front(app)) as url, AsyncClient(base_url=url) as short:
        device.client = short
        entry = device.entry(0, "k1")
        monkeypatch.setattr(app.state.pressing, "sends_away", lambda: True)
        refused = [await device.save(entry) for _n in range(30)]
        for reply in refused:
            assert (reply.status_code, reply.json()["code"]) == (503, "busy")
            assert reply.headers["content-type"] == "application/problem+json"
            assert reply.headers["content-security-policy"]
        assert {int(reply.headers["retry-after"]) for reply in refused} > {1, 2}, "jittered: they do not come together"
        monkeypatch.undo()
        assert (await device.save(entry)).json()["a"] == [[entry[0], 0]]


@pytest.mark.parametrize(
    ("path", "length"),
    [
        ("/play/save", "content-length: 100"),
        ("/play/save", "content-length: 100000"),
        ("/play/save", "transfer-encoding: chunked"),
        ("/candidate", "content-length: 65536"),
        ("/candidate", "content-length: 65537"),
    ],
)
async def test_a_body_that_stops_short_frees_its_connection(
    app: Litestar,
    client: AsyncClient,
    real_engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    length: str,
) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.2)
    monkeypatch.setattr(bodies, "LOOKS_S", 0.05)
    world = await build(real_engine, app.state.keyring)
    device = Device(client, world.cookies[0])
    await device.start()
    kind = "application/json" if path == "/play/save" else "application/x-www-form-urlencoded"
    lines = [
        f"POST {path} HTTP/1.1",
        "host: x",
        f"content-type: {kind}",
        f"authorization: Bearer {device.token}",
        length,
    ]
    async with served_by_granian(Front(app)) as url, asyncio.timeout(20):
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write("\r\n".join([*lines, "", '3\r\n{"p']).encode())
        reply = await reader.read()  # to the end of the connection
        writer.close()
    assert reply.startswith(b"HTTP/1.1 408 "), reply
    assert b'"code":"too_slow"' in reply


class _Away:
    async def one(self, *_asked: object) -> Any:
        raise ConnectionRefusedError
