"""How a bank is reviewed: how many reviewers, what they answer for, who they are, and who releases its papers."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries as authoring
from exam_engine.authoring.review_words import CHECKLIST_LABELS
from exam_engine.kit import audit
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.reviewing import queries
from item_bank.review.verdicts import MOST_REVIEWS, Rules
from item_bank.storage import queries as storage
from item_bank.storage import review_queries

HttpRequest = Request[Any, Any, Any]
#: Who may review, by role: accounts is a floor beside, and a test compares this with what its roles hold.
REVIEWING_ROLES = ("reviewer",)


@get("/bank/{bank:str}/rules", **requires("banks.rules"))
async def rules_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str
) -> Response[str]:
    return await _page(request, connection, await _bank(connection, principal, bank), "")


@post("/bank/{bank:str}/rules", status_code=200, **requires("banks.rules"))
async def set_rules(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str
) -> Response[Any]:
    found = await _bank(connection, principal, bank)
    data = await request.form()
    wanted = str(data.get("reviews", ""))
    if wanted not in {str(n) for n in range(MOST_REVIEWS + 1)}:
        return await _page(request, connection, found, _("Please choose one of the list."))
    checklist = tuple(name for name in CHECKLIST_LABELS if name in data.getall("checklist", []))
    if not checklist:
        return await _page(request, connection, found, _("Ask for one line of the checklist at least."))
    people = await _reviewers(connection, found)
    ticked = set(data.getall("reviewer", []))
    team = [row["id"] for row in people if row["public_id"] in ticked]
    rules, two = Rules(int(wanted), checklist), data.get("released_by_two") == "1"
    await review_queries.set_rules(connection, found["id"], rules, released_by_two=two)
    await review_queries.set_team(connection, found["id"], team)
    await audit.record(
        connection, principal, "changed", "bank", found["id"], unit_id=found["unit_id"], reviews=rules.reviews,
        checklist=list(checklist), released_by_two=two, reviewers=team,
    )  # fmt: skip
    return Redirect(f"/bank/{bank}/rules?done=1", status_code=303)


async def _bank(connection: AsyncConnection, principal: Principal, bank: str) -> RowMapping:
    owner = authoring.banks_open_to(principal, "banks.rules")
    found = await storage.bank_by_public_id(connection, bank, owner)
    if found is None:
        raise not_found()
    return found


async def _reviewers(connection: AsyncConnection, bank: RowMapping) -> Any:
    unit = await authoring.unit_of_bank(connection, bank["id"])
    return await queries.people_with_roles(connection, unit["path"], REVIEWING_ROLES)


async def _page(request: HttpRequest, connection: AsyncConnection, bank: RowMapping, error: str) -> Response[str]:
    return page(
        request,
        "reviewing/rules.html",
        bank=bank,
        rules=review_queries.rules_of(bank),
        most=MOST_REVIEWS,
        labels=CHECKLIST_LABELS,
        people=await _reviewers(connection, bank),
        team=await review_queries.team_of(connection, bank["id"]),
        error=error,
        saved=request.query_params.get("done") == "1",
        status=422 if error else 200,
    )


ROUTES = (rules_page, set_rules)
