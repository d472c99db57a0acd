"""Browsers keep their connections open: the server has to answer on more of them than its backlog is long."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from exam_engine.serving import BACKLOG, most_connections
from tests.house.granian_server import HOST, served_by_granian

ASKED = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


class _Answering:
    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        proto.response_str(200, [("content-type", "text/plain")], scope.path)


async def test_more_connections_than_the_backlog_are_answered_while_all_stay_open() -> None:
    count = BACKLOG + 64
    if most_connections() < 2 * count:  # both ends lie in this process
        pytest.skip("this machine lets a process hold too few files")
    streams: list[asyncio.StreamWriter] = []

    async def answered(port: int) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, port)
        streams.append(writer)
        writer.write(ASKED)
        async with asyncio.timeout(20):
            return await reader.readline()

    async with served_by_granian(_Answering()) as url:
        port = int(url.rsplit(":", 1)[1])
        for begin in range(0, count, 256):
            heads = await asyncio.gather(*(answered(port) for _n in range(min(256, count - begin))))
            assert set(heads) == {b"HTTP/1.1 200 OK\r\n"}
        assert len(streams) == count
        for writer in streams:
            writer.transport.abort()
