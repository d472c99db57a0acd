"""The stream of a room page: its changing part, rendered anew each second and sent when it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from litestar.response import ServerSentEvent, ServerSentEventMessage

from proctoring.watching import Rows

#: A stream ends after this and the browser opens the next: roles taken away meanwhile count from then on.
LONGEST_S = 300.0


def stream(rows: AsyncIterator[Rows], part: Callable[[Rows], str]) -> ServerSentEvent:
    """`part`: the changing part of the page as it shows these rows."""
    headers = {"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}
    return ServerSentEvent(_messages(rows, part), headers=headers)


async def _messages(found: AsyncIterator[Rows], part: Callable[[Rows], str]) -> AsyncIterator[ServerSentEventMessage]:
    yield ServerSentEventMessage(comment="watching", retry=3000)
    end = asyncio.get_running_loop().time() + LONGEST_S
    before = ""
    async for rows in found:
        shown = part(rows)
        if shown != before:
            before = shown
            yield ServerSentEventMessage(event="room", data=shown)
        if asyncio.get_running_loop().time() > end:
            return
