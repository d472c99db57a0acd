"""News that travels upward: a lower feature publishes a frozen dataclass, `app.py` subscribes upper features."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

E = TypeVar("E")
Handler = Callable[[Any, Any], Awaitable[None]]


class Events:
    """Subscribers run in the publisher's transaction: what they write commits or fails with it."""

    def __init__(self) -> None:
        self._handlers: dict[type[Any], list[Handler]] = defaultdict(list)

    def subscribe(self, event: type[E], handler: Callable[[AsyncConnection, E], Awaitable[None]]) -> None:
        self._handlers[event].append(handler)

    def wanted(self, event: type[Any]) -> bool:
        return bool(self._handlers.get(event))

    async def publish(self, connection: AsyncConnection | None, event: object) -> None:
        """Without a connection: news of something that nobody writes about."""
        for handler in self._handlers.get(type(event), ()):
            await handler(connection, event)
