"""Rooms of a sitting: their names, who invigilates, how many sit there."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.kit import audit
from exam_engine.kit.errors import _, conflict, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.sittings import room_queries
from exam_engine.sittings.scope import HttpRequest, found_sitting, sitting_page

#: Roles that may act in a room.
WATCHERS = tuple(name for name, role in STAFF_ROLES.items() if "rooms.act" in role.permissions)


@get("/sittings/{sitting:str}/rooms", **requires("sittings.read"))
async def rooms(request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str) -> Response[str]:
    return await _rooms(request, connection, await found_sitting(connection, principal, sitting), {})


@post("/sittings/{sitting:str}/rooms", status_code=200, **requires("roster.manage"))
async def add_room(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, data: Form
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    form = Reading(data)
    name = form.text("name", longest=60)
    if name and await room_queries.room_name_is_taken(connection, found["id"], name, 0):
        form.errors["name"] = _("Another room of this sitting has this name.")
    if form.errors:
        return await _rooms(request, connection, found, {"new": form.errors["name"]})
    await room_queries.room_ids(connection, found["id"], [name])
    return Redirect(f"/sittings/{sitting}/rooms?done=room", status_code=303)


@post("/sittings/{sitting:str}/rooms/{room:str}", status_code=200, **requires("roster.manage"))
async def change_room(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, room: str, data: Form
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    wanted = await _room(connection, found, room)
    if data.get("action") == "remove":
        return await _removed(connection, principal, found, wanted)
    form = Reading(data)
    name = form.text("name", longest=60)
    if name and await room_queries.room_name_is_taken(connection, found["id"], name, wanted["id"]):
        form.errors["name"] = _("Another room of this sitting has this name.")
    staff = await room_queries.possible_invigilators(connection, found["path"], WATCHERS)
    chosen = next((one for one in staff if one["public_id"] == data.get("invigilator")), None)
    if form.errors:
        return await _rooms(request, connection, found, {room: form.errors["name"]})
    await room_queries.change_room(connection, wanted["id"], name=name, invigilator_id=chosen["id"] if chosen else None)
    await _trace(connection, principal, found, wanted, "changed")
    return Redirect(f"/sittings/{sitting}/rooms?done=room", status_code=303)


async def _removed(
    connection: AsyncConnection, principal: Principal, found: RowMapping, room: RowMapping
) -> Response[Any]:
    if not await room_queries.remove_empty_room(connection, room["id"]):
        raise conflict(_("Candidates sit in this room. Move them first."))
    await _trace(connection, principal, found, room, "removed")
    return Redirect(f"/sittings/{found['public_id']}/rooms?done=room_removed", status_code=303)


async def _room(connection: AsyncConnection, found: RowMapping, room: str) -> RowMapping:
    wanted = await room_queries.room_of(connection, found["id"], room)
    if wanted is None:
        raise not_found()
    return wanted


async def _rooms(
    request: HttpRequest, connection: AsyncConnection, found: RowMapping, errors: dict[str, str]
) -> Response[str]:
    return sitting_page(
        request,
        "sittings/rooms.html",
        found,
        status=422 if errors else 200,
        rooms=await room_queries.rooms_of(connection, found["id"]),
        staff=await room_queries.possible_invigilators(connection, found["path"], WATCHERS),
        errors=errors,
    )


async def _trace(
    connection: AsyncConnection, principal: Principal, found: RowMapping, room: RowMapping, action: str
) -> None:
    await audit.record(connection, principal, action, "room", room["id"], unit_id=found["unit_id"])


ROUTES = (rooms, add_room, change_room)
