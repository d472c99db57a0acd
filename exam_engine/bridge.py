"""From RSGI, the server's own protocol, to ASGI, which the framework speaks.

The save path is called on RSGI itself: one call that sends a whole reply costs a third of ASGI's two messages
(docs/decisions/save-path.md). Everything else comes through here, and costs what it cost on the server's ASGI.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from litestar.types import ASGIApp, Message, Scope

from exam_engine.kit.bodies import Bodies

#: A body that says it is no longer than this is taken as a whole.
WHOLE = 64 * 1024

_ASGI = {"version": "3.0", "spec_version": "2.3"}


class Exchange:
    """One request and its reply, in ASGI's messages."""

    __slots__ = ("_bodies", "_headers", "_parts", "_proto", "_status", "_stream", "_whole")

    def __init__(self, proto: Any, length: str | None, bodies: Bodies) -> None:
        self._proto = proto
        self._bodies = bodies
        self._whole = length is not None and int(length) <= WHOLE
        self._parts: Any = None
        self._status = 500
        self._headers: list[tuple[str, str]] | None = None
        self._stream: Any = None

    async def receive(self) -> Any:
        if self._parts is None:
            if self._whole:
                self._parts = False
                return {"type": "http.request", "body": await self._bodies.whole(self._proto), "more_body": False}
            self._parts = self._bodies.parts(self._proto)
        if self._parts:
            part = await anext(self._parts, b"")
            if not part:
                self._parts = False
            return {"type": "http.request", "body": part, "more_body": bool(part)}
        await self._proto.client_disconnect()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = [
                (str(name, "utf-8", "replace"), str(value, "utf-8", "replace")) for name, value in message["headers"]
            ]
        elif message["type"] == "http.response.body":
            await self._send(bytes(message["body"]), more=message.get("more_body", False))

    async def _send(self, body: bytes, *, more: bool) -> None:
        assert self._headers is not None
        if self._stream is not None:
            if body:
                await self._add(body)
            if not more:  # the server ends the reply when nobody holds the stream; this exchange may be held for long
                self._stream = None
        elif more:
            self._stream = self._proto.response_stream(self._status, self._headers)
            if body:
                await self._add(body)
        elif body:
            self._proto.response_bytes(self._status, self._headers, body)
        else:
            self._proto.response_empty(self._status, self._headers)

    async def _add(self, body: bytes) -> None:
        try:
            await self._stream.send_bytes(body)
        except RuntimeError as gone:  # the server's word for a browser that has left
            raise ConnectionResetError(str(gone)) from gone


async def onto(app: ASGIApp, scope: Any, proto: Any, bodies: Bodies) -> None:
    """Lets the ASGI application answer one request."""
    exchange = Exchange(proto, scope.headers.get("content-length"), bodies)
    await app(scope_of(scope), exchange.receive, exchange.send)


def scope_of(scope: Any) -> Scope:
    """Header values beyond ASCII do not come through: nobody may send them, and the server leaves them out."""
    path: str = scope.path
    made: Any = {
        "type": "http",
        "asgi": _ASGI,
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": path,
        "raw_path": _quoted(path),
        "query_string": scope.query_string.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in scope.headers.items()],
        "client": _place(scope.client),
        "server": _place(scope.server),
        "extensions": {},
        "state": {},
    }
    return made  # type: ignore[no-any-return]


@lru_cache(maxsize=512)
def _quoted(path: str) -> bytes:
    return quote(path).encode()


@lru_cache(maxsize=4096)
def _place(address: str) -> tuple[str, int]:
    host, _colon, port = address.rpartition(":")
    return host.strip("[]"), int(port)
