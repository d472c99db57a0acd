"""A fault counts when it has left evidence of itself: one that has not happened fails its case, and never passes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import psutil
import sqlalchemy.exc

#: Another fault may be under way at the same time: whoever looks for evidence looks once more.
AWAY = (
    asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError, httpx.TransportError, psutil.Error,
    OSError, EOFError,
)  # fmt: skip
HAPPENS_WITHIN_S = 20.0
EVERY_S = 0.05


class DidNotHappen(AssertionError):
    """What was to break did not break, and what was found meanwhile says nothing."""


def demand(evidence: object, told: str) -> None:
    """`told`: what was missed, in words."""
    if not evidence:
        raise DidNotHappen(told)


async def comes_true(look: Callable[[], Awaitable[object]], told: str) -> None:
    """Looks until there is evidence."""
    loop = asyncio.get_running_loop()
    end, why = loop.time() + HAPPENS_WITHIN_S, ""
    while True:
        try:
            if await look():
                return
        except AWAY as error:
            why = f": {error!r}"
        demand(loop.time() < end, told + why)
        await asyncio.sleep(EVERY_S)
