"""Where pupils come in to their own pages: by code and PIN, or by the slip's QR code."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import pupil_secrets, pupil_signing_in, unit_queries
from exam_engine.accounts.authenticating import session_cookie
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.forms import Form, local_path
from exam_engine.kit.identity import open_to_all, principal_of
from exam_engine.kit.pages import page, speak_as_the_school, text_of

HttpRequest = Request[Any, Any, State]
WEEK = "/my"


@get("/pupil", **open_to_all())
async def pupil_page(request: HttpRequest, state: State) -> Response[Any]:
    where, principal = local_path(request.query_params.get("next"), WEEK), await principal_of(request)
    if principal is not None and principal.kind == "pupil":
        return Redirect(where, status_code=303)
    await _speak(request, state)
    return page(request, "accounts/pupil_sign_in.html", where=where, code="", error="")


@post("/pupil", status_code=200, **open_to_all())
async def pupil_sign_in(request: HttpRequest, state: State, data: Form) -> Response[Any]:
    code, pin, where = str(data.get("code", "")), str(data.get("pin", "")), local_path(data.get("next"), WEEK)
    agent = request.headers.get("user-agent", "")
    outcome = await pupil_signing_in.sign_in_with_code(state.engine, state.keyring, code, pin, agent)
    if isinstance(outcome, Refused):
        await _speak(request, state)
        return page(
            request,
            "accounts/pupil_sign_in.html",
            status=outcome.status,
            headers=outcome.headers,
            where=where,
            code=code[:40],
            error=text_of(request, outcome),
        )
    return _welcome(state, outcome, where)


@get("/s/{slip:str}", **open_to_all())
async def slip_page(request: HttpRequest, connection: AsyncConnection, state: State, slip: str) -> Response[str]:
    await _speak(request, state)
    found = await pupil_secrets.whose_slip(connection, state.keyring, slip)
    return page(request, "accounts/pupil_slip.html", found=found)


@post("/s/{slip:str}", status_code=303, **open_to_all())
async def use_slip(request: HttpRequest, connection: AsyncConnection, state: State, slip: str) -> Response[Any]:
    agent = request.headers.get("user-agent", "")
    token = await pupil_signing_in.sign_in_with_slip(connection, state.keyring, slip, agent)
    return _welcome(state, token, WEEK)


async def _speak(request: HttpRequest, state: State) -> None:
    async with transaction(state.engine) as connection:
        speak_as_the_school(request, await unit_queries.school_locale(connection))


def _welcome(state: State, token: str, where: str) -> Response[Any]:
    reply = Redirect(where, status_code=303)
    reply.set_cookie(session_cookie(token, state.settings))
    reply.delete_cookie("csrf")  # the forms of whoever used this browser before are over
    return reply


ROUTES = (pupil_page, pupil_sign_in, slip_page, use_slip)
