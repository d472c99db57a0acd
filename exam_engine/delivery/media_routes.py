"""Recordings of the own paper: in whole, or the part that a browser asks for (RFC 9110, 14)."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import file_queries
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal, requires

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


@get("/play/media/{digest:str}", **requires("attempt.own"))
async def recording(
    request: Request[Any, Any, State], connection: AsyncConnection, principal: Principal, digest: str
) -> Response[bytes]:
    found = await file_queries.recording_of_candidate(connection, principal.id, digest)
    if found is None:
        raise not_found()
    media_type, size = found
    headers = {"Cache-Control": "private, no-store", "Accept-Ranges": "bytes"}
    wanted = _wanted(request.headers.get("range", ""), size)
    if wanted is None:
        return Response(b"", status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    begin, end = wanted
    data = await file_queries.part_of_recording(connection, digest, begin, end)
    whole = (begin, end) == (0, size)
    told = {} if whole else {"Content-Range": f"bytes {begin}-{end - 1}/{size}"}
    return Response(data, status_code=200 if whole else 206, media_type=media_type, headers=headers | told)


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """Begin and end, all of it where nothing is asked that is understood; None where nothing of it is there."""
    found = _RANGE.fullmatch(header)
    if not found or found[0] == "bytes=-":
        return 0, size
    first, last = found[1], found[2]
    begin = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    return (begin, end) if begin < end else None


ROUTES = (recording,)
