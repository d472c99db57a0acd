"""Around every request but a save: an id, one line in the log, its time and outcome for Prometheus."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

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


class ProcessNumbers:
    """What all doors of this process do together: a gauge holds one number for each process."""

    def __init__(self) -> None:
        self.running = 0
        self._pools: WeakKeyDictionary[Any, int] = WeakKeyDictionary()

    def count(self, step: int) -> None:
        self.running += step
        IN_PROGRESS.put(self.running)

    def take_in(self, engine: Any, size: int) -> None:
        self._pools[engine.sync_engine] = size
        POOL_SIZE.put(sum(self._pools.values()))

    def look_at_pools(self) -> None:
        POOL_IN_USE.put(sum(one.pool.checkedout() for one in self._pools))


PROCESS = ProcessNumbers()


def expect(routes: Iterable[str]) -> None:
    """Every part of the service may be too busy, or fail, for the first time."""
    for group in {_group(route) for route in routes}:
        BUSY.expect(group)
        REQUESTS.expect(group, "5xx")


def observed(app: ASGIApp, settings: Settings, engine: Any = None) -> ASGIApp:
    """A proxy's own id is taken over where one stands in front, so that its log and this one can be joined. Doors
    bring the engine that they serve from."""
    trusted = settings.behind_proxy
    if engine is not None:
        PROCESS.take_in(engine, settings.pool_size)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        request = (_given(scope) if trusted else "") or new_request_id()
        told = REQUEST.set(request)
        status, begun, answered = 0, time.perf_counter(), 0.0
        PROCESS.count(1)

        async def noting(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.perf_counter()
                message["headers"] = [*message.get("headers", ()), (HEADER, request.encode())]
            await send(message)

        try:
            await app(scope, receive, noting)
        finally:
            PROCESS.count(-1)
            PROCESS.look_at_pools()
            _note(scope, status, (answered or time.perf_counter()) - begun)
            REQUEST.reset(told)

    return serve


def _given(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == HEADER:
            text = value.decode("latin-1")
            return text if WELL_FORMED.fullmatch(text) else ""
    return ""


def _group(route: str) -> str:
    return route.strip("/").split("/", 1)[0] or "home"


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = str(scope.get("path_template") or UNKNOWN)
    group = _group(route)
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
