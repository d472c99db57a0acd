"""The stream of a room page: its changing part, rendered anew each second and sent when it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from litestar import Request
from litestar.response import ServerSentEvent, ServerSentEventMessage

from exam_engine.kit.identity import Principal
from exam_engine.kit.pages import render
from proctoring.room_page import Kept, room_context
from proctoring.showing import View
from proctoring.watching import Watch

#: A stream ends after this and the browser opens the next: roles taken away meanwhile count from then on.
LONGEST_S = 300.0


def stream(
    request: Request[Any, Any, Any],
    watch: Watch,
    sitting: Any,
    rooms: Mapping[str, str],
    view: View,
    principal: Principal,
) -> ServerSentEvent:
    headers = {"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}
    messages = _messages(request, watch, sitting, rooms, view, principal.session_id or 0)
    return ServerSentEvent(messages, headers=headers)


async def _messages(
    request: Request[Any, Any, Any],
    watch: Watch,
    sitting: Any,
    rooms: Mapping[str, str],
    view: View,
    session_id: int,
) -> AsyncIterator[ServerSentEventMessage]:
    yield ServerSentEventMessage(comment="watching", retry=3000)
    end = asyncio.get_running_loop().time() + LONGEST_S
    shown, kept = "", Kept()
    async for rows in watch.follow(sitting["id"], session_id, view.room):
        part = render(request, "proctoring/room_part.html", **room_context(request, sitting, rooms, rows, view, kept))
        if part != shown:
            shown = part
            yield ServerSentEventMessage(event="room", data=part)
        if asyncio.get_running_loop().time() > end:
            return
