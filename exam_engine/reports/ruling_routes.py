"""The key of an item is to be corrected: choose what to do, see who changes, give the reason, apply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.definition import ExamDefinition
from exam_engine.authoring.showing import TYPE_LABELS, shown, staff_html
from exam_engine.kit.errors import Refused, not_found
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of, page
from exam_engine.reports import analysing, decision_form, queries, showing
from exam_engine.reports.bands import Band, bands
from exam_engine.reports.finding import definition_of, maximum_of, may_see_names, sitting_of
from exam_engine.scoring import deciding, ruling_queries
from exam_engine.scoring import queries as scoring
from exam_engine.scoring.item_rulings import ItemRuling, ruled_item
from exam_engine.scoring.numbering import version_of_number
from exam_engine.scoring.remarking import Preview
from exam_engine.sittings.wording import wording
from item_bank.content.interactions.key import Filled, InvalidKey
from item_bank.content.model import Item, Passage
from item_bank.content.sentence import why
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
#: Of a table of candidates that may hold thousands.
MOST_ROWS = 500


@dataclass(frozen=True)
class Place:
    """One item of one sitting, for whoever may decide about it."""

    sitting: RowMapping
    definition: ExamDefinition
    number: int
    version: int
    item: Item
    passage: Passage | None
    in_force: ItemRuling | None

    @property
    def href(self) -> str:
        return f"/results/{self.sitting['public_id']}/items/{self.number}"


@get("/results/{sitting:str}/items/{number:int}/ruling", **requires("results.manage"))
async def choose(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, number: int
) -> Response[str]:
    return await _choose(request, connection, await _place(connection, principal, sitting, number))


@get("/results/{sitting:str}/items/{number:int}/ruling/preview", **requires("results.manage"))
async def preview(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, number: int
) -> Response[str]:
    place = await _place(connection, principal, sitting, number)
    return await _preview(request, connection, principal, place, request.query_params.multi_items())


@post("/results/{sitting:str}/items/{number:int}/ruling", status_code=303, **requires("results.manage"))
async def apply(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    state: State,
    sitting: str,
    number: int,
    data: Form,
) -> Response[Any]:
    place = await _place(connection, principal, sitting, number)
    form = Reading(data)
    reason, in_bank = form.text("reason", longest=500), data.get("bank") == "1"
    sent = [(name, one) for name, value in data.items() for one in (value if isinstance(value, list) else [value])]
    if form.errors:
        return await _preview(request, connection, principal, place, sent, problem=form.errors["reason"])
    try:
        decision = _read(place, decision_form.filled((name, str(value)) for name, value in sent), reason)
    except InvalidKey:  # somebody else has decided meanwhile; the page says what is no key any more
        return await _preview(request, connection, principal, place, sent)
    expected = str(data.get("fingerprint", ""))
    if await scoring.count_closed(connection, place.sitting["id"]) > deciding.AT_ONCE:
        job = await deciding.enqueue_decision(
            connection, principal, place.sitting, decision, expected, place.href, in_bank=in_bank
        )
        return Redirect(f"/jobs/{job}", status_code=303)
    try:
        found = await deciding.decide(connection, state.events, principal, place.sitting, decision, expected)
    except Refused as refused:
        if refused.code != "preview_outdated":
            raise
        return await _preview(request, connection, principal, place, sent, problem=refused.message, status=409)
    if in_bank:
        await deciding.correct_in_bank(connection, principal, decision, place.item)
    return Redirect(f"{place.href}?changed={len(found.moved)}", status_code=303)


def _read(place: Place, sent: Filled, reason: str = "") -> ItemRuling:
    act = "".join(sent.get("act", ()))
    decision = decision_form.read(act, sent, place.version, place.item, place.in_force)
    return ItemRuling(decision.version, decision.kind, decision.interaction, reason)


async def _choose(
    request: HttpRequest,
    connection: AsyncConnection,
    place: Place,
    sent: Filled | None = None,
    problem: str = "",
) -> Response[str]:
    analysis = await analysing.look(connection, place.sitting["id"])
    rows = analysis.found["items"] if analysis.found else []
    row = next((one for one in rows if one["version"] == place.version), None)
    item = ruled_item(place.item, place.in_force)
    return page(
        request,
        "reports/ruling.html",
        status=422 if problem else 200,
        place=place,
        forms=decision_form.offered(place.item, place.in_force),
        shown=shown(item, place.passage),
        answers=row["answers"] if row else [],
        sent=sent or {},
        act="".join((sent or {}).get("act", ())),
        problem=problem,
        markup=staff_html,
        type_labels=TYPE_LABELS,
        kind_labels=decision_form.KIND_LABELS,
        **wording(request, place.sitting["policy"]),
    )


async def _preview(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    place: Place,
    pairs: Iterable[tuple[str, Any]],
    *,
    problem: str = "",
    status: int = 422,
) -> Response[str]:
    sent = decision_form.filled((name, str(value)) for name, value in pairs)
    try:
        decision = _read(place, sent)
    except InvalidKey as wrong:
        return await _choose(request, connection, place, sent, why(wrong))
    foreseen = await deciding.preview(connection, place.sitting["id"], decision)
    outcome = foreseen.outcome
    rows = outcome.moved[:MOST_ROWS]
    locale = locale_of(request)
    bank = None
    if decision.kind == "key":
        bank = await ruling_queries.bank_to_correct(connection, place.version, principal.scopes("items.write"))
    first_time = problem == ""
    return page(
        request,
        "reports/ruling_preview.html",
        status=status if problem else 200,
        place=place,
        act="".join(sent["act"]),
        decision=decision,
        words=decision_form.in_words(
            decision, place.item, place.in_force, place.definition.scale, showing.exact(foreseen.points, locale)
        ),
        foreseen=foreseen,
        outcome=outcome,
        rows=rows,
        spread=_spread(outcome, place.definition),
        people=await queries.candidates_of_attempts(connection, [change.attempt_id for change in rows]),
        names=may_see_names(principal, place.sitting),
        states=await queries.states(connection, place.sitting["id"]),
        fields=[(name, one) for name, values in sent.items() if name not in _OWN for one in values],
        reason="".join(sent.get("reason", ())),
        bank=bank,
        in_bank=bank is not None and (first_time or "bank" in sent),
        problem=problem,
        as_job=outcome.marked > deciding.AT_ONCE,
        score=showing.score,
        gain=showing.gain,
        **wording(request, place.sitting["policy"]),
    )


def _spread(outcome: Preview, definition: ExamDefinition) -> list[tuple[Band, int, int]]:
    """How many have a mark in each band, before and after."""
    before, after = outcome.spread
    highest = max((*before, *after), default=Decimal(0))
    scale = maximum_of(definition, Fraction(highest))
    return [(one, one.count(before), one.count(after)) for one in bands(scale)]


#: Fields of the second form, which the first one does not carry on.
_OWN = {"reason", "bank", "fingerprint", "_csrf_token"}


async def _place(connection: AsyncConnection, principal: Principal, sitting: str, number: int) -> Place:
    found = await sitting_of(connection, principal, sitting, "results.manage", practice=True)
    if not principal.reaches("items.read", found["path"]):
        raise Refused("not_allowed", 403, N_("Your role does not include this. Ask an administrator of your school."))
    definition = definition_of(found)
    version = version_of_number(definition, number)
    stored = await storage.versions_by_id(connection, [version] if version else [])
    if version is None or version not in stored:
        raise not_found()
    item = stored[version].content
    passages = await storage.passages_by_digest(connection, [item.passage or ""])
    in_force = await ruling_queries.in_force(connection, found["id"])
    return Place(found, definition, number, version, item, passages.get(item.passage or ""), in_force.get(version))


ROUTES = (choose, preview, apply)
