"""The server that people's browsers meet, on the test's own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from exam_engine.doors import Door
from exam_engine.serving import most_connections, server_of
from tests.live import free_port

HOST = "127.0.0.1"


@asynccontextmanager
async def served_by_granian(app: Any) -> AsyncIterator[str]:
    """`app` speaks RSGI; what it needs is started already."""
    port = free_port()
    server = server_of(Door(app, port, lifespan=_nothing), HOST, most_connections())
    serving = asyncio.ensure_future(server.serve())
    try:
        await _listening(port)
        yield f"http://{HOST}:{port}"
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await serving


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


async def _listening(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _reader, writer = await asyncio.open_connection(HOST, port)
            except ConnectionError:
                await asyncio.sleep(0.01)
                continue
            writer.close()
            return
