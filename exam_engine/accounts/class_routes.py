"""Classes and their pupils, kept and reused from test to test."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import enrolling, queries
from exam_engine.accounts.enrolling import Problem
from exam_engine.accounts.words import told
from exam_engine.kit import audit
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page

HttpRequest = Request[Any, Any, Any]


@get("/classes", **requires("people.read"))
async def classes(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    found = await queries.classes_within(connection, principal.scopes("people.read"))
    return page(request, "accounts/classes.html", classes=found)


@get("/classes/{unit_id:str}", **requires("people.read"))
async def class_page(
    request: HttpRequest, unit_id: str, connection: AsyncConnection, principal: Principal
) -> Response[str]:
    return await _class(request, connection, principal, await _found(connection, principal, unit_id, "people.read"))


@post("/classes/{unit_id:str}/pupils", status_code=200, **requires("people.manage"))
async def add_pupils(
    request: HttpRequest, unit_id: str, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found, pasted = await _found(connection, principal, unit_id), str(data.get("pupils", ""))
    _count, problems = await enrolling.enrol(connection, principal, found, pasted)
    if problems:
        return await _class(request, connection, principal, found, pasted, problems)
    return Redirect(f"/classes/{unit_id}?done=enrolled", status_code=303)


@post("/classes/{unit_id:str}/pupils/{person_id:str}/remove", status_code=303, **requires("people.manage"))
async def remove_pupil(
    unit_id: str, person_id: str, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found = await _found(connection, principal, unit_id)
    removed = await queries.remove_member(connection, found.id, person_id)
    if removed is None:
        raise not_found()
    await audit.record(connection, principal, "pupil_removed", "person", removed, unit_id=found.id)
    return Redirect(f"/classes/{unit_id}?done=removed", status_code=303)


async def _found(
    connection: AsyncConnection, principal: Principal, unit_id: str, permission: str = "people.manage"
) -> queries.Found:
    found = await queries.unit_within(connection, unit_id, principal.scopes(permission))
    if found is None or found.kind != "class":
        raise not_found()
    return found


async def _class(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    found: queries.Found,
    pasted: str = "",
    problems: list[Problem] | None = None,
) -> Response[str]:
    return page(
        request,
        "accounts/class.html",
        status=422 if problems else 200,
        unit=found,
        school=await queries.school_of(connection, found.path),
        members=await queries.members_of(connection, found.id),
        manages=any(found.path.startswith(scope) for scope in principal.scopes("people.manage")),
        pasted=pasted,
        problems=problems or [],
        messages=told(request),
    )


ROUTES = (classes, class_page, add_pupils, remove_pupil)
