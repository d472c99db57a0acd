"""While a test of a class runs: the part that changes, the projector, more time, the end, latecomers, guests."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.classroom import coming_in, live_page, quiz_queries, running, second_device, words
from exam_engine.classroom.quiz_pages import PERMISSION, HttpRequest, about, address_of, found_quiz, quiz_page
from exam_engine.delivery.intervening import PERMISSION as ACT
from exam_engine.kit.errors import _, invalid, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import locale_of, page
from exam_engine.sittings.joining import LONGEST_NAME

MOST_MINUTES = 180


@get("/quiz/{quiz:str}/part", **requires(PERMISSION))
async def live_part(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, seen: str = ""
) -> Response[Any]:
    """`seen`: the mark of what the page shows; nothing is sent where nothing has changed."""
    found = await _begun(request, connection, principal)
    drawn = await live_page.drawn(request, connection, found)
    if drawn.mark == seen:
        return Response(None, status_code=204, headers={"Cache-Control": "private, no-store"})
    return page(request, "classroom/live_changed.html", part=drawn)


@get("/quiz/{quiz:str}/board", **requires(PERMISSION))
async def projector(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State
) -> Response[str]:
    """For the wall of the classroom: code and numbers, no names and no marks."""
    found = await _begun(request, connection, principal)
    counted = live_page.count(await live_page.staged(connection, found))
    return page(
        request,
        "classroom/board.html",
        **about(request, found),
        **live_page.door(state, found),
        counted=counted,
        every=live_page.EVERY_S,
    )


@post("/quiz/{quiz:str}/time", status_code=303, **requires(ACT))
async def more_time(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State, data: Form
) -> Response[Any]:
    """`candidate` empty: for everybody who is not done."""
    found = await _begun(request, connection, principal)
    text = str(data.get("minutes", ""))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST_MINUTES):
        raise invalid(_("Give between 1 and 180 minutes."))
    reason = _reason(request, data, words.MORE_TIME)
    candidate = str(data.get("candidate", "")) or None
    n = await running.add_time(connection, state.keyring, state.events, principal, found, candidate, int(text), reason)
    return _back(found, f"time&n={n}")


@get("/quiz/{quiz:str}/end", **requires(ACT))
async def ask_end(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    """The consequence in numbers, before anything happens."""
    found = await _begun(request, connection, principal)
    return quiz_page(request, "classroom/end.html", found, **await live_page.part(connection, found))


@post("/quiz/{quiz:str}/end", status_code=303, **requires(ACT))
async def end(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State, data: Form
) -> Response[Any]:
    found = await _begun(request, connection, principal)
    reason = _reason(request, data, words.OVER)
    candidate = str(data.get("candidate", ""))
    if candidate:
        await running.end_one(connection, state.keyring, state.events, principal, found, candidate, reason)
        return _back(found, "ended_one")
    await running.end(connection, state.keyring, state.events, principal, found, reason)
    return _back(found, "ended")


@post("/quiz/{quiz:str}/let-in", status_code=303, **requires(ACT))
async def let_in(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    found = await _begun(request, connection, principal)
    await running.let_in(connection, principal, found)
    await coming_in.known_at(connection, found["id"], address_of(request))
    return _back(found, "open")


@post("/quiz/{quiz:str}/guests", status_code=303, **requires(ACT))
async def guests(request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form) -> Response[Any]:
    found = await _begun(request, connection, principal)
    allowed = data.get("allowed") == "1"
    await running.allow_guests(connection, principal, found, allowed=allowed)
    return _back(found, "guests" if allowed else "no_guests")


@post("/quiz/{quiz:str}/guests/{candidate:str}", status_code=303, **requires(ACT))
async def change_guest(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State, candidate: str, data: Form
) -> Response[Any]:
    found = await _begun(request, connection, principal)
    guest = await quiz_queries.candidate_in(connection, found["id"], candidate)
    if guest is None or not guest["guest"]:
        raise not_found()
    match data.get("action"):
        case "rename":
            form = Reading(data)
            name = form.text("name", longest=LONGEST_NAME)
            if form.errors:
                raise invalid(form.errors["name"])
            await running.rename_guest(connection, principal, guest, name)
            return _back(found, "renamed")
        case "match":
            if not data.get("person"):
                raise invalid(_("Choose which pupil this guest is."))
            await running.match_guest(connection, principal, found, guest, str(data["person"]))
            return _back(found, "matched")
        case "allow" | "refuse" as answer:
            allowed, asked = answer == "allow", str(data.get("asked", ""))
            reason = translator(locale_of(request))(words.OTHER_DEVICE)
            tools = (state.keyring, state.events, principal, found, guest)
            await second_device.answer(connection, *tools, asked, reason, allowed=allowed)
            return _back(found, "device" if allowed else "no_device")
        case "remove":
            reason = translator(locale_of(request))(words.REMOVED)
            await running.remove_guest(connection, state.keyring, state.events, principal, found, guest, reason)
            return _back(found, "removed")
    raise not_found()


async def _begun(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> RowMapping:
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    if found["state"] not in ("confirmed", "closed"):
        raise not_found()
    return found


def _reason(request: HttpRequest, data: Form, otherwise: str) -> str:
    form = Reading(data)
    given = form.text("reason", required=False, longest=500)
    if form.errors:
        raise invalid(form.errors["reason"])
    return given or translator(locale_of(request))(otherwise)


def _back(found: RowMapping, done: str) -> Response[Any]:
    return Redirect(f"/quiz/{found['public_id']}?done={done}", status_code=303)


ROUTES = (live_part, projector, more_time, ask_end, end, let_in, guests, change_guest)
