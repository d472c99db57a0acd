"""What thousands ask within one minute goes to its handler at once (docs/decisions/hot-paths.md).

The framework's table of routes, its injected dependencies with their exit stacks and its layers of error handling cost
such a request as much again as all of its own work. The handler is the same function and gets the same `Request`;
guards, the framework's own check of form tokens, refusals and headers stay. Whatever is not in the table of this module
goes the framework's way, as does everything that it would not answer with a plain reply.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from litestar import Litestar, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.middleware.csrf import CSRFMiddleware
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from exam_engine.kit.identity import AT_ONCE, known_before_reading

Answer = Callable[[Request[Any, Any, Any]], Awaitable[Response[Any]]]


@dataclass(frozen=True, slots=True)
class Way:
    """`name`: of the path's last part, where that differs between requests. `bare`: no form token is asked for."""

    handler: HTTPRouteHandler
    answer: Answer
    guards: tuple[Any, ...]
    template: str
    name: str
    bare: bool


def shorten(app: Litestar) -> None:
    """Puts the short way in front of the framework's, behind its `before_send`."""
    app.asgi_handler = Shortcut(app, app.asgi_handler)


class Shortcut:
    def __init__(self, app: Litestar, behind: ASGIApp) -> None:
        assert app.csrf_config is not None
        self._behind = behind
        self._config = app.csrf_config
        self._ways = _ways(app)
        self._tokens = CSRFMiddleware(self._asked, app.csrf_config)
        self._with_token = known_before_reading(self._tokens)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        way = self._way(scope)
        if way is None:
            await self._behind(scope, receive, send)
            return
        scope["route_handler"] = way.handler
        scope["path_template"] = way.template
        scope["path_params"] = {way.name: scope["path"].rpartition("/")[2]} if way.name else {}
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        token = "" if way.bare else self._known_token(request)
        if token is not None:
            ScopeState.from_scope(scope).csrf_token = token
            await _answer(way, request, send)
            return
        scope["state"]["way"] = way
        try:
            await self._with_token(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the edge; what the handler raises is answered before it comes here
            await _send(answer_to(request, error), request, send)

    def _way(self, scope: Any) -> Way | None:
        if scope["type"] != "http":
            return None
        method, path = scope["method"], scope["path"]
        way = self._ways.get((method, path))
        if way is not None:
            return way
        head, _slash, last = path.rpartition("/")
        return self._ways.get((method, f"{head}/*")) if last else None

    def _known_token(self, request: Request[Any, Any, Any]) -> str | None:
        """Where the framework's check would neither refuse, nor set a cookie, nor read a form."""
        cookie = request.cookies.get(self._config.cookie_name)
        if request.method == "GET" or cookie is None:
            return cookie
        token = request.headers.get(self._config.header_name)
        right = token is not None and self._tokens._csrf_tokens_match(token, cookie)  # noqa: SLF001 - rather than written again
        return token if right else None

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _answer(cast("Any", scope["state"])["way"], Request(scope, receive, send), send)


async def _answer(way: Way, request: Request[Any, Any, Any], send: Send) -> None:
    try:
        for guard in way.guards:
            await guard(request, way.handler)
        response = await way.answer(request)
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the page gets an answer it understands
        response = answer_to(request, error)
    await _send(response, request, send, way.handler.status_code)


def answer_to(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What the application's own handlers make of it."""
    known: Any = request.app.exception_handlers
    handler = next(known[kind] for kind in type(error).__mro__ if kind in known)
    return cast("Response[Any]", handler(request, error))


async def _send(response: Response[Any], request: Request[Any, Any, Any], send: Send, status: int = 200) -> None:
    if not isinstance(response.content, bytes) or response.background is not None:
        made = response.to_asgi_response(None, request, status_code=status)
        await made(request.scope, request.receive, send)
        return
    kind = str(getattr(response.media_type, "value", response.media_type))
    body: bytes = response.content
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-type", (f"{kind}; charset=utf-8" if kind.startswith("text/") else kind).encode()))
    headers.append((b"content-length", str(len(body)).encode()))
    headers.extend(cookie.to_encoded_header() for cookie in response.cookies)
    await send({"type": "http.response.start", "status": response.status_code or status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _ways(app: Litestar) -> dict[tuple[str, str], Way]:
    """By method and path; a path that ends in a part of its own stands there with `*` instead."""
    found: dict[tuple[str, str], Way] = {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if not handler.opt.get(AT_ONCE):
                continue
            if set(handler.parsed_fn_signature.parameters) != {"request"}:
                raise TypeError(f"{handler} is asked at once and gets the request alone")
            head, _brace, rest = route.path.partition("{")
            guards, name = tuple(handler.resolve_guards()), rest.partition(":")[0]
            way = Way(handler, handler.fn, guards, route.path_format, name, bool(handler.opt.get("exclude_from_csrf")))
            found |= {(str(method), f"{head}*" if rest else head): way for method in handler.http_methods}
    return found
