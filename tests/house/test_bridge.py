"""What the server speaks and what the framework speaks are two protocols: nothing may be lost between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from httpx import AsyncClient
from litestar.types import Receive, Scope, Send

from exam_engine import bridge
from exam_engine.kit.bodies import Bodies
from tests.house.granian_server import served_by_granian


class Told:
    """An application that keeps what it was asked, and answers by the path."""

    def __init__(self) -> None:
        self.scope: Any = None
        self.parts: list[bytes] = []
        self.left = asyncio.Event()
        self.held: Any = None
        self.bodies = Bodies()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        await bridge.onto(self._app, scope, proto, self.bodies)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        if scope["method"] == "POST":  # type: ignore[typeddict-item]
            await self._read(receive)
        headers = [(b"x-name", "Nguyễn".encode()), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
        status = 204 if scope["path"] == "/nothing" else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if scope["path"] == "/stream":
            await self._stream(receive, send)
        elif scope["path"] == "/ends":
            await self._ends(send)
        else:
            body = b"" if status == 204 else b"whole"
            await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _read(self, receive: Receive) -> None:
        more = True
        while more:
            message: Any = await receive()
            self.parts.append(message["body"])
            more = message["more_body"]

    async def _stream(self, receive: Receive, send: Send) -> None:
        """Until the browser has gone."""
        await send({"type": "http.response.body", "body": b"first\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()

    async def _ends(self, send: Send) -> None:
        """Somebody goes on holding the way out, as the framework's own objects do until garbage is collected."""
        self.held = send
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@pytest_asyncio.fixture(loop_scope="session")
async def told() -> Told:
    return Told()


@pytest_asyncio.fixture(loop_scope="session")
async def client(told: Told) -> AsyncIterator[AsyncClient]:
    async with served_by_granian(told) as url, AsyncClient(base_url=url) as found:
        yield found


async def test_a_request_arrives_as_it_was_sent(client: AsyncClient, told: Told) -> None:
    await client.get("/đề thi/%25?q=%C4%91", headers=[("x-one", "1"), ("x-one", "2"), ("cookie", "a=b")])
    scope = told.scope
    assert (scope["method"], scope["scheme"], scope["path"]) == ("GET", "http", "/đề thi/%")
    assert scope["raw_path"] == b"/%C4%91%E1%BB%81%20thi/%25"
    assert scope["query_string"] == b"q=%C4%91"
    assert [value for name, value in scope["headers"] if name in (b"x-one", b"cookie")] == [b"1", b"2", b"a=b"]
    assert scope["client"][0] == "127.0.0.1"


async def test_a_reply_arrives_as_it_was_made(client: AsyncClient) -> None:
    reply = await client.get("/")
    assert (reply.status_code, reply.content) == (200, b"whole")
    assert reply.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert dict(reply.headers.raw)[b"x-name"] == "Nguyễn".encode()
    empty = await client.get("/nothing")
    assert (empty.status_code, empty.content) == (204, b"")


async def test_a_small_body_comes_whole_and_a_large_one_in_parts(client: AsyncClient, told: Told) -> None:
    await client.post("/", content=b"abc")
    assert told.parts == [b"abc"]
    told.parts.clear()
    large = bytes(range(256)) * 4096
    await client.post("/", content=large)
    assert b"".join(told.parts) == large
    assert len(told.parts) > 2
    told.parts.clear()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"of no "
        yield b"known length"

    await client.post("/", content=pieces())
    assert b"".join(told.parts) == b"of no known length"


async def test_whoever_streams_hears_that_the_browser_has_left(client: AsyncClient, told: Told) -> None:
    async with client.stream("GET", "/stream") as reply:
        assert await anext(reply.aiter_lines()) == "first"
    await asyncio.wait_for(told.left.wait(), 10)


async def test_a_stream_that_ends_ends_for_the_browser_at_once(client: AsyncClient, told: Told) -> None:
    reply = await asyncio.wait_for(client.get("/ends"), 10)
    assert reply.content == b"first"
    assert told.held is not None
