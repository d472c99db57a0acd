"""Pages of the organisation: units and what is below them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import ordering_units, unit_queries
from exam_engine.accounts.tables import Found
from exam_engine.accounts.words import UNIT_KIND_LABELS, told
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page

HttpRequest = Request[Any, Any, Any]


@get("/units", **requires("units.read"))
async def units(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    tops = await unit_queries.top_units(connection, principal.scopes("units.read"))
    below = {top.id: await unit_queries.children_of(connection, top.id) for top in tops}
    return page(request, "accounts/units.html", tops=tops, below=below, kinds=UNIT_KIND_LABELS)


@get("/units/{unit_id:str}", **requires("units.read"))
async def unit(request: HttpRequest, unit_id: str, connection: AsyncConnection, principal: Principal) -> Response[str]:
    return await _unit(request, connection, principal, await _found(connection, principal, unit_id, "units.read"))


@post("/units/{unit_id:str}", status_code=200, **requires("units.manage"))
async def change_unit(
    request: HttpRequest, unit_id: str, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found, read = await _found(connection, principal, unit_id), Reading(data)
    await ordering_units.change(connection, principal, found, read)
    if read.errors:
        return await _unit(request, connection, principal, found, read, "change")
    return Redirect(f"/units/{unit_id}?done=saved", status_code=303)


@post("/units/{unit_id:str}/units", status_code=200, **requires("units.manage"))
async def add_unit(
    request: HttpRequest, unit_id: str, data: Form, connection: AsyncConnection, principal: Principal
) -> Response[Any]:
    found, read = await _found(connection, principal, unit_id), Reading(data)
    await ordering_units.add_below(connection, principal, found, read)
    if read.errors:
        return await _unit(request, connection, principal, found, read, "add")
    return Redirect(f"/units/{unit_id}?done=created", status_code=303)


@post("/units/{unit_id:str}/move", status_code=303, **requires("units.manage"))
async def move_unit(unit_id: str, data: Form, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await _found(connection, principal, unit_id)
    await ordering_units.move(connection, principal, found, Reading(data).text("target"))
    return Redirect(f"/units/{unit_id}?done=moved", status_code=303)


@post("/units/{unit_id:str}/merge", status_code=303, **requires("units.manage"))
async def merge_unit(unit_id: str, data: Form, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found, target = await _found(connection, principal, unit_id), Reading(data).text("target")
    await ordering_units.merge(connection, principal, found, target)
    return Redirect(f"/units/{target}?done=merged", status_code=303)


async def _found(
    connection: AsyncConnection, principal: Principal, unit_id: str, permission: str = "units.manage"
) -> Found:
    found = await unit_queries.unit_within(connection, unit_id, principal.scopes(permission))
    if found is None:
        raise not_found()
    return found


async def _unit(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    found: Found,
    read: Reading | None = None,
    refused: str = "",
) -> Response[str]:
    """`refused` names the form that was sent and not taken."""
    scopes = principal.scopes("units.manage")
    manages = any(found.path.startswith(scope) for scope in scopes)
    others = await unit_queries.units_within(connection, scopes) if manages else ()
    return page(
        request,
        "accounts/unit.html",
        status=422 if read and read.errors else 200,
        unit=found,
        above=await unit_queries.units_above(connection, found.path, principal.scopes("units.read")),
        below=await unit_queries.children_of(connection, found.id),
        aliases=await unit_queries.aliases_of(connection, found.id),
        manages=manages,
        kinds=UNIT_KIND_LABELS,
        kinds_below=ordering_units.kinds_below(found.kind),
        parents=[o for o in others if found.kind in ordering_units.kinds_below(o.kind) and o.id != found.parent_id],
        twins=[o for o in others if o.kind == found.kind and o.id != found.id],
        zones=sorted({*ordering_units.ZONES, found.zone}),
        sent=read.form if read else {},
        errors=read.errors if read else {},
        refused=refused,
        messages=told(request),
    )


ROUTES = (units, unit, change_unit, add_unit, move_unit, merge_unit)
