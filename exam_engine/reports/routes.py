"""Results: the list of sittings, one sitting, what is done with its results."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import QueryParameter
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import invalid
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.reports import chart, queries, showing
from exam_engine.reports.finding import definition_of, maximum_of, may_see_names, sitting_of
from exam_engine.reports.summary import bars, summary
from exam_engine.reports.words import STATES, TONES
from exam_engine.scoring import releasing, remarking
from exam_engine.sittings.wording import wording

HttpRequest = Request[Any, Any, Any]
SITTINGS = 50


@get("/results", **requires("results.read"))
async def results(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, before: datetime | None = None
) -> Response[str]:
    scopes = principal.scopes("results.read")
    rows = await queries.sittings_with_results(connection, scopes, before, SITTINGS + 1)
    more = rows[SITTINGS - 1]["starts_at"].isoformat() if len(rows) > SITTINGS else None
    more_href = f"?{urlencode({'before': more})}" if more else ""
    words = wording(request, *(row["policy"] for row in rows))
    return page(request, "reports/results.html", rows=rows[:SITTINGS], more_href=more_href, **words)


@get("/results/{sitting:str}", **requires("results.read"))
async def sitting_results(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    sitting: str,
    q: str = "",
    sort: str = "number",
    class_name: Annotated[str, QueryParameter(name="class")] = "",
    status: str = "",
    after: str = "",
) -> Response[str]:
    found = await sitting_of(connection, principal, sitting)
    definition = definition_of(found)
    counted = await queries.frequencies(connection, found["id"])
    figures = summary(counted)
    classes = bars(counted, maximum_of(definition, Fraction(figures.highest or 0)))
    names = may_see_names(principal, found)
    table = await showing.table(
        connection, found["id"], showing.wanted(q, sort, class_name, status, after, names=names)
    )
    return page(
        request,
        "reports/sitting.html",
        sitting=found,
        definition=definition,
        figures=figures,
        chart=chart.bar_chart(classes, figures.mean),
        states=await queries.states(connection, found["id"]),
        table_=table,
        exact=showing.exact,
        score=showing.score,
        class_names=await queries.class_names(connection, found["id"]),
        names=names,
        state_labels=STATES,
        tones=TONES,
        **wording(request, found["policy"]),
    )


@post("/results/{sitting:str}/release", status_code=303, **requires("results.manage"))
async def release(connection: AsyncConnection, principal: Principal, sitting: str) -> Redirect:
    found = await sitting_of(connection, principal, sitting, "results.manage")
    await releasing.release(connection, principal, found)
    return Redirect(f"/results/{sitting}", status_code=303)


@post("/results/{sitting:str}/take-back", status_code=303, **requires("results.manage"))
async def take_back(connection: AsyncConnection, principal: Principal, sitting: str, data: Form) -> Redirect:
    found = await sitting_of(connection, principal, sitting, "results.manage")
    reason = read_reason(data)
    await releasing.take_back(connection, principal, found, reason)
    return Redirect(f"/results/{sitting}", status_code=303)


@get("/results/{sitting:str}/remark", **requires("results.manage"))
async def remark_preview(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str
) -> Response[str]:
    found = await sitting_of(connection, principal, sitting, "results.manage")
    preview = await remarking.preview(connection, found["id"])
    people = await queries.candidates_of_attempts(connection, [change.attempt_id for change in preview.changes])
    return page(
        request,
        "reports/remark.html",
        sitting=found,
        preview=preview,
        people=people,
        names=may_see_names(principal, found),
        gain=showing.gain,
        score=showing.score,
        **wording(request, found["policy"]),
    )


@post("/results/{sitting:str}/remark", status_code=303, **requires("results.manage"))
async def remark(connection: AsyncConnection, principal: Principal, state: State, sitting: str, data: Form) -> Redirect:
    found = await sitting_of(connection, principal, sitting, "results.manage")
    await remarking.apply(connection, state.events, principal, found, str(data.get("fingerprint", "")))
    return Redirect(f"/results/{sitting}", status_code=303)


def read_reason(data: dict[str, Any]) -> str:
    form = Reading(data)
    reason = form.text("reason", longest=500)
    if form.errors:
        raise invalid(form.errors["reason"])
    return reason


ROUTES = (results, sitting_results, release, take_back, remark_preview, remark)
