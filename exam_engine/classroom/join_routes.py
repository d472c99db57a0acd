"""Where pupils come into a test of their class: the code on the wall, the own name, the own PIN."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, State
from litestar.response import Redirect
from sqlalchemy import RowMapping

from exam_engine.accounts import namesakes, unit_queries
from exam_engine.accounts.authenticating import session_cookie
from exam_engine.classroom import coming_in, quiz_queries, second_device
from exam_engine.classroom.quiz_pages import address_of
from exam_engine.kit import languages
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.forms import Form
from exam_engine.kit.identity import Principal, open_to_all
from exam_engine.kit.pages import locale_of, page, speak_as_the_school, text_of

HttpRequest = Request[Any, Any, State]
#: What a device keeps that asks to go on by a guest's name.
WAITING = "waiting"
WRONG_CODE, NOT_IN = _("That is not the code"), _("You are not in yet")


@get("/join", **open_to_all())
async def code_page(request: HttpRequest, state: State) -> Response[str]:
    await _speak(request, state)
    return page(request, "classroom/join_code.html", code="", error="")


@post("/join", status_code=200, **open_to_all())
async def take_code(request: HttpRequest, state: State, data: Form) -> Response[Any]:
    code = str(data.get("code", ""))
    found = await find(request, state, code)
    if isinstance(found, Refused):
        return code_refused(request, code, found)
    return Redirect(f"/join/{found['join_code']}", status_code=303)


@get("/join/{code:str}", **open_to_all())
async def names_page(request: HttpRequest, state: State, principal: Principal | None, code: str) -> Response[Any]:
    found = await find(request, state, code)
    if isinstance(found, Refused):
        return code_refused(request, code, found)
    return await _names(request, state, found, principal)


@post("/join/{code:str}", status_code=200, **open_to_all())
async def come_in(request: HttpRequest, state: State, code: str, data: Form) -> Response[Any]:
    found = await find(request, state, code)
    if isinstance(found, Refused):
        return code_refused(request, code, found)
    if data.get("guest") and data.get("ask"):
        return await _ask(request, state, found, data)
    outcome, chosen = await _outcome(request, state, found, data)
    if isinstance(outcome, Refused):
        return await _names(request, state, found, None, refused=outcome, chosen=chosen, typed=data)
    reply = to_the_player(state, outcome)
    if chosen is None and languages.COOKIE not in request.cookies:  # a guest belongs to no unit that could tell
        secure = state.settings.secure_cookies
        spoken = Cookie(languages.COOKIE, value=locale_of(request), httponly=True, samesite="lax", secure=secure)
        reply.set_cookie(spoken)
    return reply


async def _ask(request: HttpRequest, state: State, found: RowMapping, data: Form) -> Response[Any]:
    """The name is in use: a guest's other device asks the teacher."""
    try:
        async with transaction(state.engine) as connection:
            key = await second_device.ask(connection, found, str(data.get("name", "")))
    except Refused as refused:
        return await _names(request, state, found, None, refused=refused, typed=data)
    reply = Redirect(f"/join/{found['join_code']}/waiting", status_code=303)
    kept = {"path": "/join", "max_age": 7200, "httponly": True, "secure": state.settings.secure_cookies}
    reply.set_cookie(Cookie(WAITING, value=key, samesite="lax", **kept))
    return reply


async def _outcome(
    request: HttpRequest, state: State, found: RowMapping, data: Form
) -> tuple[str | Refused, RowMapping | None]:
    agent = request.headers.get("user-agent", "")
    if data.get("guest"):
        try:
            async with transaction(state.engine) as connection:
                name = str(data.get("name", ""))
                return await coming_in.as_guest(connection, state.keyring, state.events, found, name, agent), None
        except Refused as refused:
            return refused, None
    chosen = await _chosen(state, found, str(data.get("person", "")))
    if chosen is None:
        raise not_found()
    try:
        pin = str(data.get("pin", ""))
        return await coming_in.with_pin(state.engine, state.keyring, state.events, found, chosen, pin, agent), chosen
    except Refused as refused:
        return refused, chosen


async def _chosen(state: State, found: RowMapping, person: str) -> RowMapping | None:
    async with transaction(state.engine) as connection:
        rows = await quiz_queries.names_at_the_door(connection, found["id"], found["unit_id"])
    return next((row for row in rows if row["public_id"] == person), None)


async def _names(
    request: HttpRequest,
    state: State,
    found: RowMapping,
    principal: Principal | None,
    *,
    refused: Refused | None = None,
    chosen: RowMapping | None = None,
    typed: Form | None = None,
) -> Response[str]:
    async with transaction(state.engine) as connection:
        rows = await quiz_queries.names_at_the_door(connection, found["id"], found["unit_id"])
    wanted = request.query_params.get("name", "")
    chosen = chosen or next((row for row in rows if row["public_id"] == wanted), None)
    known = next((row for row in rows if principal and row["id"] == principal.pupil_id), None)
    return page(
        request,
        "classroom/join.html",
        status=refused.status if refused else 200,
        headers=refused.headers if refused else None,
        quiz=found,
        names=rows,
        apart=namesakes.short_marks(rows),
        chosen=chosen,
        known=None if chosen else known,
        as_guest=bool(found["guests"] and (request.query_params.get("guest") or (typed and typed.get("guest")))),
        in_use=bool(refused and refused.code == "name_taken" and not (typed and typed.get("ask"))),
        typed_name=str(typed.get("name", ""))[:60] if typed else "",
        error=text_of(request, refused) if refused else "",
    )


async def find(request: HttpRequest, state: State, code: str) -> RowMapping | Refused:
    found = await coming_in.find(state.engine, code, *_who(request))
    await _speak(request, state, None if isinstance(found, Refused) else found["locale"])
    return found


async def _speak(request: HttpRequest, state: State, locale: str | None = None) -> None:
    if locale is None:
        async with transaction(state.engine) as connection:
            locale = await unit_queries.school_locale(connection)
    speak_as_the_school(request, locale)


def code_refused(request: HttpRequest, code: str, refused: Refused) -> Response[str]:
    return page(
        request,
        "classroom/join_code.html",
        status=refused.status,
        headers=refused.headers,
        code=code[:10],
        title=WRONG_CODE if refused.code == "code_unknown" else NOT_IN,
        error=text_of(request, refused),
    )


def to_the_player(state: State, token: str) -> Response[Any]:
    reply = Redirect("/play", status_code=303)
    reply.set_cookie(session_cookie(token, state.settings))
    reply.delete_cookie("csrf")  # the forms of whoever used this browser before are over
    return reply


def _who(request: HttpRequest) -> tuple[str, str]:
    """Address and browser: many browsers of a school share one address."""
    return address_of(request), request.cookies.get("csrf", "")


ROUTES = (code_page, take_code, names_page, come_in)
