"""Marks of a class's test: confirmed, taken back, and as a file for the gradebook."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.classroom import live_page, marks
from exam_engine.classroom.quiz_pages import HttpRequest, found_quiz
from exam_engine.kit.errors import Refused, not_found
from exam_engine.kit.forms import Form
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of


@post("/quiz/{quiz:str}/marks/confirm", status_code=200, **requires("results.manage"))
async def confirm(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State, data: Form
) -> Response[Any]:
    found = await found_quiz(connection, principal, request.path_params["quiz"], "results.manage")
    try:
        await marks.confirm(connection, principal, found, str(data.get("seen_marks", "")))
    except Refused as refused:
        if refused.code != "marks_changed":
            raise
        return await live_page.shown(request, connection, principal, state, found, refused=refused)
    return Redirect(f"/quiz/{found['public_id']}?done=confirmed#marks", status_code=303)


@post("/quiz/{quiz:str}/marks/undo", status_code=303, **requires("results.manage"))
async def undo(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await found_quiz(connection, principal, request.path_params["quiz"], "results.manage")
    await marks.unconfirm(connection, principal, found, locale_of(request))
    return Redirect(f"/quiz/{found['public_id']}?done=unconfirmed#marks", status_code=303)


@get("/quiz/{quiz:str}/marks.xlsx", **requires("results.export"))
async def gradebook(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[bytes]:
    found = await found_quiz(connection, principal, request.path_params["quiz"], "results.export")
    if found["kind"] == "practice":
        raise not_found()
    made = await marks.gradebook(connection, principal, found, locale_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "private, no-store"}
    return Response(made.data, media_type=made.media_type, headers=headers)


ROUTES = (confirm, undo, gradebook)
