"""Where a guest's other device waits until the teacher lets it in, and where a guest begins another round."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.signing_in import revoke
from exam_engine.classroom import coming_in, join_routes, second_device
from exam_engine.classroom.join_routes import HttpRequest
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal, open_to_all, requires
from exam_engine.kit.pages import page, text_of


@get("/join/{code:str}/waiting", **open_to_all())
async def waiting_page(request: HttpRequest, state: State, code: str) -> Response[Any]:
    return await _waiting(request, state, code)


@post("/join/{code:str}/waiting", status_code=200, **open_to_all())
async def go_in(request: HttpRequest, state: State, code: str) -> Response[Any]:
    found = await join_routes.find(request, state, code)
    if isinstance(found, Refused):
        return join_routes.code_refused(request, code, found)
    try:
        async with transaction(state.engine) as connection:
            agent = request.headers.get("user-agent", "")
            token = await second_device.enter(connection, found, _key(request), agent)
    except Refused as refused:
        return await _waiting(request, state, code, refused)
    reply = join_routes.to_the_player(state, token)
    reply.delete_cookie(join_routes.WAITING, path="/join")
    return reply


@post("/join/again", status_code=303, **requires("attempt.own"))
async def again(request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State) -> Response[Any]:
    """Practice that a guest has finished, once more; what is not finished goes on."""
    agent = request.headers.get("user-agent", "")
    token = await coming_in.guest_again(connection, state.keyring, state.events, principal.id, agent)
    if token is None:
        return Redirect("/play", status_code=303)
    await revoke(connection, request.cookies.get(COOKIE, ""))
    return join_routes.to_the_player(state, token)


async def _waiting(request: HttpRequest, state: State, code: str, refused: Refused | None = None) -> Response[Any]:
    found = await join_routes.find(request, state, code)
    if isinstance(found, Refused):
        return join_routes.code_refused(request, code, found)
    async with transaction(state.engine) as connection:
        guest = await second_device.standing(connection, found, _key(request))
    return page(
        request,
        "classroom/join_waiting.html",
        status=refused.status if refused else 200,
        quiz=found,
        guest=guest,
        error=text_of(request, refused) if refused else "",
    )


def _key(request: HttpRequest) -> str:
    return request.cookies.get(join_routes.WAITING, "")


ROUTES = (waiting_page, go_in, again)
