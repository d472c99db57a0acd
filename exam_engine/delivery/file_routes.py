"""The player's private API of files that are handed in: pieces come with the attempt's token, as saves do."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import answer_files, file_queries
from exam_engine.delivery.journal_route import WITH_TOKEN
from exam_engine.delivery.routes import PRIVATE, requires_token
from exam_engine.kit.errors import _, invalid
from exam_engine.kit.identity import Principal, requires

_DIGEST = re.compile(r"[0-9a-f]{64}")


@post("/play/files/{digest:str}", status_code=200, guards=[requires_token], opt=WITH_TOKEN)
async def take_piece(
    request: Request[Any, Any, State], connection: AsyncConnection, state: State, digest: str, size: int, at: int
) -> Response[answer_files.Held]:
    """`size`: of the whole file; `at`: where this piece of it begins. The body is the bytes themselves."""
    if not _DIGEST.fullmatch(digest) or at < 0:
        raise invalid(_("Some of the values sent do not fit: %(names)s."), names="digest, at")
    bearer = request.scope["state"]["bearer"]
    data = await request.body()
    held = await answer_files.take(connection, state.settings, bearer, digest, size, at, data)
    return Response(held, headers=PRIVATE)


@get("/play/files/{digest:str}", **requires("attempt.own"))
async def own_file(connection: AsyncConnection, principal: Principal, digest: str) -> Response[bytes]:
    """While the attempt goes on, and after a reload or on another device."""
    return answer_files.reply(await file_queries.file_of_candidate(connection, principal.id, digest))


ROUTES = (take_piece, own_file)
