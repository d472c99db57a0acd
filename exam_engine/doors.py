"""The ways into one service: plain http, and https beside it when the service holds a certificate itself.

Browsers tell cookies apart by host and not by port, and let plain http neither read nor replace what https has marked
Secure. So each door keeps its cookies under names of its own: a device that tried https once still works over http.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from exam_engine.app import create_app
from exam_engine.front import Front
from exam_engine.kit import lan
from exam_engine.kit.authority import files_of
from exam_engine.kit.settings import PlainSide, SecureSide, Settings

#: Browsers accept the name only with Secure, from https, for this host alone (RFC 6265bis, 4.1.3.2).
PREFIX = b"__Host-"
STAFF_DOORS = ("/sign-in", "/setup")


@dataclass(frozen=True, slots=True)
class Door:
    """`app` speaks RSGI where `lifespan` is given, and plain ASGI where it has nothing to begin and to end."""

    app: Any
    port: int
    certificate: Path | None = None
    key: Path | None = None
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None


def of(settings: Settings) -> Sequence[Door]:
    if not settings.tls:
        app = create_app(settings)
        return (Door(Front(app), settings.port, lifespan=app.lifespan),)
    app = create_app(_as(SecureSide, settings))
    secure = Front(app, with_own_cookies(app))
    return Door(secure, settings.tls_port, *files_of(settings), app.lifespan), _beside(settings)


def _beside(settings: Settings) -> Door:
    if not settings.own_authority:  # every device trusts the certificate: nobody needs a plain way
        return Door(onward(settings.secure_url), settings.port)
    app = create_app(_as(PlainSide, settings))
    # Passwords of the demo are no secret.
    plain = Front(app, None if settings.demo else with_staff_sent_on(app))
    return Door(plain, settings.port, lifespan=app.lifespan)


def _as(side: type[Settings], settings: Settings) -> Settings:
    return side(**{setting.name: getattr(settings, setting.name) for setting in fields(settings)})


def with_own_cookies(app: ASGIApp) -> ASGIApp:
    """Features know cookies by their plain names; on the way out and in they carry :data:`PREFIX`."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return

        async def prefixed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, _own(value) if name.lower() == b"set-cookie" else value)
                    for name, value in message.get("headers", ())
                ]
            await send(message)

        scope["headers"] = list(_unprefixed(scope["headers"]))
        await app(scope, receive, prefixed)

    return serve


def _own(cookie: bytes) -> bytes:
    """Taking a cookie back needs Secure as well, or browsers ignore it under this name."""
    return PREFIX + cookie + (b"" if b"secure" in cookie.lower().split(b"; ") else b"; Secure")


def _unprefixed(headers: Any) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers:
        if name != b"cookie":
            yield name, value
            continue
        own = [part.strip() for part in value.split(b";") if part.strip().startswith(PREFIX)]
        yield name, b"; ".join(part.removeprefix(PREFIX) for part in own)


def with_staff_sent_on(app: ASGIApp) -> ASGIApp:
    """Passwords of staff do not travel in clear: on the plain side their doors lead to the page about https."""

    own = frozenset(lan.addresses())

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["path"].startswith(STAFF_DOORS) and not _from(scope, own):
            await _go(send, b"/trust?to=" + quote(scope["path"]).encode(), 303)
        else:
            await app(scope, receive, send)

    return serve


def _from(scope: Scope, addresses: Container[str]) -> bool:
    """Whoever asks from this very machine: nothing travels on the network."""
    client = scope.get("client")
    return client is not None and (ipaddress.ip_address(client[0]).is_loopback or client[0] in addresses)


def onward(url: str) -> ASGIApp:
    """Everything at the same path over https; answers to forms are not carried over a plain way."""
    base = url.encode()

    async def serve(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            return
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        where = base + (scope["raw_path"] or b"/").split(b"?")[0] + query
        await _go(send, where, 307)

    return serve


async def _go(send: Send, where: bytes, status: int) -> None:
    headers = [(b"location", where), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
