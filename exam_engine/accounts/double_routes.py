"""Pupils who were entered twice: likely pairs, side by side, and the merger."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import member_queries, merging, merging_queries, namesakes, people_queries, unit_queries
from exam_engine.accounts.words import told
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page

HttpRequest = Request[Any, Any, State]
MOST = 100


@get("/doubles", **requires("people.manage"))
async def doubles(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    """Of everybody within reach, or around one `class`."""
    scopes, wanted = (
        principal.scopes("people.manage"),
        Reading(dict(request.query_params)).text("class", required=False),
    )
    unit = await unit_queries.unit_within(connection, wanted, scopes) if wanted else None
    if wanted and unit is None:
        raise not_found()
    pairs = await merging_queries.likely_doubles(connection, scopes, class_id=unit.id if unit else None, limit=MOST)
    return page(
        request,
        "accounts/doubles.html",
        pairs=pairs,
        apart=namesakes.of_class(await member_queries.members_of(connection, unit.id)) if unit else {},
        unit=unit,
        most=MOST,
        messages=told(request),
        merged=await _merged(request, connection, scopes),
    )


@get("/doubles/pair", **requires("people.manage"))
async def compare(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    return await _pair(request, connection, principal, Reading(dict(request.query_params)), status=200)


@post("/doubles/pair", status_code=200, **requires("people.manage"))
async def merge(
    request: HttpRequest, data: Form, connection: AsyncConnection, principal: Principal, state: State
) -> Response[Any]:
    read = Reading(data)
    kept = await merging.merge(connection, state.keyring, principal, read)
    if kept is None:
        return await _pair(request, connection, principal, read, status=422)
    around = {"class": str(data.get("class"))} if data.get("class") else {}
    return Redirect(f"/doubles?{urlencode({**around, 'merged': kept.public_id})}", status_code=303)


@post("/doubles/apart", status_code=303, **requires("people.manage"))
async def tell_apart(data: Form, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    read = Reading(data)
    one, other, around = (read.text(name, required=False, longest=40) for name in ("one", "other", "class"))
    await merging.tell_apart(connection, principal, one, other)
    back = {"class": around} if around else {}
    return Redirect(f"/doubles?{urlencode({**back, 'done': 'apart'})}", status_code=303)


async def _merged(request: HttpRequest, connection: AsyncConnection, scopes: tuple[str, ...]) -> merging.Side | None:
    """The entry that stayed, after a merger led back to the list, with what it has now."""
    public = Reading(dict(request.query_params)).text("merged", required=False, longest=40)
    found = await people_queries.person_within(connection, public, scopes) if public else None
    return merging.Side(found, await merging_queries.belongings(connection, found.id)) if found else None


async def _pair(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, read: Reading, *, status: int
) -> Response[str]:
    one, other = (read.text(name, required=False, longest=40) for name in ("one", "other"))
    first, second = await merging.pair(connection, principal, one, other)
    ways = [(first, second), (second, first)]
    return page(
        request,
        "accounts/doubles_pair.html",
        status=status,
        sides=[(keep, drop, await merging.obstacle(connection, keep, drop)) for keep, drop in ways],
        sent=read.form,
        errors=read.errors,
        around=read.text("class", required=False, longest=40),
    )


ROUTES = (doubles, compare, merge, tell_apart)
