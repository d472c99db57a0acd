"""Load from keep-alive connections on one event loop: small, so that it leaves the cores to what is measured.

It runs in a process of its own, and its CPU time is not in any figure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol


class Script(Protocol):
    """What one connection sends, one request after another."""

    def next(self) -> bytes | None:
        """The next request as it goes over the wire, or None at the end."""

    def check(self, status: int, body: bytes) -> None:
        """Raises when the reply is not what a correct service says."""


class _Connection(asyncio.Protocol):
    def __init__(self, script: Script, done: Callable[[BaseException | None], None]) -> None:
        self._script = script
        self._done = done
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (found := split_reply(self._buffer)) is not None:
            status, body, self._buffer = found
            try:
                self._script.check(status, body)
            except AssertionError as error:
                self._finish(error)
                return
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._finish(exc or ConnectionError("the service closed the connection"))

    def _send(self) -> None:
        request = self._script.next()
        if request is None:
            self._finish(None)
        elif self._transport is not None:
            self._transport.write(request)

    def _finish(self, error: BaseException | None) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()
            self._done(error)


def split_reply(data: bytes) -> tuple[int, bytes, bytes] | None:
    """(status, body, rest) of the first whole reply in the bytes, or None while it is not whole."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = data[:head_end].lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 : head.find(b"\r\n", at) if head.find(b"\r\n", at) > 0 else None]) if at >= 0 else 0
    end = head_end + 4 + length
    if len(data) < end:
        return None
    return int(head[9:12]), data[head_end + 4 : end], data[end:]


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def run(port: int, scripts: Sequence[Script]) -> None:
    """Plays all scripts at once, a connection each; raises the first error."""
    loop = asyncio.get_running_loop()
    finished: list[asyncio.Future[None]] = []
    for script in scripts:
        future: asyncio.Future[None] = loop.create_future()
        finished.append(future)

        def done(error: BaseException | None, future: asyncio.Future[None] = future) -> None:
            if not future.done():
                future.set_result(None) if error is None else future.set_exception(error)

        await loop.create_connection(partial(_Connection, script, done), "127.0.0.1", port)
    await asyncio.gather(*finished)
