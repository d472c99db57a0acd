"""Exam rooms: the list, one sitting or room live, and acts on all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect, ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import crediting, outage_queries
from exam_engine.delivery.intervening import PERMISSION, intervene_in_all
from exam_engine.kit import audit, cursors
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import _, invalid, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, public_id, requires
from exam_engine.kit.pages import page, render
from exam_engine.sittings import policy as policies
from exam_engine.sittings.scope import found_sitting
from proctoring import acting, live, queries
from proctoring.room_page import Kept, action_of, confirm_page, reasons_of, room_context, rooms_page, told, view_of

Asked = Request[Any, Any, State]

#: On one page of the list. A province has hundreds at once, and to count all of their candidates would hold up answers.
SITTINGS = 20


@get("/rooms", **requires("rooms.watch"))
async def rooms(request: Asked, connection: AsyncConnection, principal: Principal, after: str = "") -> Response[str]:
    shown = await queries.sittings_now(
        connection, principal.scopes("rooms.watch"), principal.id, after=cursors.read(after), limit=SITTINGS + 1
    )
    rows = await queries.rooms_now(connection, [one["id"] for one in shown[:SITTINGS]], principal.id)
    return rooms_page(request, rows, shown[SITTINGS - 1] if len(shown) > SITTINGS else None, first=not after)


@get("/rooms/{sitting:str}", **requires("rooms.watch"))
async def room(request: Asked, connection: AsyncConnection, principal: Principal, sitting: str) -> Response[str]:
    """Asked by htmx it is the part that changes."""
    found = await found_sitting(connection, principal, sitting, "rooms.watch")
    view, names = view_of(request), await queries.rooms_of(connection, found["id"])
    rows = await _candidates(connection, found, names, view.room)
    context = room_context(request, found, names, rows, view)
    if request.headers.get("hx-request") == "true":
        return page(request, "proctoring/room_part.html", **context)
    if policies.decode(found["policy"]).signals:
        await audit.record(connection, principal, "room_watched", "sitting", found["id"], unit_id=found["unit_id"])
    acts = principal.scopes(PERMISSION)
    return page(
        request,
        "proctoring/room.html",
        **context,
        acts=acting.ACTS,
        for_all=[action for action in acting.FOR_ALL if acting.concerned(rows, action)],
        proposals=await outage_queries.open_proposals(connection, sitting, acts),
        messages=told(request),
    )


@get("/rooms/{sitting:str}/live", **requires("rooms.watch"))
async def room_live(
    request: Asked, connection: AsyncConnection, principal: Principal, state: State, sitting: str
) -> ServerSentEvent:
    found = await found_sitting(connection, principal, sitting, "rooms.watch")
    names = await queries.rooms_of(connection, found["id"])
    view, kept = view_of(request), Kept()

    def part(rows: Sequence[queries.Row]) -> str:
        context = room_context(request, found, names, rows, view, kept)
        return render(request, "proctoring/room_part.html", **context)

    return live.stream(state.watch.follow(found["id"], principal.session_id or 0, view.room), part)


async def _candidates(
    connection: AsyncConnection, sitting: Any, rooms: Mapping[str, str], room: str
) -> Sequence[queries.Row]:
    """Of a room of the sitting, or of the whole; nobody where there is no such room."""
    if not room:
        return await queries.watched(connection, [sitting["id"]])
    return await queries.watched(connection, rooms=[room]) if room in rooms else []


@post("/rooms/{sitting:str}/act", status_code=200, **requires("rooms.act"))
async def act_on_all(request: Asked, principal: Principal, state: State, sitting: str, data: Form) -> Response[Any]:
    """First the consequence in words and numbers, then the act, in portions that commit each for itself."""
    async with transaction(state.engine) as connection:
        found = await found_sitting(connection, principal, sitting, PERMISSION)
        names, room = await queries.rooms_of(connection, found["id"]), str(data.get("room", ""))
        if room and room not in names:
            raise not_found()
        rows = await _candidates(connection, found, names, room)
    form = Reading(data)
    order = acting.order_of(form, reasons=reasons_of(request))
    if form.errors and action_of(data) is None:
        raise invalid(_("This is nothing that staff can do to an attempt."))
    confirmed = data.get("confirmed") == "yes"
    if order is None or order.action not in acting.FOR_ALL or not confirmed:
        return confirm_page(request, found, rows, room, names.get(room, ""), data, form.errors if confirmed else {})
    act = form.text("act", required=False, longest=64) or public_id()
    done = await intervene_in_all(state.engine, state.keyring, state.events, principal, found, order, act, room or None)
    query = {"done": str(order.action), "n": done.acted} | ({"room": room} if room else {})
    return Redirect(f"/rooms/{sitting}?{urlencode(query)}", status_code=303)


@post("/rooms/{sitting:str}/credit", status_code=303, **requires("rooms.act"))
async def decide_credit(connection: AsyncConnection, principal: Principal, sitting: str, data: Form) -> Response[Any]:
    await found_sitting(connection, principal, sitting, PERMISSION)
    number, grant = str(data.get("proposal", "")), data.get("decision")
    if not (number.isascii() and number.isdigit() and len(number) < 18) or grant not in ("grant", "decline"):
        raise invalid(_("Some of the values sent do not fit: %(names)s."), names="proposal")
    await crediting.decide(connection, principal, principal.scopes(PERMISSION), int(number), grant=grant == "grant")
    return Redirect(f"/rooms/{sitting}?done=credit_{grant}", status_code=303)


ROUTES = (rooms, room, room_live, act_on_all, decide_credit)
