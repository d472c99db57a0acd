"""Bodies of requests, as the server brings them in: one that does not come must not hold its connection for ever.

A timer for each request would cost a save several microseconds. Whoever reads stands in one table instead, which is
looked through every few seconds while there is anybody in it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from typing import Any

from exam_engine.kit.errors import Refused, _

#: For a body that is taken as a whole; and the longest silence between two parts of one that comes in parts.
PATIENCE_S = 30.0
#: Bytes a second of a body in parts, on the whole: a byte now and then is no upload.
SLOWEST = 500
LOOKS_S = 5.0


class Bodies:
    """Of one worker. `proto` is the server's own, RSGI."""

    def __init__(self) -> None:
        self._until: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._looking = False

    def whole(self, proto: Any) -> Awaitable[bytes]:
        return self._in_time(proto(), time.monotonic() + PATIENCE_S)

    async def parts(self, proto: Any) -> AsyncIterator[bytes]:
        begun, size = time.monotonic(), 0
        coming = aiter(proto)
        while True:
            until = min(time.monotonic() + PATIENCE_S, begun + PATIENCE_S + size / SLOWEST)
            try:
                part = await self._in_time(anext(coming), until)
            except StopAsyncIteration:
                return
            size += len(part)
            yield part

    async def _in_time(self, coming: Awaitable[bytes], until: float) -> bytes:
        task = asyncio.current_task()
        assert task is not None
        self._until[task] = until
        if not self._looking:
            self._look_later()
        try:
            return await coming
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            self._late.discard(task)
            task.uncancel()
            raise too_slow() from None
        finally:
            del self._until[task]

    def _look_later(self) -> None:
        self._looking = True
        asyncio.get_running_loop().call_later(LOOKS_S, self._look)

    def _look(self) -> None:
        now = time.monotonic()
        for task in [task for task, until in self._until.items() if until < now]:
            self._late.add(task)
            task.cancel()
        if self._until:
            self._look_later()
        else:
            self._looking = False


def too_slow() -> Refused:
    """The connection is of no more use: nobody knows where the next request on it would begin."""
    message = _("What was sent did not arrive in time. Try again.")
    return Refused("too_slow", 408, message, headers={"Connection": "close"})
