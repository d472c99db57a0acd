"""A request whose transaction lost to another one (deadlock, serialisation) is played once more: nothing of it was
written and nothing was answered (DESIGN D13)."""

from __future__ import annotations

from collections import deque
from copy import copy
from typing import Any, cast

from litestar import Request
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_LOST = "lost_to_another"
_SQLSTATES = frozenset({"40001", "40P01"})


def lost_to_another(request: Request[Any, Any, Any], sqlstate: str) -> bool:
    """Asked by the roof about every error of the database; what it answers then is sent only the second time."""
    lost = sqlstate in _SQLSTATES
    request.scope["state"][_LOST] = lost
    return lost


def once_more(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "GET":  # what only reads takes no lock that it could lose
            await app(scope, receive, send)
            return
        heard: deque[Any] = deque()
        first = _own(scope)

        async def hear() -> Any:
            heard.append(await receive())
            return heard[-1]

        async def send_unless_lost(message: Message) -> None:
            if not first["state"].get(_LOST):
                await send(message)

        async def hear_again() -> Any:
            return heard.popleft() if heard else await receive()

        await app(first, hear, send_unless_lost)
        if first["state"].get(_LOST):
            await app(_own(scope), hear_again, send)

    return serve


def _own(scope: Scope) -> Scope:
    """What the framework keeps about a request (its body, its form, who asks) is kept for one try."""
    return cast("Scope", {**scope, "state": {name: copy(value) for name, value in scope["state"].items()}})
