"""Another closing time for homework or practice that runs."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.classroom import closing, quiz
from exam_engine.classroom.quiz_pages import HttpRequest, found_quiz, quiz_page
from exam_engine.delivery.intervening import LONGEST_REASON
from exam_engine.delivery.intervening import PERMISSION as ACT
from exam_engine.kit.errors import Refused
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import text_of


@get("/quiz/{quiz:str}/closing", **requires(ACT))
async def ask(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    """A test that has no such time (any more) shows its own page."""
    found = await found_quiz(connection, principal, request.path_params["quiz"], ACT)
    if not closing.movable(found):
        return Redirect(f"/quiz/{found['public_id']}", status_code=303)
    return _page(request, found, Reading({}))


@post("/quiz/{quiz:str}/closing", status_code=303, **requires(ACT))
async def move(request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form) -> Response[Any]:
    found, form = await found_quiz(connection, principal, request.path_params["quiz"], ACT), Reading(data)
    if not closing.movable(found):
        raise closing.not_movable()
    form.text("closes", longest=20)
    closes, reason = quiz.moment_in(form, "closes", found["zone"]), form.text("reason", longest=LONGEST_REASON)
    if form.errors or closes is None:
        return _page(request, found, form, status=422)
    try:
        await closing.move(connection, principal, found, closes, reason)
    except Refused as refused:
        return _page(request, found, form, status=refused.status, message=text_of(request, refused))
    return Redirect(f"/quiz/{found['public_id']}?done=closing", status_code=303)


def _page(
    request: HttpRequest, found: RowMapping, form: Reading, *, status: int = 200, message: str = ""
) -> Response[str]:
    now_closes = f"{found['closes_at'].astimezone(ZoneInfo(found['zone'])):%Y-%m-%dT%H:%M}"
    return quiz_page(
        request, "classroom/closing.html", found, status=status, message=message,
        sent={"closes": now_closes, "reason": "", **form.form}, errors=form.errors,
    )  # fmt: skip


ROUTES = (ask, move)
