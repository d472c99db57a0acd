"""The register of a sitting: its candidates in Vietnamese order, one candidate, tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.database import transaction
from exam_engine.kit.errors import _, conflict, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of
from exam_engine.sittings import candidate_queries, printing, registering, room_queries
from exam_engine.sittings.scope import HttpRequest, found_candidate, found_sitting, sitting_page
from item_bank.content.folding import fold

PAGE_SIZE = 100


@get("/sittings/{sitting:str}/candidates", **requires("sittings.read"))
async def candidates(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    sitting: str,
    q: str = "",
    room: str = "",
    after: str = "",
) -> Response[str]:
    found = await found_sitting(connection, principal, sitting)
    key, _tab, number = after.partition("\t")
    rows = await candidate_queries.candidates_found(
        connection,
        found["id"],
        wanted=fold(q[:100]),
        room_public=room,
        after=(key, number) if after else None,
        limit=PAGE_SIZE + 1,
    )
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    more = {"q": q, "room": room, "after": f"{last['sort_key']}\t{last['number']}"} if last else {}
    return sitting_page(
        request,
        "sittings/candidates.html",
        found,
        rows=rows[:PAGE_SIZE],
        more_href=f"?{urlencode(more)}" if more else "",
        count=await candidate_queries.count_candidates(connection, found["id"]),
        rooms=await room_queries.rooms_of(connection, found["id"]),
        chosen={"q": q, "room": room},
    )


@get("/sittings/{sitting:str}/candidates/new", **requires("roster.manage"))
async def new_candidate(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str
) -> Response[str]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    return await _form(request, connection, found, None, {}, {})


@post("/sittings/{sitting:str}/candidates/new", status_code=200, **requires("roster.manage"))
async def add_candidate(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, data: Form
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    form = Reading(data)
    await registering.add(connection, principal, found, form)
    if form.errors:
        return await _form(request, connection, found, None, data, form.errors)
    return Redirect(f"/sittings/{sitting}/candidates?done=added", status_code=303)


@get("/sittings/{sitting:str}/candidates/{candidate:str}", **requires("roster.manage"))
async def one_candidate(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, candidate: str
) -> Response[str]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    wanted = await found_candidate(connection, found, candidate)
    return await _form(request, connection, found, wanted, _values(wanted), {})


@post("/sittings/{sitting:str}/candidates/{candidate:str}", status_code=200, **requires("roster.manage"))
async def change_candidate(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, candidate: str, data: Form
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    wanted, form = await found_candidate(connection, found, candidate), Reading(data)
    await registering.change(connection, principal, found, wanted, form)
    if form.errors:
        return await _form(request, connection, found, wanted, data, form.errors)
    return Redirect(f"/sittings/{sitting}/candidates/{candidate}?done=saved", status_code=303)


@post("/sittings/{sitting:str}/candidates/{candidate:str}/remove", status_code=303, **requires("roster.manage"))
async def remove_candidate(
    connection: AsyncConnection, principal: Principal, sitting: str, candidate: str
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    await registering.remove(connection, principal, found, await found_candidate(connection, found, candidate))
    return Redirect(f"/sittings/{sitting}/candidates?done=removed", status_code=303)


@post("/sittings/{sitting:str}/candidates/{candidate:str}/ticket", status_code=303, **requires("roster.manage"))
async def renew_ticket(
    connection: AsyncConnection, principal: Principal, state: State, sitting: str, candidate: str, data: Form
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    wanted = await found_candidate(connection, found, candidate)
    sign_out = data.get("sign_out") == "1"
    await registering.renew(connection, state.keyring, principal, found, wanted, sign_out=sign_out)
    return Redirect(f"/sittings/{sitting}/candidates/{candidate}?done=renewed", status_code=303)


@get("/sittings/{sitting:str}/tickets.pdf", **requires("roster.manage"))
async def tickets(
    request: HttpRequest,
    principal: Principal,
    state: State,
    sitting: str,
    room: str = "",
    candidate: str = "",
) -> Response[bytes]:
    """Of everybody, of one room, or of one candidate; room by room, ready to cut. No connection is held while the
    sheets are set."""
    async with transaction(state.engine) as connection:
        found = await found_sitting(connection, principal, sitting, "roster.manage")
        rows = await candidate_queries.candidates_of(connection, found["id"])
        if room:
            wanted = await room_queries.room_of(connection, found["id"], room)
            rows = [row for row in rows if wanted is not None and row["room_id"] == wanted["id"]]
    if candidate:
        rows = [row for row in rows if row["public_id"] == candidate]
    if not rows:
        raise not_found()
    if found["state"] in ("draft", "confirming") or any(row["ticket_sealed"] is None for row in rows):
        raise conflict(_("Tickets are made when the roster is confirmed."))
    made = await printing.tickets(state.keyring, state.settings.public_url, found, rows, locale_of(request))
    headers = {"Content-Disposition": 'inline; filename="tickets.pdf"', "Cache-Control": "private, no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


async def _form(
    request: HttpRequest,
    connection: AsyncConnection,
    sitting: RowMapping,
    candidate: RowMapping | None,
    values: Mapping[str, Any],
    errors: dict[str, str],
) -> Response[str]:
    return sitting_page(
        request,
        "sittings/entry.html",
        sitting,
        status=422 if errors else 200,
        candidate=candidate,
        values=values,
        errors=errors,
        rooms=await room_queries.rooms_of(connection, sitting["id"]),
        draft=sitting["state"] == "draft",
    )


def _values(row: RowMapping) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("full_name", "number", "code", "class_name")},
        "birth_date": row["birth_date"].strftime("%d/%m/%Y") if row["birth_date"] else "",
        "room": row["room_name"] or "",
        "seat": row["seat"] or "",
        "extra_percent": row["extra_percent"] or "",
        "extra_minutes": row["extra_minutes"] or "",
        "reason": row["accommodation_reason"],
    }


ROUTES = (
    candidates,
    new_candidate,
    add_candidate,
    one_candidate,
    change_candidate,
    remove_candidate,
    renew_ticket,
    tickets,
)
