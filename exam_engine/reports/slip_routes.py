"""Result slips: printed for who they are of or for staff, and checked by anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from litestar.datastructures import State
from sqlalchemy import RowMapping

from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.identity import Principal, open_to_all, requires
from exam_engine.kit.pages import locale_of, page
from exam_engine.reports import own_result, queries, slip, slip_print, slip_queries
from exam_engine.reports.finding import may_see_names, sitting_of

HttpRequest = Request[Any, Any, Any]
#: Slips of one file: more takes longer than somebody waits.
MOST = 60


@get("/play/result/slip.pdf", **requires("attempt.own"))
async def own_slip(request: HttpRequest, principal: Principal, state: State) -> Response[bytes]:
    async with transaction(state.engine) as connection:
        found = await queries.own_attempt(connection, principal.id)
        row = await slip_queries.slip_of_candidate(connection, principal.id)
        if found is None or row is None or not own_result.shows_score(found):
            raise not_found()
        parts = await slip_print.sections(connection, [row])
    return await _pdf(request, state, [row], parts)


@get("/results/{sitting:str}/slips.pdf", **requires("results.read"))
async def slips(request: HttpRequest, principal: Principal, state: State, sitting: str) -> Response[bytes]:
    """`class`: of that class; `candidate`: of that one (public id)."""
    asked = request.query_params
    async with transaction(state.engine) as connection:
        found = await sitting_of(connection, principal, sitting)
        if not may_see_names(principal, found):
            raise not_found()
        if found["released_at"] is None:
            raise Refused("not_released", 409, _("Slips are printed once the results are released."))
        of = {"class_name": asked.get("class", ""), "public": asked.get("candidate", "")}
        rows = await slip_queries.slips_of_sitting(connection, found["id"], MOST + 1, **of)
        if len(rows) > MOST:
            raise Refused("too_many_slips", 422, _("At most %(limit)s slips at once: choose a class."), limit=MOST)
        if not rows:
            raise not_found()
        parts = await slip_print.sections(connection, rows)
    return await _pdf(request, state, rows, parts)


async def _pdf(
    request: HttpRequest, state: State, rows: list[RowMapping] | Any, parts: list[list[slip_print.Part]]
) -> Response[bytes]:
    """Typeset after the transaction: no connection waits for the paper."""
    url = state.settings.public_url or str(request.base_url)
    made = await slip_print.printed(rows, parts, state.keyring, url, locale_of(request))
    headers = {"Content-Disposition": 'inline; filename="result-slip.pdf"', "Cache-Control": "private, no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


@get("/slip", **open_to_all())
async def check_slip(request: HttpRequest, state: State, s: str = "") -> Response[str]:
    """`s`: the token of a slip, or the link that its code holds. Shows what it states and whether that is so."""
    said, verdict, newer = None, "", None
    if s:
        try:
            said, signature = slip.read(s)
            verdict = "genuine" if state.keyring.verify(said.message(), signature) else "altered"
        except slip.NoSlip:
            verdict = "altered"
    if said and verdict == "genuine":
        async with transaction(state.engine) as connection:
            newer = await slip_queries.current_version(connection, said.sitting, said.number)
        if newer is not None and newer["version"] > said.version:
            verdict = "replaced"
    told = said if verdict in ("genuine", "replaced") else None
    return page(
        request,
        "reports/check_slip.html",
        typed=s[: slip.LONGEST],
        said=told,
        verdict=verdict,
        sitting=newer,
        since=_day(newer) if newer is not None else None,
        headers={"Cache-Control": "no-store"},
    )


def _day(row: RowMapping) -> str:
    at: datetime = row["created_at"]
    return at.astimezone(ZoneInfo(row["zone"])).strftime("%d/%m/%Y")


@get("/slip/key", media_type="text/plain", sync_to_thread=False, **open_to_all())
def public_key(state: State) -> str:
    """For whoever checks slips without this service: `exam-engine check-slip`, or any program that knows Ed25519."""
    return str(state.keyring.public_pem())


ROUTES = (own_slip, slips, check_slip, public_key)
