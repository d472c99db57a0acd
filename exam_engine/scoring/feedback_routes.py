"""The player's private API of practice. The bearer token says whose attempt it is, as for saving."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.journal_route import WITH_TOKEN
from exam_engine.delivery.routes import PRIVATE, requires_token
from exam_engine.scoring import feedback


class Asked(msgspec.Struct):
    slot: int


@post("/play/feedback", status_code=200, guards=[requires_token], opt=WITH_TOKEN)
async def give_feedback(
    request: Request[Any, Any, State], connection: AsyncConnection, data: Asked
) -> Response[feedback.Feedback]:
    """One item: verdict, key and rationale. The player waits first until the answer is on the server."""
    bearer = request.scope["state"]["bearer"]
    return Response(await feedback.give(connection, bearer, data.slot), headers=PRIVATE)


@get("/play/feedback", guards=[requires_token], opt=WITH_TOKEN)
async def given_feedback(
    request: Request[Any, Any, State], connection: AsyncConnection
) -> Response[dict[str, list[feedback.Feedback]]]:
    """All that this attempt has been told so far."""
    bearer = request.scope["state"]["bearer"]
    return Response({"given": await feedback.given(connection, bearer)}, headers=PRIVATE)


ROUTES = (give_feedback, given_feedback)
