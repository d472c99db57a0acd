"""What a feature hands to the roof. A feature states it once, in its `__init__` or `feature.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.datastructures import State

from exam_engine.kit.events import Handler
from exam_engine.kit.identity import Principal
from exam_engine.kit.jobs import Handler as JobHandler
from exam_engine.kit.pages import NavigationEntry

Authenticate = Callable[[ASGIConnection[Any, Any, Any, Any]], Awaitable[Principal | None]]


def _no_subscriptions(_state: State) -> Iterable[tuple[type[Any], Handler]]:
    return ()


async def _nothing(_app: Litestar) -> None:
    return None


@dataclass(frozen=True)
class Feature:
    """`slots` fill named places in pages of lower features; `jobs` are the kinds of long work it performs;
    `subscriptions(state)` pairs events of lower features with handlers; `daily` are steps of the worker process, done
    when it starts and once a day from then on; `start` may open as many `connections` to the database in each
    application."""

    name: str
    routes: tuple[Any, ...] = ()
    navigation: tuple[NavigationEntry, ...] = ()
    subscriptions: Callable[[State], Iterable[tuple[type[Any], Handler]]] = _no_subscriptions
    jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)
    authenticate: Authenticate | None = None
    daily: tuple[Callable[[State], Awaitable[object]], ...] = ()
    start: Callable[[Litestar], Awaitable[None]] = _nothing
    stop: Callable[[Litestar], Awaitable[None]] = _nothing
    connections: int = 0
