"""The ASGI callable that the server runs: the application, with the save path taken out before any middleware.

A save needs no session, no form token and no router, and it is called for every answer of every candidate: walking the
framework costs it as much again as all of its own work (docs/decisions/save-path.md). Everything else, and every
refusal of a save, goes the framework's way; the route in the application stays, with the same handler behind it.
"""

from __future__ import annotations

from typing import Any

from litestar import Litestar, Request, Response
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from exam_engine.delivery.journal_route import PATH, Saver


def with_short_save(app: Litestar) -> ASGIApp:
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"private, no-store"),
        *app.state.security_headers,
    ]

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] != PATH:
            await app(scope, receive, send)
            return
        saver: Saver = app.state.saver
        try:
            body = await saver.reply(scope, receive)
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the page gets an answer it understands
            await _refuse(app, error, scope, receive, send)
            return
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return serve


async def _refuse(app: Litestar, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    """The same problem+json as from the application, by its own handlers."""
    scope["litestar_app"] = app
    scope.setdefault("state", {})
    request: Request[Any, Any, Any] = Request(scope, receive, send)
    handler: Any = next(app.exception_handlers[kind] for kind in type(error).__mro__ if kind in app.exception_handlers)
    response: Response[Any] = handler(request, error)
    response.headers.update({name.decode(): value.decode() for name, value in app.state.security_headers})
    await response.to_asgi_response(app=app, request=request)(scope, receive, send)
