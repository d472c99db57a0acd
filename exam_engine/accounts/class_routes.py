"""One class: its pupils, kept and reused from test to test, and its teachers."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import (
    assigning,
    class_links,
    class_list,
    enrolling,
    grant_queries,
    member_queries,
    namesakes,
    people_queries,
    unit_queries,
)
from exam_engine.accounts.class_list import ClassList
from exam_engine.accounts.class_upload import LIMIT, Upload, read_upload, too_large
from exam_engine.accounts.tables import Found
from exam_engine.accounts.words import told
from exam_engine.kit import audit
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page

HttpRequest = Request[Any, Any, Any]


@get("/classes/{unit_id:str}", **requires("people.read"))
async def class_page(
    request: HttpRequest, unit_id: str, connection: AsyncConnection, principal: Principal
) -> Response[str]:
    return await _class(
        request, connection, principal, await found_class(connection, principal, unit_id, "people.read")
    )


@post(
    "/classes/{unit_id:str}/pupils/check",
    status_code=200,
    request_max_body_size=LIMIT,
    exception_handlers={RequestEntityTooLarge: too_large},
    **requires("people.manage"),
)
async def check_pupils(
    request: HttpRequest, unit_id: str, data: Upload, connection: AsyncConnection, principal: Principal
) -> Response[str]:
    found = await found_class(connection, principal, unit_id)
    wanted, pasted = await read_upload(data), str(data.get("pupils") or "")
    return await _checked(request, connection, principal, found, wanted, pasted)


@post("/classes/{unit_id:str}/pupils", status_code=200, **requires("people.manage"))
async def add_pupils(
    request: HttpRequest, unit_id: str, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    """`rows` as the check handed them on, or `pupils` as a person wrote them."""
    found, pasted = await found_class(connection, principal, unit_id), str(data.get("pupils") or "")
    rows = data.get("rows")
    wanted = class_list.read_pasted(pasted) if rows is None else class_list.read_carried(str(rows))
    keys, meant = request.app.state.keyring, data.get("told_apart") == "1"
    await enrolling.enrol(connection, keys, principal, found, wanted, told_apart=meant)
    if wanted.problems or wanted.elsewhere or (wanted.doubtful and not meant):
        untold = bool(wanted.doubtful) and not meant
        return await _checked(request, connection, principal, found, wanted, pasted, untold=untold, refused=True)
    return Redirect(f"/classes/{unit_id}?done=enrolled", status_code=303)


@post("/classes/{unit_id:str}/pupils/{person_id:str}/remove", status_code=303, **requires("people.manage"))
async def remove_pupil(
    unit_id: str, person_id: str, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found = await found_class(connection, principal, unit_id)
    removed = await member_queries.remove_member(connection, found.id, person_id)
    if removed is None:
        raise not_found()
    await audit.record(connection, principal, "pupil_removed", "person", removed, unit_id=found.id)
    return Redirect(f"/classes/{unit_id}?done=removed", status_code=303)


@post("/classes/{unit_id:str}/teachers", status_code=200, **requires("grants.manage"))
async def add_teacher(
    request: HttpRequest, unit_id: str, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    """Somebody of the staff, or a new account, whose one-time password is shown once."""
    found, read = await found_class(connection, principal, unit_id, "grants.manage"), Reading(data)
    if data.get("person"):
        await assigning.assign(connection, principal, found, read)
    elif made := await assigning.make_teacher(connection, principal, found, read):
        return await _class(request, connection, principal, found, new_teacher=made)
    if read.errors:
        return await _class(request, connection, principal, found, read=read)
    return Redirect(f"/classes/{unit_id}?done=granted", status_code=303)


async def found_class(
    connection: AsyncConnection, principal: Principal, unit_id: str, permission: str = "people.manage"
) -> Found:
    found = await unit_queries.unit_within(connection, unit_id, principal.scopes(permission))
    if found is None or found.kind != "class":
        raise not_found()
    return found


async def _class(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    found: Found,
    *,
    read: Reading | None = None,
    new_teacher: assigning.NewTeacher | None = None,
) -> Response[str]:
    school, grants = (
        await unit_queries.school_of(connection, found.path),
        principal.reaches("grants.manage", found.path),
    )
    staff = await people_queries.staff_of(connection, school.path, principal.scopes("grants.manage")) if school else ()
    members = await member_queries.members_of(connection, found.id)
    return page(
        request,
        "accounts/class.html",
        status=422 if read else 200,
        unit=found,
        school=school,
        members=members,
        apart=namesakes.of_class(members),
        teachers=await grant_queries.teachers_of(connection, found.id),
        staff=staff if grants else (),
        manages=principal.reaches("people.manage", found.path),
        links=class_links.links_for(request.app.state.slots, principal, found.public_id, found.path),
        grants=grants,
        new_teacher=new_teacher,
        sent=read.form if read else {},
        errors=read.errors if read else {},
        messages=told(request),
    )


async def _checked(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    unit: Found,
    found: ClassList,
    pasted: str,
    *,
    untold: bool = False,
    refused: bool = False,
) -> Response[str]:
    """What the form carries on are the lines that may enter: the rest goes on without pupils of other classes."""
    present = await enrolling.check_class(connection, principal, unit, found)
    return page(
        request,
        "accounts/class_check.html",
        status=422 if found.problems or refused else 200,
        unit=unit,
        found=found,
        untold=untold,
        present=present,
        lines=sorted(found.lines, key=lambda line: (line.number not in found.to_look_at, line.number)),
        rows=class_list.carried([line for line in found.lines if line.number not in found.elsewhere]),
        pasted=pasted,
    )


ROUTES = (class_page, check_pupils, add_pupils, remove_pupil, add_teacher)
