"""One attempt as staff see it: every slot with response and mark, the journal in time, rulings."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import answer_files, file_queries
from exam_engine.delivery.answers import counting_answers
from exam_engine.delivery.entries import ANSWER, VIEWS
from exam_engine.delivery.entry_number import MOST_COUNTER, MOST_RESUME
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.errors import invalid, not_found
from exam_engine.kit.forms import Form
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.reports import queries, showing, timeline
from exam_engine.reports.decision_form import KIND_LABELS, KIND_TONES
from exam_engine.reports.finding import definition_of, may_see_names, sitting_of
from exam_engine.reports.routes import read_reason
from exam_engine.reports.slots import slot_views
from exam_engine.reports.words import CAUSES, STANDINGS, STATES, TONES
from exam_engine.scoring import marking, ruling
from exam_engine.scoring.numbering import versions_in_order
from exam_engine.sittings.wording import wording


@get("/results/{sitting:str}/attempts/{attempt:str}", **requires("results.read"))
async def attempt_page(
    request: Request[Any, Any, Any], connection: AsyncConnection, principal: Principal, sitting: str, attempt: str
) -> Response[str]:
    found = await sitting_of(connection, principal, sitting)
    person = await _candidate(connection, found, attempt)
    row = await queries.attempt_by_id(connection, person["attempt_id"])
    slots = (await marking.forms(connection, found["id"], {row["form_id"]: row["form"]}))[row["form_id"]].slots
    entries = await queries.entries_of_attempt(connection, row["id"], (ANSWER, VIEWS))
    result = await queries.current_result(connection, row["id"])
    answers = (await counting_answers(connection, [row["id"]])).get(row["id"], {})
    values = {slot: answer.value for slot, answer in answers.items()}
    views = slot_views(slots, result["marks"], values, row["variant"]) if result else []
    places = timeline.places(row["variant"])
    versions = versions_in_order(definition_of(found))
    return page(
        request,
        "reports/attempt.html",
        sitting=found,
        person=person,
        attempt=row,
        names=may_see_names(principal, found),
        keys=principal.reaches("items.read", found["path"]),
        result=result,
        views=views,
        files=await answer_files.shown(connection, row["id"], values),
        numbers={version: place for place, version in enumerate(versions, 1)},
        seconds=timeline.seconds_by_slot(entries),
        answered_at={slot: answer.arrived_at for slot, answer in answers.items()},
        moments=timeline.moments(entries, await queries.interventions(connection, row["id"]), slots, places),
        versions=await queries.versions_of_result(connection, row["id"]),
        comments=await queries.comments(connection, row["id"]),
        exact=showing.exact,
        second=showing.second,
        score=showing.score,
        state_labels=STATES,
        tones=TONES,
        standings=STANDINGS,
        causes=CAUSES,
        kind_labels=KIND_LABELS,
        kind_tones=KIND_TONES,
        **wording(request, found["policy"]),
    )


@get("/results/{sitting:str}/attempts/{attempt:str}/files/{digest:str}", **requires("results.read"))
async def file_of_attempt(
    connection: AsyncConnection, principal: Principal, sitting: str, attempt: str, digest: str
) -> Response[bytes]:
    found = await sitting_of(connection, principal, sitting)
    person = await _candidate(connection, found, attempt)
    return answer_files.reply(await file_queries.file_of(connection, person["attempt_id"], digest))


@post("/results/{sitting:str}/attempts/{attempt:str}/rulings", status_code=303, **requires("results.manage"))
async def rule(
    connection: AsyncConnection, principal: Principal, state: State, sitting: str, attempt: str, data: Form
) -> Redirect:
    found = await sitting_of(connection, principal, sitting, "results.manage")
    person = await _candidate(connection, found, attempt)
    entry = (_whole(data.get("resume"), MOST_RESUME), _whole(data.get("counter"), MOST_COUNTER))
    counts = data.get("counts") == "yes"
    reason = read_reason(data)
    await ruling.rule(connection, state.events, principal, found, person["attempt_id"], entry, counts, reason)
    return Redirect(f"/results/{sitting}/attempts/{attempt}", status_code=303)


async def _candidate(connection: AsyncConnection, sitting: RowMapping, public: str) -> RowMapping:
    person = await queries.candidate_of_sitting(connection, sitting["id"], public)
    if person is None or person["attempt_id"] is None:
        raise not_found()
    return person


def _whole(value: object, most: int) -> int:
    try:
        number = msgspec.convert(value, int, strict=False)
    except msgspec.ValidationError:
        number = -1
    if not 0 <= number <= most:
        raise invalid(N_("That entry of the journal is not named correctly."))
    return number


ROUTES = (attempt_page, file_of_attempt, rule)
