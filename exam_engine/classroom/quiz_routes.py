"""Tests of a class: the list, a new one, its settings, its start."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import member_queries
from exam_engine.classroom import coming_in, live_page, preparing, quiz, quiz_queries, starting, words
from exam_engine.classroom.quiz_pages import (
    PERMISSION,
    HttpRequest,
    about,
    address_of,
    found_class,
    found_quiz,
    prepare_page,
)
from exam_engine.kit import clock, cursors
from exam_engine.kit.errors import Refused, _, conflict
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import moment
from exam_engine.kit.pages import locale_of, page, text_of

PAGE_SIZE = 30


@get("/quiz", **requires(PERMISSION))
async def quizzes(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, unit: str = "", before: str = ""
) -> Response[str]:
    scopes = principal.scopes(PERMISSION)
    rows = await quiz_queries.quizzes_in_scope(
        connection, scopes, unit_public=unit, before=cursors.read(before), limit=PAGE_SIZE + 1
    )
    locale = locale_of(request)
    return page(
        request,
        "classroom/quizzes.html",
        rows=rows[:PAGE_SIZE],
        more_href=_more(rows[PAGE_SIZE - 1], unit) if len(rows) > PAGE_SIZE else "",
        classes=await member_queries.classes_within(connection, scopes),
        unit=unit,
        kinds=quiz.KINDS,
        at=lambda row, name, form="short": moment(row[name], locale, row["zone"], form),
        messages=words.told(request),
    )


@post("/quiz/new", status_code=303, **requires(PERMISSION))
async def new_quiz(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form
) -> Response[Any]:
    class_ = await found_class(connection, principal, str(data.get("unit", "")))
    public = await preparing.new_draft(connection, principal, class_, locale_of(request))
    return Redirect(f"/quiz/{public}", status_code=303)


@get("/quiz/{quiz:str}", **requires(PERMISSION))
async def quiz_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State
) -> Response[str]:
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    if found["state"] == "draft":
        return await prepare_page(request, connection, principal, found)
    return await live_page.shown(request, connection, principal, state, found)


@post("/quiz/{quiz:str}/settings", status_code=200, **requires(PERMISSION))
async def settings(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form
) -> Response[Any]:
    """Kept at every change of the form; htmx gets the form anew where another kind asks for other fields, and else
    nothing: a form that is replaced loses the click that came meanwhile. The last change may arrive behind the start,
    which brought it along."""
    try:
        found, errors, typed = await _set_up(request, connection, principal, data)
    except Refused as refused:
        if refused.status != 409 or "hx-request" not in request.headers:
            raise
        return Response(None, status_code=204, headers={"HX-Redirect": f"/quiz/{request.path_params['quiz']}"})
    if "hx-request" not in request.headers and not errors:
        return Redirect(f"/quiz/{found['public_id']}", status_code=303)
    if "hx-request" not in request.headers:
        return await prepare_page(request, connection, principal, found, errors=errors, typed=typed)
    if not errors and data.get("shown") == found["kind"] and data.get("refused") != "1":
        return Response(None, status_code=204)
    return page(
        request,
        "classroom/prepare_settings.html",
        **about(request, found),
        values=quiz.fields(found, preparing.definition_of(found), await clock.read(connection))
        | (typed if errors else {}),
        errors=errors,
        kind_hints=quiz.KIND_HINTS,
        classes=await member_queries.classes_within(connection, principal.scopes(PERMISSION)),
    )


@post("/quiz/{quiz:str}/start", status_code=200, **requires(PERMISSION))
async def start(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State, data: Form
) -> Response[Any]:
    """What the form says is kept first: the button is the form's own."""
    found, errors, typed = await _set_up(request, connection, principal, data)
    if errors:
        return await prepare_page(request, connection, principal, found, errors=errors, typed=typed)
    try:
        async with connection.begin_nested():
            await starting.start(connection, state.keyring, state.events, principal, found, locale_of(request))
            await coming_in.known_at(connection, found["id"], address_of(request))
    except Refused as refused:
        if refused.status != 422:
            raise
        told = text_of(request, refused)
        return await prepare_page(request, connection, principal, found, typed=typed, message=told)
    return Redirect(f"/quiz/{found['public_id']}", status_code=303)


@post("/quiz/{quiz:str}/copy", status_code=303, **requires(PERMISSION))
async def copy_quiz(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    class_ = await found_class(connection, principal, found["unit_public_id"])
    public = await preparing.copy(connection, principal, found, class_, locale_of(request))
    return Redirect(f"/quiz/{public}?done=copied", status_code=303)


@post("/quiz/{quiz:str}/delete", status_code=303, **requires(PERMISSION))
async def delete_quiz(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    await preparing.remove(connection, principal, found)
    return Redirect("/quiz?done=deleted", status_code=303)


async def _set_up(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form
) -> tuple[RowMapping, dict[str, str], dict[str, Any]]:
    """The draft as it stands afterwards, what of the form did not fit (then nothing is kept), and the form."""
    public = request.path_params["quiz"]
    found = await found_quiz(connection, principal, public)
    if found["state"] != "draft":
        raise conflict(_("This test has begun already."))
    values = quiz.carried(data, found)
    form, typed = Reading(values), _typed(values)
    class_ = await found_class(connection, principal, str(data.get("unit", "") or found["unit_public_id"]))
    chosen = quiz.read(form, class_.zone)
    if chosen is None:
        return found, form.errors, typed
    now = await clock.read(connection)
    if message := quiz.misfit(quiz.window(chosen, now, class_.zone), now):
        return found, {"closes": message}, typed
    await preparing.set_up(connection, found, chosen, class_)
    return await found_quiz(connection, principal, public), {}, typed


def _typed(data: dict[str, Any]) -> dict[str, Any]:
    texts = {name: str(data.get(name, "")) for name in ("title", "kind", "minutes", "opens", "closes")}
    texts["kind"] = texts["kind"] if texts["kind"] in quiz.KINDS else "quiz"
    return {**texts, **{name: data.get(name) == "1" for name in ("guests", "at_once", "mixed")}}


def _more(row: Any, unit: str) -> str:
    return "?" + urlencode({"unit": unit, "before": cursors.written(row["dated"], row["id"])})


ROUTES = (quizzes, new_quiz, quiz_page, settings, start, copy_quiz, delete_quiz)
