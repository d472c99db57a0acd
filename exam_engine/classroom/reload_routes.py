"""Addresses that only take forms, asked for as pages: after a sign-in or a reload the browser goes there again. Each
leads to the page whose form it is; nothing is done."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.classroom import my_queries
from exam_engine.classroom.my_routes import person_of
from exam_engine.classroom.quiz_pages import PERMISSION, HttpRequest, found_quiz
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal, requires

_OF_A_QUIZ = (
    "settings",
    "start",
    "copy",
    "delete",
    "items",
    "from",
    "paste",
    "write",
    "file",
    "time",
    "let-in",
    "guests",
    "guests/{candidate:str}",
    "marks/confirm",
    "marks/undo",
)


@get("/quiz/new", status_code=303, **requires(PERMISSION))
async def to_the_list() -> Response[Any]:
    return Redirect("/quiz", status_code=303)


@get([f"/quiz/{{quiz:str}}/{rest}" for rest in _OF_A_QUIZ], status_code=303, **requires(PERMISSION))
async def to_the_quiz(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    return Redirect(f"/quiz/{found['public_id']}", status_code=303)


@get("/my/sittings/{sitting:str}/enter", status_code=303, **requires("pupil.own"))
async def to_the_own_page(connection: AsyncConnection, principal: Principal, sitting: str) -> Response[Any]:
    if await my_queries.test_of_pupil(connection, sitting, person_of(principal)) is None:
        raise not_found()
    return Redirect("/my", status_code=303)


@get("/join/again", status_code=303, **requires("attempt.own"))
async def to_the_player() -> Response[Any]:
    return Redirect("/play", status_code=303)


ROUTES = (to_the_player, to_the_list, to_the_quiz, to_the_own_page)
