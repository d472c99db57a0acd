"""Item analysis: the table of items, one item, and asking for the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.showing import TYPE_LABELS, excerpt_html, shown
from exam_engine.kit import audit
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of, page
from exam_engine.reports import analysing, plain_figures, queries, showing, study_queries
from exam_engine.reports.decision_form import KIND_LABELS, KIND_TONES
from exam_engine.reports.enough import MISSING, enough, missing
from exam_engine.reports.finding import definition_of, sitting_of
from exam_engine.reports.hints import Hint, hints
from exam_engine.reports.intervals import fisher, wilson
from exam_engine.scoring import ruling_queries
from exam_engine.scoring.item_rulings import ruled_item
from exam_engine.scoring.numbering import version_of_number, versions_in_order
from exam_engine.sittings.wording import wording
from item_bank.content.interactions import handler_for
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
#: What templates show by how many candidates there are.
BY_N: dict[str, Any] = {"enough": enough, "missing": missing, "not_enough": MISSING, "wilson": wilson, "fisher": fisher}


@get("/results/{sitting:str}/items", **requires("results.read"))
async def items_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str
) -> Response[str]:
    found = await sitting_of(connection, principal, sitting, practice=True)
    versions = versions_in_order(definition_of(found))
    analysis = await analysing.look(connection, found["id"])
    stored = await storage.versions_by_id(connection, versions)
    rulings = await ruling_queries.in_force(connection, found["id"])
    study = await study_queries.page_of(connection, found["id"], locale_of(request), "items") or {}
    return page(
        request,
        "reports/items.html",
        explained=study.get("explained", ()),
        sitting=found,
        analysis=analysis,
        versions=versions,
        rulings=rulings,
        rested_on=[
            (versions.index(one["version"]) + 1, one)
            for one in (analysis.found or {}).get("rulings", ())
            if one["version"] in versions
        ],
        kind_labels=KIND_LABELS,
        kind_tones=KIND_TONES,
        rows=[
            (number, row, _hints(row, number, study))
            for number, row in ((versions.index(row["version"]) + 1, row) for row in _rows(analysis))
        ],
        right=plain_figures.right,
        guests=await queries.has_guests(connection, found["id"]),
        texts={version: excerpt_html(one.content, 80) for version, one in stored.items()},
        types={version: one.content.type for version, one in stored.items()},
        type_labels=TYPE_LABELS,
        two=showing.two,
        **BY_N,
        **wording(request, found["policy"]),
    )


@get("/results/{sitting:str}/items/{number:int}", **requires("results.read"))
async def item_page(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    sitting: str,
    number: int,
    changed: str = "",
) -> Response[str]:
    """`changed`: how many marks the decision that was just applied has changed."""
    found = await sitting_of(connection, principal, sitting, practice=True)
    definition = definition_of(found)
    version = version_of_number(definition, number)
    if version is None:
        raise not_found()
    analysis = await analysing.look(connection, found["id"])
    rulings = await ruling_queries.in_force(connection, found["id"])
    item = ruled_item((await storage.versions_by_id(connection, [version]))[version].content, rulings.get(version))
    sees = _may_see_items(principal, found["path"])
    passages = await storage.passages_by_digest(connection, [item.passage or ""])
    seen = shown(item, passages.get(item.passage or "")) if sees else None
    row = next((row for row in _rows(analysis) if row["version"] == version), None)
    locale = locale_of(request)
    study = await study_queries.page_of(connection, found["id"], locale, "items") or {}
    return page(
        request,
        "reports/item.html",
        sitting=found,
        analysis=analysis,
        number_=number,
        count=len(versions_in_order(definition)),
        item=item,
        # The key of a paper is for those who may see items: a manager reads figures only.
        shown=seen,
        # What stands behind the letters that the analysis counts.
        options={line.mark: line.html for line in seen.lines if line.mark} if seen else {},
        decides=sees and principal.reaches("results.manage", found["path"]),
        ruling=rulings.get(version),
        decisions=await ruling_queries.history(connection, found["id"], version),
        changed=int(changed) if changed.isascii() and changed.isdigit() and len(changed) < 8 else None,
        key=handler_for(item).key_text(item),
        kind_labels=KIND_LABELS,
        kind_tones=KIND_TONES,
        row=row,
        right=plain_figures.right(row, rulings.get(version)) if row else None,
        guests=await queries.has_guests(connection, found["id"]),
        hints=_hints(row, number, study) if row else (),
        explained=study.get("explained", ()) if row else (),
        # Curves name the key.
        study=await study_queries.page_of(connection, found["id"], locale, f"item-{number}") if sees and row else None,
        history=await study_queries.history_of_item(connection, version, principal.scopes("results.read")),
        type_labels=TYPE_LABELS,
        two=showing.two,
        **BY_N,
        **wording(request, found["policy"]),
    )


@get("/results/{sitting:str}/analysis", **requires("results.read"))
async def analysis_part(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str
) -> Response[str]:
    """The part of the page that asks again by itself; once the numbers are there it brings the whole page anew."""
    found = await sitting_of(connection, principal, sitting)
    analysis = await analysing.look(connection, found["id"])
    headers = {} if analysis.running else {"HX-Refresh": "true"}
    words = wording(request, found["policy"])
    return page(request, "reports/analysis_part.html", headers=headers, sitting=found, analysis=analysis, **words)


@post("/results/{sitting:str}/analysis", status_code=303, **requires("results.manage"))
async def compute(connection: AsyncConnection, principal: Principal, sitting: str) -> Redirect:
    found = await sitting_of(connection, principal, sitting, "results.manage")
    await analysing.ask(connection, principal, found["id"], found["unit_id"])
    await audit.record(connection, principal, "analysis_requested", "sitting", found["id"], unit_id=found["unit_id"])
    return Redirect(f"/results/{sitting}/items", status_code=303)


def _rows(analysis: analysing.Look) -> list[dict[str, Any]]:
    return list(analysis.found["items"]) if analysis.found else []


def _hints(row: Mapping[str, Any], number: int, study: Mapping[str, Any]) -> Sequence[Hint]:
    """With those that only a study tells, where there is one."""
    looks = study.get("looks", {}).get(str(number))
    return hints(row) if looks is None else [Hint(**one) for one in looks]


def _may_see_items(principal: Principal, path: str) -> bool:
    return principal.reaches("items.read", path)


ROUTES = (items_page, item_page, analysis_part, compute)
