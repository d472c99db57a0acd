"""Around every request but a save: an id, one line in the log, its time and outcome for Prometheus."""

from __future__ import annotations

import logging
import time
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from exam_engine.kit.logs import REQUEST, WELL_FORMED, new_request_id
from exam_engine.kit.metrics import Counter, Gauge, Histogram
from exam_engine.kit.settings import Settings

log = logging.getLogger("exam_engine.access")

REQUESTS = Counter("requests_total", "Requests but saves, by the first part of their route", ("group", "status"))
TIMES = Histogram("request_seconds", "From the request's head to the reply's head; saves apart", ("group",))
BUSY = Counter("busy_total", "Requests answered with 503", ("group",))
IN_PROGRESS = Gauge("requests_in_progress", "Requests being answered, live pages among them")
POOL_IN_USE = Gauge("database_pool_in_use", "Pooled database connections in use when last looked at")
POOL_SIZE = Gauge("database_pool_size", "Pooled database connections that may be opened")

HEADER = b"x-request-id"
UNKNOWN = "unknown"
#: Asked every second by machines, or one of many files of a page: a line only with EXAM_ENGINE_LOG_LEVEL=debug.
QUIET = frozenset({"healthz", "readyz", "static"})


def observed(app: ASGIApp, settings: Settings, engine: Any = None) -> ASGIApp:
    """A proxy's own id is taken over where one stands in front, so that its log and this one can be joined."""
    trusted = settings.behind_proxy
    running = 0
    pools = engine.sync_engine if engine is not None else None
    POOL_SIZE.put(settings.pool_size)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal running
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        request = (_given(scope) if trusted else "") or new_request_id()
        told = REQUEST.set(request)
        status, begun, answered = 0, time.perf_counter(), 0.0
        running += 1
        IN_PROGRESS.put(running)

        async def noting(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.perf_counter()
                message["headers"] = [*message.get("headers", ()), (HEADER, request.encode())]
            await send(message)

        try:
            await app(scope, receive, noting)
        finally:
            running -= 1
            IN_PROGRESS.put(running)
            if pools is not None:
                POOL_IN_USE.put(pools.pool.checkedout())
            _note(scope, status, (answered or time.perf_counter()) - begun)
            REQUEST.reset(told)

    return serve


def _given(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == HEADER:
            text = value.decode("latin-1")
            return text if WELL_FORMED.fullmatch(text) else ""
    return ""


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = str(scope.get("path_template") or UNKNOWN)
    group = route.strip("/").split("/", 1)[0] or "home"
    kind = f"{status // 100}xx" if status else "none"
    REQUESTS.add(1, group, kind)
    TIMES.note(seconds, group)
    if status == 503:
        BUSY.add(1, group)
    level = logging.DEBUG if group in QUIET and status < 500 else logging.INFO
    if log.isEnabledFor(level):
        method, ms = str(scope.get("method")), round(1000 * seconds, 1)
        extra = {"method": method, "route": route, "status": status, "ms": ms}
        log.log(level, "%s %s %s %s ms", method, route, status, ms, extra=extra)
