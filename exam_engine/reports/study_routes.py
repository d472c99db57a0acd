"""Pages of the full analysis of a sitting, as its job stored them; every analysis that was made; the printed report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import languages
from exam_engine.kit.cells import file_name
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of, page
from exam_engine.kit.printing import typeset
from exam_engine.reports import analysing, study_queries
from exam_engine.reports.finding import sitting_of
from exam_engine.sittings.wording import wording

HttpRequest = Request[Any, Any, Any]
#: Part → what its tab is called; `items` is the table of items.
LABELS: Mapping[str, str] = {
    "items": _("Items"),
    "summary": _("In short"),
    "test": _("The whole test"),
    "forms": _("Forms"),
    "fairness": _("Fairness"),
    "time": _("Time"),
    "versions": _("Analyses made"),
}
MODELS: Mapping[str, str] = {"rasch": "Rasch", "2pl": "2PL", "3pl": "3PL"}


@get("/results/{sitting:str}/analysis/{part:str}", **requires("results.read"))
async def study_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, part: str
) -> Response[str]:
    found = await sitting_of(connection, principal, sitting)
    if part not in LABELS or part in ("items", "versions"):
        raise not_found()
    return page(
        request,
        "reports/study.html",
        sitting=found,
        part=part,
        labels=LABELS,
        analysis=await analysing.look(connection, found["id"]),
        found=await study_queries.page_of(connection, found["id"], locale_of(request), part),
        sees=principal.reaches("items.read", found["path"]),
        **wording(request, found["policy"]),
    )


@get("/results/{sitting:str}/analysis/versions", **requires("results.read"))
async def versions_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, old: str = "", new: str = ""
) -> Response[str]:
    """`old`, `new`: numbers of analyses to compare; the last two without them."""
    found = await sitting_of(connection, principal, sitting)
    rows = await study_queries.versions(connection, found["id"])
    numbers = [row["number"] for row in rows]
    chosen = [_chosen(old, numbers, 1), _chosen(new, numbers, 0)]
    items = await study_queries.figures_of_items(connection, found["id"], chosen) if len(numbers) > 1 else {}
    return page(
        request,
        "reports/study_versions.html",
        sitting=found,
        labels=LABELS,
        models=MODELS,
        rows=rows,
        old=chosen[0],
        new=chosen[1],
        changes=_changes(items.get(chosen[0], []), items.get(chosen[1], [])),
        **wording(request, found["policy"]),
    )


def _chosen(given: str, numbers: list[int], place: int) -> int:
    wanted = int(given) if given.isascii() and given.isdigit() and len(given) < 8 else 0
    return wanted if wanted in numbers else numbers[min(place, len(numbers) - 1)] if numbers else 0


def _changes(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Items of both whose facility or discrimination differs."""
    before = {row["item"]: row for row in old}
    both = [(before[row["item"]], row) for row in new if row["item"] in before]
    return [
        {"item": now["item"], "old": then, "new": now}
        for then, now in both
        if any(then[name] != now[name] for name in ("facility", "item_rest"))
    ]


@get("/results/{sitting:str}/analysis-report.pdf", **requires("results.read"))
async def report(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str
) -> Response[bytes]:
    """The report for a meeting; it tells keys, so it is for those who may see items."""
    found = await sitting_of(connection, principal, sitting)
    locale = locale_of(request)
    body = await study_queries.page_of(connection, found["id"], locale, "report")
    if body is None or not principal.reaches("items.read", found["path"]):
        raise not_found()
    look = await analysing.look(connection, found["id"])
    made = languages.moment(look.made_at, locale, found["zone"], "date") if look.made_at else ""
    say = languages.translator(locale)
    facts = [[say("Exam"), found["title"]], [say("Unit"), found["unit_name"]], [say("Computed"), made], *body["facts"]]
    data = await typeset("analysis", lambda: {**body, "facts": facts, "texts": {}})
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(found["title"], "analysis", "pdf")}"',
        "Cache-Control": "private, no-store",
    }
    return Response(data, media_type="application/pdf", headers=headers)


ROUTES = (study_page, versions_page, report)
