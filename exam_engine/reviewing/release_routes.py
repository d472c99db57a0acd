"""An exam is released for formal use: one person asks, another looks at the paper and confirms."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import queries as authoring
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.reviewing import queries, releasing

HttpRequest = Request[Any, Any, Any]


@get("/exams/{exam:str}/release", **requires("exams.read"))
async def release_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str
) -> Response[str]:
    row = await _exam(connection, principal, exam, "exams.read")
    definition = definitions.decode(row["definition"])
    digest = releasing.digest_of(definition)
    release = await queries.release_of(connection, row["id"], digest)
    people = (release["asked_by"], release["released_by"]) if release else ()
    return page(
        request,
        "reviewing/release.html",
        exam=row,
        digest=digest,
        release=release,
        names=await authoring.names_of(connection, people),
        needed=await releasing.asks_for_release(connection, definition),
        unapproved=await releasing.not_vouched_for(connection, definition),
        asks=principal.reaches("exams.write", row["path"]),
        confirms=principal.reaches("exams.release", row["path"])
        and release is not None
        and release["asked_by"] != principal.id,
    )


@post("/exams/{exam:str}/release", status_code=303, **requires("exams.write"))
async def ask_release(connection: AsyncConnection, principal: Principal, exam: str) -> Response[Any]:
    await releasing.ask(connection, principal, await _exam(connection, principal, exam, "exams.write"))
    return Redirect(f"/exams/{exam}/release", status_code=303)


@post("/exams/{exam:str}/release/confirm", status_code=303, **requires("exams.release"))
async def confirm_release(connection: AsyncConnection, principal: Principal, exam: str, data: Form) -> Response[Any]:
    row = await _exam(connection, principal, exam, "exams.release")
    await releasing.confirm(connection, principal, row, str(data.get("digest", "")))
    return Redirect(f"/exams/{exam}/release", status_code=303)


async def _exam(connection: AsyncConnection, principal: Principal, exam: str, permission: str) -> RowMapping:
    found = await authoring.exam_in_scope(connection, exam, principal.scopes(permission))
    if found is None:
        raise not_found()
    return found


ROUTES = (release_page, ask_release, confirm_release)
