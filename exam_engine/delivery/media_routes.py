"""Recordings of the own paper: in whole, or the part that a browser asks for (RFC 9110, 14)."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal, requires

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
#: Nothing of a paper leaves the server before its attempt has begun.
_OWN = text("""
select asset.media_type, length(asset.data) as size from exam.attempt join exam.form on form.id = attempt.form_id
join item_bank.asset on asset.digest = :digest
where attempt.candidate_id = :candidate and attempt.state in ('running', 'paused')
  and jsonb_path_exists(to_jsonb(form.slots), '$[*].body.parts[*] ? (@.type == "media" && @.source == $digest)',
                        jsonb_build_object('digest', cast(:digest as text)))
""")
_BYTES = text("select substring(data from :begin for :count) from item_bank.asset where digest = :digest")


@get("/play/media/{digest:str}", **requires("attempt.own"))
async def recording(
    request: Request[Any, Any, State], connection: AsyncConnection, principal: Principal, digest: str
) -> Response[bytes]:
    found = (await connection.execute(_OWN, {"candidate": principal.id, "digest": digest})).one_or_none()
    if found is None:
        raise not_found()
    headers = {"Cache-Control": "private, no-store", "Accept-Ranges": "bytes"}
    wanted = _wanted(request.headers.get("range", ""), found.size)
    if wanted is None:
        return Response(b"", status_code=416, headers=headers | {"Content-Range": f"bytes */{found.size}"})
    begin, end = wanted
    values = {"digest": digest, "begin": begin + 1, "count": end - begin}
    data = bytes((await connection.execute(_BYTES, values)).scalar_one())
    whole = (begin, end) == (0, found.size)
    told = {} if whole else {"Content-Range": f"bytes {begin}-{end - 1}/{found.size}"}
    return Response(data, status_code=200 if whole else 206, media_type=found.media_type, headers=headers | told)


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
