"""The list of a bank, and the filters that a person keeps for it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import bank_filters, drafting, queries
from exam_engine.authoring.bank_filters import Chosen
from exam_engine.authoring.banks import bank_of, copy_targets, may_in
from exam_engine.authoring.showing import STATUS_LABELS, STATUS_TONES, TYPE_LABELS, excerpt_html
from exam_engine.kit.errors import _, conflict, invalid, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, public_id, requires
from exam_engine.kit.pages import page
from item_bank.storage import edit_queries, facet_queries, saved_filter_queries
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
PAGE_SIZE = 50
MOST_SAVED = 30


@get("/bank/{bank:str}", **requires("items.read"))
async def bank_items(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, before: int | None = None
) -> Response[str]:
    found = await bank_of(connection, principal, bank)
    chosen = bank_filters.read(request.query_params)
    choices = await bank_filters.choices(connection, found["id"])
    filters = bank_filters.filters_of(chosen, choices)
    rows = await storage.newest_versions(connection, found["id"], filters, before=_id(before), limit=PAGE_SIZE + 1)
    further, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    # Counting all that have a word takes longer than showing fifty of them.
    whole = before is None and not further
    count = len(rows) if whole else None
    if not whole and not filters.words:
        count = await storage.count_newest_versions(connection, found["id"], filters)
    place, query = f"/bank/{bank}", bank_filters.query_of(chosen)
    return page(
        request,
        "authoring/bank.html",
        bank=found,
        imports=await may_in(connection, principal, bank, "items.import"),
        exports=await may_in(connection, principal, bank, "items.export"),
        writes=await may_in(connection, principal, bank, "items.write"),
        rules=await may_in(connection, principal, bank, "banks.rules"),
        shares=await may_in(connection, principal, bank, "banks.share"),
        place_of_bank=await queries.unit_of_bank(connection, found["id"]),
        targets=[one for one in await copy_targets(connection, principal) if one["id"] != found["id"]],
        copied=_count(request, "copied"),
        known=_count(request, "known") or 0,
        drafts=await drafting.unfinished(connection, principal, found["id"]),
        rows=rows,
        figures=await facet_queries.figures_of(connection, [one.item_id for one in rows]),
        more_href=f"?{query}&before={rows[-1].item_id}" if further else "",
        first_href=f"{place}?{query}" if before is not None else "",
        count=count,
        page_size=PAGE_SIZE,
        given=chosen,
        chosen={name: chosen.get(name, "") for name in bank_filters.LABELS},
        query=query,
        chips=bank_filters.chips(place, chosen, choices),
        options=bank_filters.options(chosen, choices),
        tags=choices.labels["tag"],
        last_edit=await edit_queries.last_of(connection, found["id"], principal.id),
        saved=await saved_filter_queries.filters_of(connection, found["id"], principal.id),
        names=bank_filters.LABELS,
        lists=bank_filters.LISTS,
        here=f"{place}?{query}" if query else place,
        excerpt_html=excerpt_html,
        type_labels=TYPE_LABELS,
        status_labels=STATUS_LABELS,
        tones=STATUS_TONES,
    )


def _count(request: HttpRequest, name: str) -> int | None:
    told = request.query_params.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else None


def _id(before: int | None) -> int | None:
    if before is not None and not 0 < before < 2**63:
        raise not_found()
    return before


@post("/bank/{bank:str}/filters", status_code=303, **requires("items.read"))
async def save_filter(connection: AsyncConnection, principal: Principal, bank: str, data: Form) -> Response[Any]:
    """The filters that are chosen, under a name; one of that name says from now on this."""
    found = await bank_of(connection, principal, bank)
    form = Reading(data)
    name = form.text("name", longest=60)
    if form.errors:
        raise invalid(form.errors["name"])
    chosen = bank_filters.read(data)
    kept = await saved_filter_queries.filters_of(connection, found["id"], principal.id)
    if not chosen:
        raise invalid(_("Choose at least one filter first."))
    if len(kept) >= MOST_SAVED and name not in {row["name"] for row in kept}:
        raise invalid(_("At most %(limit)s filters can be saved for one bank. Delete one first."), limit=MOST_SAVED)
    query = bank_filters.query_of(chosen)
    await saved_filter_queries.save(
        connection, found["id"], principal.id, public_id=public_id(), name=name, query=query
    )
    return _back(bank, chosen)


@post("/bank/{bank:str}/filters/{saved:str}", status_code=303, **requires("items.read"))
async def change_filter(
    connection: AsyncConnection, principal: Principal, bank: str, saved: str, data: Form
) -> Response[Any]:
    """Another name for one of the person's own, or away with it."""
    found = await bank_of(connection, principal, bank)
    kept = await saved_filter_queries.filters_of(connection, found["id"], principal.id)
    if saved not in {row["public_id"] for row in kept}:
        raise not_found()
    form = Reading(data)
    if form.choice("do", ("rename", "delete")) == "delete":
        await saved_filter_queries.remove(connection, saved, principal.id)
        return _back(bank, {})
    name = form.text("name", longest=60)
    if form.errors:
        raise invalid(next(iter(form.errors.values())))
    if any(row["name"] == name and row["public_id"] != saved for row in kept):
        raise conflict(_("You have another filter of this name. Choose a different one."))
    await saved_filter_queries.rename(connection, saved, principal.id, name)
    return _back(bank, {})


def _back(bank: str, chosen: Chosen) -> Redirect:
    query = bank_filters.query_of(chosen)
    return Redirect(f"/bank/{bank}?{query}" if query else f"/bank/{bank}", status_code=303)


ROUTES = (bank_items, save_filter, change_filter)
