"""The candidate's own result: exactly what the exam's policy shows, and nothing before."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.delivery.answers import counting_answers
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.reports import queries, showing
from exam_engine.reports.slots import slot_views
from exam_engine.scoring import marking
from exam_engine.scoring.disclosure import disclosed
from exam_engine.scoring.queries import CLOSED
from exam_engine.sittings import policy as policies


@get("/play/result", **requires("attempt.own"))
async def own_result(
    request: Request[Any, Any, Any], connection: AsyncConnection, principal: Principal
) -> Response[str]:
    found = await queries.own_attempt(connection, principal.id)
    if found is None:
        raise not_found()
    return await result_page(request, connection, found, back=("/play", _("Back to the receipt")))


async def result_page(
    request: Request[Any, Any, Any], connection: AsyncConnection, found: RowMapping, *, back: tuple[str, str]
) -> Response[str]:
    """`found`: a row of `queries.own_attempt`, whose owner has been checked; `back`: where the page leads, msgid."""
    definition = definitions.decode(found["definition"])
    shows = disclosed(definition.afterwards, closed=found["state"] in CLOSED, released=found["released_at"] is not None)
    result = await queries.current_result(connection, found["id"]) if shows.anything else None
    views, comments = [], {}
    if result is not None and (shows.responses or shows.key):
        known = await marking.forms(connection, found["sitting_id"], {found["form_id"]: found["form"]})
        answers = (await counting_answers(connection, [found["id"]])).get(found["id"], {})
        values = {slot: answer.value for slot, answer in answers.items()}
        views = slot_views(known[found["form_id"]].slots, result["marks"], values, found["variant"])
        comments = await queries.comments(connection, found["id"]) if shows.responses else {}
    return page(
        request,
        "reports/own_result.html",
        found=found,
        formal=policies.decode(found["policy"]).formal,
        closed=found["state"] in CLOSED,
        ever=definition.afterwards,
        shows=shows,
        result=result,
        views=views,
        comments=comments,
        scale=definition.scale,
        score=showing.score,
        exact=showing.exact,
        back=back,
    )


ROUTES = (own_result,)
