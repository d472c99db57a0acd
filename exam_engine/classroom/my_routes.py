"""A pupil's own page: what is open, what is coming, practice, results; and one tap into a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.authenticating import COOKIE, session_cookie
from exam_engine.accounts.signing_in import revoke
from exam_engine.authoring import definition as definitions
from exam_engine.classroom import coming_in, my, my_queries
from exam_engine.kit import clock
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.reports import own_routes, showing
from exam_engine.reports import queries as reports
from exam_engine.scoring import queries as scoring
from exam_engine.scoring.notes import Note, notes

HttpRequest = Request[Any, Any, State]


@get("/my", **requires("pupil.own"))
async def my_page(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    person = person_of(principal)
    rows = await my_queries.tests_of_pupil(connection, person)
    tests = [(row, definitions.decode(row["definition"])) for row in rows]
    now = await clock.read(connection)
    week = my.week(tests, now)
    return page(
        request,
        "classroom/my.html",
        week=week,
        who=await my_queries.who(connection, person),
        notes=await _notes(connection, week.past),
        score=showing.score,
    )


@post("/my/sittings/{sitting:str}/enter", status_code=303, **requires("pupil.own"))
async def enter(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State, sitting: str
) -> Response[Any]:
    """Into the attempt that there is, or a new one; practice that is done begins its next round."""
    found = await my_queries.test_of_pupil(connection, sitting, person_of(principal))
    if found is None:
        raise not_found()
    if found["kind"] == "exam":
        message = _("A formal exam is entered at the site, with the ticket.")
        raise Refused("ticket_needed", 409, message)
    if found["attempt_state"] in my.DONE and found["kind"] != "practice":
        return Redirect(f"/my/results/{found['candidate']}", status_code=303)
    if found["early"]:
        raise Refused("not_open_yet", 409, _("This test is not open yet. Come back when it begins."))
    agent = request.headers.get("user-agent", "")
    token = await coming_in.as_pupil(connection, state.keyring, state.events, found, person_of(principal), agent)
    await revoke(connection, request.cookies.get(COOKIE, ""))
    reply = Redirect("/play", status_code=303)
    reply.set_cookie(session_cookie(token, state.settings))
    return reply


@get("/my/results/{candidate:str}", **requires("pupil.own"))
async def my_result(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, candidate: str
) -> Response[str]:
    found = await _own_attempt(connection, principal, candidate)
    back, pictures = ("/my", _("Back to my page")), f"/my/results/{candidate}/assets/"
    return await own_routes.result_page(request, connection, found, back=back, pictures=pictures)


@get("/my/results/{candidate:str}/assets/{digest:str}", **requires("pupil.own"))
async def my_picture(connection: AsyncConnection, principal: Principal, candidate: str, digest: str) -> Response[bytes]:
    return await own_routes.picture_of(connection, await _own_attempt(connection, principal, candidate), digest)


@get("/my/results/{candidate:str}/files/{digest:str}", **requires("pupil.own"))
async def my_file(connection: AsyncConnection, principal: Principal, candidate: str, digest: str) -> Response[bytes]:
    return await own_routes.file_of(connection, await _own_attempt(connection, principal, candidate), digest)


async def _own_attempt(connection: AsyncConnection, principal: Principal, candidate: str) -> RowMapping:
    own = await my_queries.own_candidate(connection, candidate, person_of(principal))
    found = await reports.own_attempt(connection, own) if own is not None else None
    if found is None:
        raise not_found()
    return found


async def _notes(connection: AsyncConnection, past: Sequence[my.Test]) -> dict[int, list[Note]]:
    """Attempt → what was decided about its items after the fact, as far as the pupil may see the result."""
    shown = {test.row["attempt_id"]: test for test in past if test.shows is not None and test.shows.anything}
    if not shown:
        return {}
    return {
        attempt: notes(rows, score=shown[attempt].sees_score, at_submission=shown[attempt].saw_score_at_once)
        for attempt, rows in (await scoring.notes_for_attempts(connection, list(shown))).items()
    }


def person_of(principal: Principal) -> int:
    if principal.pupil_id is None:
        raise not_found()
    return principal.pupil_id


ROUTES = (my_page, enter, my_result, my_picture, my_file)
