"""The callable that the server runs: the save path at once, everything else through the bridge to the framework.

A save needs no session, no form token and no router, and it is called for every answer of every candidate: walking the
framework costs it as much again as all of its own work (docs/decisions/save-path.md). Every refusal of a save goes the
framework's way; the route in the application stays, with the same handler behind it.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.types import ASGIApp, Receive, Scope, Send

from exam_engine import bridge
from exam_engine.delivery.journal_route import PATH, Saver, too_large
from exam_engine.kit import languages
from exam_engine.kit.bodies import Bodies
from exam_engine.kit.database import Busy, busy
from exam_engine.kit.observing import BUSY, expect, observed
from exam_engine.kit.settings import Settings
from exam_engine.shortcut import answer_to


class Front:
    """Speaks RSGI. `behind` answers what is no save: the application itself, or the application in its wrappings."""

    def __init__(self, app: Litestar, behind: ASGIApp | None = None) -> None:
        self._app = app
        self._settings = app.state.settings
        self._bodies = Bodies()
        expect(route.path for route in app.routes)
        self._behind = observed(behind or app, self._settings, app.state.engine)
        own = ((b"content-type", b"application/json"), (b"cache-control", b"private, no-store"))
        headers = (*own, *app.state.security_headers)
        self._headers = [(name.decode(), value.decode()) for name, value in headers]
        self._problem = [("content-type", "application/problem+json"), *self._headers[1:]]
        self._sent_away = _sent_away(self._settings)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        if scope.path != PATH:
            await bridge.onto(self._behind, scope, proto, self._bodies)
            return
        if self._app.state.saver.sends_away():
            self._send_away(proto, busy())
            return
        arrived = time.monotonic()
        try:
            body = await self._saved(scope, proto, arrived)
        except Busy as error:
            self._send_away(proto, error)
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the page gets an answer it understands
            await bridge.onto(observed(_refusing(self._app, error), self._settings), scope, proto, self._bodies)
        else:
            proto.response_bytes(200, self._headers, body)

    def _send_away(self, proto: Any, why: Busy) -> None:
        BUSY.add(1, "play")
        proto.response_bytes(503, [*self._problem, *why.headers.items()], self._sent_away)

    async def _saved(self, scope: Any, proto: Any, arrived: float) -> bytes:
        saver: Saver = self._app.state.saver
        headers = scope.headers
        get = headers.get
        bearer = saver.bearer(scope.method, get("authorization", ""), get("content-type", ""))
        data = await self._body(proto, get("content-length"), saver.limit)
        if saver.sends_away():  # those who came with it have filled the queue: what it holds need not be read
            raise busy()
        return await saver.saved(bearer, data, arrived, scope.client)

    async def _body(self, proto: Any, length: str | None, limit: int) -> bytes:
        said = None if length is None else int(length)  # the server lets no body be longer than it says
        if said is not None and said > limit:
            raise too_large()
        if said is not None and said <= bridge.WHOLE:
            return await self._bodies.whole(proto)
        parts, size = [], 0
        async for part in self._bodies.parts(proto):
            size += len(part)
            if size > limit:
                raise too_large()
            parts.append(part)
        return b"".join(parts)


def _sent_away(settings: Settings) -> bytes:
    """What a save is told that comes while there is too much to do. Made once: walking the framework with it would cost
    more than the save."""
    refused = busy()
    told = languages.translator(settings.default_locale)(refused.message)
    return msgspec.json.encode({"type": "about:blank", "status": 503, "code": refused.code, "detail": told})


def _refusing(app: Litestar, error: Exception) -> ASGIApp:
    """The same problem+json as from the application, by its own handlers."""

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        scope["path_template"] = PATH
        scope["litestar_app"] = app
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        response = answer_to(request, error)
        response.headers.update({name.decode(): value.decode() for name, value in app.state.security_headers})
        await response.to_asgi_response(app=app, request=request)(scope, receive, send)

    return refuse
