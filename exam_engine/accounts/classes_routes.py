"""All classes that somebody may see: new ones one by one, or a whole school from one file."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import class_list, class_template, enrolling, member_queries, unit_queries
from exam_engine.accounts.class_list import ClassList
from exam_engine.accounts.class_upload import LIMIT, Upload, read_upload, too_large
from exam_engine.accounts.tables import Found
from exam_engine.accounts.words import told
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of, page
from exam_engine.kit.sheet_templates import MEDIA

HttpRequest = Request[Any, Any, Any]
MAY = requires("classes.manage")


@get("/classes", **requires("people.read"))
async def classes(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    return await _classes(request, connection, principal)


@post("/classes", status_code=200, **MAY)
async def new_class(
    request: HttpRequest, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    read = Reading(data)
    school, name = await _school(connection, principal, data), read.text("name", longest=60)
    if name and any(one.name.casefold() == name.casefold() for one in await _of(connection, school)):
        read.errors["name"] = _("The school has a class of this name.")
    if read.errors:
        return await _classes(request, connection, principal, read)
    made = await enrolling.make_class(connection, principal, school, name)
    return Redirect(f"/classes/{made.public_id}?done=created", status_code=303)


@post(
    "/classes/check",
    status_code=200,
    request_max_body_size=LIMIT,
    exception_handlers={RequestEntityTooLarge: too_large},
    **MAY,
)
async def check_school(
    request: HttpRequest, data: Upload, connection: AsyncConnection, principal: Principal
) -> Response[str]:
    school = await _school(connection, principal, data)
    return await _checked(request, connection, principal, school, await read_upload(data, with_classes=True))


@post("/classes/take", status_code=200, request_max_body_size=LIMIT, **MAY)
async def take_school(
    request: HttpRequest, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    school = await _school(connection, principal, data)
    found = class_list.read_carried(str(data.get("rows") or ""), with_classes=True)
    keys, meant = request.app.state.keyring, data.get("told_apart") == "1"
    await enrolling.enrol_school(connection, keys, principal, school, found, told_apart=meant)
    if found.problems or (found.doubtful and not meant):
        return await _checked(request, connection, principal, school, found, untold=bool(found.doubtful))
    return Redirect("/classes?done=enrolled", status_code=303)


@get("/classes/template/{name:str}", sync_to_thread=True, **requires("people.manage"))
def template(request: HttpRequest, name: str) -> Response[bytes]:
    """`pupils.xlsx` or `pupils.csv`, with headings in the reader's language."""
    kind = name.removeprefix("pupils.")
    if kind not in MEDIA:
        raise not_found()
    return Response(
        class_template.write_template(kind, locale_of(request)),
        media_type=MEDIA[kind],
        headers={"Content-Disposition": f'attachment; filename="pupils.{kind}"'},
    )


async def _school(connection: AsyncConnection, principal: Principal, form: Any) -> Found:
    wanted = Reading(form).text("school", required=False)
    found = await unit_queries.unit_within(connection, wanted, principal.scopes("classes.manage"))
    if found is None or found.kind != "school":
        raise not_found()
    return found


async def _of(connection: AsyncConnection, school: Found) -> Any:
    await member_queries.lock_class(connection, school.id)
    return await member_queries.classes_of_school(connection, school.id)


async def _classes(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, read: Reading | None = None
) -> Response[str]:
    return page(
        request,
        "accounts/classes.html",
        status=422 if read else 200,
        classes=await member_queries.classes_within(connection, principal.scopes("people.read")),
        schools=await unit_queries.units_within(connection, principal.scopes("classes.manage"), ["school"]),
        sent=read.form if read else {},
        errors=read.errors if read else {},
        messages=told(request),
    )


async def _checked(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    school: Found,
    found: ClassList,
    *,
    untold: bool = False,
) -> Response[str]:
    plan = await enrolling.check_school(connection, principal, school, found)
    return page(
        request,
        "accounts/classes_check.html",
        status=422 if found.problems or untold else 200,
        untold=untold,
        school=school,
        found=found,
        plan=plan,
        rows=class_list.carried(found.lines),
    )


ROUTES = (classes, new_class, check_school, take_school, template)
