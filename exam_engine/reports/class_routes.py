"""Results over time: the tests of one class, its marks and its topics; the same as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import member_queries
from exam_engine.accounts.class_routes import found_class
from exam_engine.accounts.tables import Found
from exam_engine.authoring import definition as definitions
from exam_engine.kit import audit
from exam_engine.kit.cells import Sheet, Value, as_xlsx, file_name
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import Translator, locale_of, page
from exam_engine.reports import class_queries, showing
from exam_engine.reports.class_results import OverTime, Share, over_time
from exam_engine.reports.exporting import MEDIA_TYPES
from exam_engine.reports.line import line_chart

#: Tests on the page at first, on the page of all, and in a file.
FEW, MANY = 10, 60
KINDS = {"exam": N_("Formal exam"), "quiz": N_("Quick quiz"), "homework": N_("Homework")}


@dataclass(frozen=True)
class ClassResults:
    """`tests` in the order of time, `pupils` in the order of names."""

    unit: Found
    pupils: Sequence[Found]
    tests: Sequence[Mapping[str, Any]]
    found: OverTime
    more: bool


@get("/classes/{unit_id:str}/results", **requires("results.read"))
async def class_results(
    request: Request[Any, Any, Any],
    connection: AsyncConnection,
    principal: Principal,
    unit_id: str,
    tests: str = "",
) -> Response[str]:
    whole = await _read(connection, principal, unit_id, MANY if tests == "all" else FEW)
    drawn = [(test, share) for test in whole.tests if (share := whole.found.shares[test["id"]].value) is not None]
    return page(
        request,
        "reports/class_results.html",
        unit=whole.unit,
        pupils=whole.pupils,
        tests=whole.tests,
        found=whole.found,
        more=whole.more,
        names=principal.reaches("people.read", whole.unit.path),
        chart=line_chart([(share, test["confirmed"]) for test, share in drawn]),
        drawn=[
            (test["title"], f"{_day(whole, test):%d/%m}", f"{whole.found.means[test['id']][1]}/{len(whole.pupils)}")
            for test, _share in drawn
        ],
        kinds=KINDS,
        score=showing.score,
    )


@get("/classes/{unit_id:str}/results.xlsx", **requires("results.export"))
async def class_results_file(
    request: Request[Any, Any, Any], connection: AsyncConnection, principal: Principal, unit_id: str
) -> Response[bytes]:
    whole = await _read(connection, principal, unit_id, MANY, "results.export")
    names = principal.reaches("people.read", whole.unit.path)
    sheets = _sheets(whole, translator(locale_of(request)), names=names)
    data = await asyncio.to_thread(as_xlsx, *sheets)
    await audit.record(
        connection, principal, "exported", "unit", whole.unit.id,
        unit_id=whole.unit.id, what="class_results", format="xlsx", rows=len(whole.pupils),
    )  # fmt: skip
    name = file_name(whole.unit.name, "results", "xlsx")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(data, media_type=MEDIA_TYPES["xlsx"], headers=headers)


async def _read(
    connection: AsyncConnection, principal: Principal, unit_id: str, most: int, permission: str = "results.read"
) -> ClassResults:
    unit = await found_class(connection, principal, unit_id, permission)
    newest = await class_queries.tests_of_class(connection, unit.id, principal.scopes(permission), most + 1)
    tests = [{**test, "scale": definitions.decode(test["definition"]).scale} for test in reversed(newest[:most])]
    rows = await class_queries.results_of_class(connection, unit.id, [test["id"] for test in tests])
    key_maps = await class_queries.key_maps(connection, {row["form_id"] for row in rows})
    versions = {slot["version"] for key_map in key_maps.values() for slot in key_map}
    topic_of = await class_queries.topics(connection, versions)
    found = await asyncio.to_thread(over_time, rows, key_maps, topic_of)
    return ClassResults(unit, await member_queries.members_of(connection, unit.id), tests, found, len(newest) > most)


def _sheets(whole: ClassResults, _: Translator, *, names: bool) -> tuple[Sheet, Sheet, Sheet]:
    found, tests, pupils = whole.found, whole.tests, whole.pupils
    heads = [_("Pupil code"), *([_("Name")] if names else [])]
    who = {pupil.id: [pupil.code, *([pupil.full_name] if names else [])] for pupil in pupils}
    titles = [f"{test['title']} ({_day(whole, test):%d/%m/%Y})" for test in tests]
    marks: list[Sequence[Value]] = [
        [*who[pupil.id], *(_mark(found, pupil.id, test["id"]) for test in tests)] for pupil in pupils
    ]
    means: list[Value] = [round(float(found.means[test["id"]][0]), 4) for test in tests]
    marks.append([_("Class mean"), *([""] if names else []), *means])
    topics = [topic or _("without a topic") for topic in found.topics]
    by_test: list[Sequence[Value]] = [
        [label, *(_part(found.by_test.get((topic, test["id"]))) for test in tests)]
        for topic, label in zip(found.topics, topics, strict=True)
    ]
    by_pupil: list[Sequence[Value]] = [
        [*who[pupil.id], *(_part(found.by_pupil.get((topic, pupil.id))) for topic in found.topics)] for pupil in pupils
    ]
    return (
        Sheet(_("Marks"), [*heads, *titles], marks),
        Sheet(_("Topics by test"), [_("Topic"), *titles], by_test),
        Sheet(_("Topics by pupil"), [*heads, *topics], by_pupil),
    )


def _day(whole: ClassResults, test: Mapping[str, Any]) -> datetime:
    """When the test began, by the clock of the class."""
    began: datetime = test["starts_at"]
    return began.astimezone(ZoneInfo(whole.unit.zone))


def _mark(found: OverTime, pupil: int, test: int) -> Value:
    mark = found.marks.get((pupil, test))
    return mark.rounded if mark else None


def _part(share: Share | None) -> Value:
    """The share of the points, from 0 to 1."""
    return None if share is None or share.value is None else round(float(share.value), 4)


ROUTES = (class_results, class_results_file)
