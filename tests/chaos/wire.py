"""HTTP/1.1 on one keep-alive connection, as plain as it gets: 200 of these must not cost more than the service."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from loadtests.candidate import Reply, Request

PATIENCE_S = 20.0


class Wire:
    """Raises OSError, EOFError or TimeoutError where no whole reply came; the next request connects anew."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: Request) -> Reply:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._exchange(request)
        except (OSError, EOFError, TimeoutError):
            self.close()
            raise

    async def _exchange(self, request: Request) -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        length = {"content-length": str(len(request.body))} if request.method == "POST" else {}
        lines = [f"{request.method} {request.path} HTTP/1.1", f"host: 127.0.0.1:{self._port}"]
        lines += [f"{name}: {value}" for name, value in {**request.headers, **length}.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + request.body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:-2])]
        named = dict(headers)
        size = 0 if status in (204, 304) else int(named["content-length"])
        reply = Reply(status, headers, await reader.readexactly(size))
        if named.get("connection") == "close":
            self.close()
        return reply

    def close(self) -> None:
        if self._streams is not None:
            with suppress(OSError, RuntimeError):
                self._streams[1].transport.abort()
        self._streams = None
