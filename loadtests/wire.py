"""HTTP/1.1 over keep-alive connections, as plain as it gets: what plays candidates must not cost more than the service.

`Wire` asks and waits for the reply, for whoever plays one candidate at a time. `Pipe` is the bare protocol below a
generator of load: bytes out, replies in order. `play` runs scripts over pipes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, cast

from loadtests.candidate import Reply, Request

PATIENCE_S = 20.0
HOST = "127.0.0.1"


class Wire:
    """Raises OSError, EOFError or TimeoutError where no whole reply came; the next request connects anew."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self._host, self._port = host, port
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
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(written(request.method, request.path, request.headers, request.body))
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


def written(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {HOST}"]
    if body or method == "POST":
        lines.append(f"content-length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Pipe(asyncio.Protocol):
    """One connection. `replied(pipe, head, body)` for each whole reply, in the order of the requests; `lost(pipe, why)`
    once, when the other side ends it."""

    __slots__ = ("_lost", "_replied", "_rest", "_transport")

    def __init__(
        self,
        replied: Callable[[Pipe, bytes, bytes], None],
        lost: Callable[[Pipe, Exception | None], None],
    ) -> None:
        self._replied, self._lost = replied, lost
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own inherits from none

    def send(self, request: bytes) -> None:
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        while (found := split_reply(data)) is not None:
            head, body, data = found
            self._replied(self, head, body)
            if not data:
                break
        self._rest = data

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._transport = None
            self._lost(self, exc)

    def close(self) -> None:
        """Ends it from this side; `lost` is not told."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()


def split_reply(data: bytes) -> tuple[bytes, bytes, bytes] | None:
    """(head, body, rest) of the first whole reply in the bytes, or None while it is not whole."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = data[:head_end]
    length = header(head, b"content-length")
    end = head_end + 4 + (int(length) if length else 0)
    if len(data) < end:
        return None
    return head, data[head_end + 4 : end], data[end:]


def status_of(head: bytes) -> int:
    return int(head[9:12])


def header(head: bytes, name: bytes) -> bytes:
    """The value of a header named in lower case, or nothing."""
    mark = b"\r\n" + name + b":"
    at = head.find(mark)
    if at < 0:
        head = head.lower()
        at = head.find(mark)
    if at < 0:
        return b""
    at += len(mark)
    end = head.find(b"\r\n", at)
    return (head[at:end] if end >= 0 else head[at:]).strip()


class Script(Protocol):
    """What one connection sends, one request after another."""

    def next(self) -> bytes | None:
        """The next request as it goes over the wire, or None at the end."""

    def check(self, status: int, body: bytes) -> None:
        """Raises when the reply is not what a correct service says."""


async def play(port: int, scripts: Sequence[Script]) -> None:
    """All scripts at once, a connection each, as fast as replies come; raises the first error."""
    await asyncio.gather(*[await _played(port, script) for script in scripts])


async def _played(port: int, script: Script) -> asyncio.Future[None]:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def finish(pipe: Pipe, error: BaseException | None) -> None:
        pipe.close()
        if not done.done():
            done.set_result(None) if error is None else done.set_exception(error)

    def replied(pipe: Pipe, head: bytes, body: bytes) -> None:
        try:
            script.check(status_of(head), body)
        except AssertionError as error:
            finish(pipe, error)
        else:
            go_on(pipe)

    def lost(pipe: Pipe, error: Exception | None) -> None:
        finish(pipe, error or ConnectionError("the service closed the connection"))

    def go_on(pipe: Pipe) -> None:
        request = script.next()
        if request is None:
            finish(pipe, None)
        else:
            pipe.send(request)

    _transport, pipe = await loop.create_connection(lambda: Pipe(replied, lost), HOST, port)
    go_on(pipe)
    return done
