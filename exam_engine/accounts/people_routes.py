"""Pages of staff and pupils: search, entry, accounts, roles."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import (
    changing_account,
    entering_people,
    grant_queries,
    granting,
    member_queries,
    people_queries,
    unit_queries,
)
from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.accounts.tables import Found
from exam_engine.accounts.words import told
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading, clean
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from item_bank.content.folding import fold

HttpRequest = Request[Any, Any, Any]
PAGE = 50


@get("/people", **requires("people.read"))
async def people(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    asked = {name: clean(value) or "" for name, value in request.query_params.items()}
    last = await people_queries.person_within(connection, asked.get("after", ""), principal.scopes("people.read"))
    found = await people_queries.people_found(
        connection,
        principal.scopes("people.read"),
        wanted=fold(asked.get("q", "")[:100]),
        staff_only=asked.get("staff") == "1",
        after=(last.sort_key, last.id) if last else None,
        limit=PAGE + 1,
    )
    kept = {name: asked.get(name, "") for name in ("q", "staff")}
    more = f"?{urlencode(kept | {'after': found[PAGE - 1].public_id})}" if len(found) > PAGE else ""
    units = await entering_people.units_to_enter_into(connection, principal)
    return page(request, "accounts/people.html", people=found[:PAGE], asked=kept, more=more, may_enter=bool(units))


@get("/people/new", **requires("people.manage"))
async def new_person(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    units = await entering_people.units_to_enter_into(connection, principal)
    return page(request, "accounts/new_person.html", units=units, sent={}, errors={})


@post("/people", status_code=200, **requires("people.manage"))
async def enter_person(
    request: HttpRequest, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    read = Reading(data)
    made = await entering_people.enter(connection, principal, read)
    if made is not None:
        return Redirect(f"/people/{made.public_id}?done=created", status_code=303)
    units = await entering_people.units_to_enter_into(connection, principal)
    return page(request, "accounts/new_person.html", status=422, units=units, sent=data, errors=read.errors)


@get("/people/{person_id:str}", **requires("people.read"))
async def person(
    request: HttpRequest, person_id: str, connection: AsyncConnection, principal: Principal
) -> Response[str]:
    found = await _found(connection, principal, person_id, "people.read")
    return await _person(request, connection, principal, found)


@post("/people/{person_id:str}", status_code=200, **requires("people.manage"))
async def change_person(
    request: HttpRequest, person_id: str, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found, read = await _found(connection, principal, person_id, "people.manage"), Reading(data)
    await entering_people.correct(connection, principal, found, read)
    if read.errors:
        return await _person(request, connection, principal, found, read=read, refused="change")
    return Redirect(f"/people/{person_id}?done=saved", status_code=303)


@post("/people/{person_id:str}/account", status_code=200, **requires("grants.manage"))
async def open_account(
    request: HttpRequest, person_id: str, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found, read = await _found(connection, principal, person_id), Reading(data)
    secret = await changing_account.open_account(connection, principal, found, read)
    if secret is None:
        return await _person(request, connection, principal, found, read=read, refused="account")
    return await _with_password(request, connection, principal, person_id, secret)


@post("/people/{person_id:str}/password", status_code=200, **requires("grants.manage"))
async def reset_password(
    request: HttpRequest, person_id: str, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found = await _found(connection, principal, person_id)
    secret = await changing_account.reset_password(connection, principal, found)
    return await _with_password(request, connection, principal, person_id, secret)


@post("/people/{person_id:str}/disable", status_code=303, **requires("grants.manage"))
async def disable_account(person_id: str, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await _found(connection, principal, person_id)
    await changing_account.set_disabled(connection, principal, found, disabled=True)
    return Redirect(f"/people/{person_id}?done=disabled", status_code=303)


@post("/people/{person_id:str}/enable", status_code=303, **requires("grants.manage"))
async def enable_account(person_id: str, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await _found(connection, principal, person_id)
    await changing_account.set_disabled(connection, principal, found, disabled=False)
    return Redirect(f"/people/{person_id}?done=enabled", status_code=303)


@post("/people/{person_id:str}/grants", status_code=200, **requires("grants.manage"))
async def grant_role(
    request: HttpRequest, person_id: str, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found, read = await _found(connection, principal, person_id), Reading(data)
    await granting.grant(connection, principal, found, read)
    if read.errors:
        return await _person(request, connection, principal, found, read=read, refused="grant")
    return Redirect(f"/people/{person_id}?done=granted", status_code=303)


@post("/people/{person_id:str}/grants/{grant_id:int}/take", status_code=303, **requires("grants.manage"))
async def take_role(person_id: str, grant_id: int, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await _found(connection, principal, person_id)
    await granting.take(connection, principal, found, grant_id)
    return Redirect(f"/people/{person_id}?done=taken", status_code=303)


async def _found(
    connection: AsyncConnection, principal: Principal, person_id: str, permission: str = "grants.manage"
) -> Found:
    found = await people_queries.person_within(connection, person_id, principal.scopes(permission))
    if found is None:
        raise not_found()
    return found


async def _with_password(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, person_id: str, secret: str
) -> Response[str]:
    found = await _found(connection, principal, person_id)
    return await _person(request, connection, principal, found, one_time_password=secret)


async def _person(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    found: Found,
    *,
    read: Reading | None = None,
    refused: str = "",
    one_time_password: str = "",
) -> Response[str]:
    scopes = principal.scopes("grants.manage")
    grants_here = bool(await people_queries.person_within(connection, found.public_id, scopes)) if scopes else False
    corrects = await people_queries.person_within(connection, found.public_id, principal.scopes("people.manage"))
    grants = await grant_queries.grants_of(connection, found.id)
    classes = await member_queries.classes_of_person(connection, found.id, principal.scopes("people.read"))
    return page(
        request,
        "accounts/person.html",
        status=422 if read and read.errors else 200,
        person=found,
        classes=classes,
        filled=await member_queries.classes_of_person(connection, found.id, principal.scopes("people.manage")),
        pupil=bool(classes) and not grants and not found.username,
        grants=grants,
        grants_here=grants_here,
        may_correct=bool(corrects),
        units=await unit_queries.units_within(connection, scopes) if grants_here else (),
        role_labels={name: role.label for name, role in STAFF_ROLES.items()},
        sent=read.form if read else {},
        errors=read.errors if read else {},
        refused=refused,
        one_time_password=one_time_password,
        messages=told(request),
    )


ROUTES = (
    people,
    new_person,
    enter_person,
    person,
    change_person,
    open_account,
    reset_password,
    disable_account,
    enable_account,
    grant_role,
    take_role,
)
