"""Assembling forms by an exam's blueprint: asking for it, what was found, and taking it into the exam."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.assembly import queries, starting, taking, words
from exam_engine.assembly.asking import Asked, decode
from exam_engine.assembly.curves import curves
from exam_engine.authoring import definition as definitions
from exam_engine.authoring import matrices
from exam_engine.authoring.definition import ExamDefinition, Matrix
from exam_engine.authoring.exam_routes import exam_for, save
from exam_engine.authoring.matrix_page import in_words
from exam_engine.authoring.matrix_pool import sorts_of
from exam_engine.authoring.showing import excerpt_html
from exam_engine.kit.errors import Refused, _, conflict, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, public_id, requires
from exam_engine.kit.pages import locale_of, page
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
WRITES = requires("exams.write")
MOST_SETS, MOST_OWN = 24, 60


@get("/exams/{exam:str}/assembly", **WRITES)
async def assemblies(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str
) -> Response[str]:
    row = await exam_for(connection, principal, exam, "exams.write")
    return await _page(request, connection, principal, row, {})


@post("/exams/{exam:str}/assembly", status_code=200, **WRITES)
async def assemble(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, data: Form
) -> Response[Any]:
    """Enqueues the work, whose page leads to what was found."""
    row = await exam_for(connection, principal, exam, "exams.write")
    definition = definitions.decode(row["definition"])
    form = Reading(data)
    asked = _asked(form)
    if form.errors or await _hindrances(connection, principal, definition):
        return await _page(request, connection, principal, row, form.errors, data)
    job = await starting.ask(connection, principal, row, asked)
    return Redirect(f"/jobs/{job}", status_code=303)


@get("/exams/{exam:str}/assembly/{assembly:str}", **WRITES)
async def result(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, assembly: str
) -> Response[Any]:
    row = await exam_for(connection, principal, exam, "exams.write")
    made = await _made(connection, row, assembly)
    if made["found"] is None:
        return Redirect(f"/jobs/{made['job_public_id']}")
    told, asked, locale = decode(made["found"]), msgspec.convert(made["asked"], Asked), locale_of(request)
    definition = definitions.decode(made["definition"])
    wanted = {version for form in told.forms[:1] for place in form.versions for version in place}
    versions = await storage.versions_by_id(connection, wanted)
    return page(
        request,
        "assembly/result.html",
        exam=row,
        made=made,
        told=told,
        asked=asked,
        definition=definition,
        plans=[matrices.name_of(definition, number, plan) for number, plan in matrices.plans(definition)],
        versions=versions,
        excerpt_html=excerpt_html,
        conflict=[words.demand(one, definition, asked, locale) for one in told.conflict],
        likeness=words.LIKENESS.get(told.likeness, ""),
        chart=curves(told.scores, told.shares) if told.scores else None,
        same=taking.same_blueprint(definitions.decode(row["definition"]), definition),
        spread=max((one.mean for one in told.forms), default=0) - min((one.mean for one in told.forms), default=0),
    )


@post("/exams/{exam:str}/assembly/{assembly:str}/take", status_code=303, **WRITES)
async def take(
    connection: AsyncConnection, principal: Principal, exam: str, assembly: str, data: Form
) -> Response[Any]:
    """The items of the sets in place of those that the planned parts have."""
    row = await exam_for(connection, principal, exam, "exams.write")
    made = await _made(connection, row, assembly)
    told = decode(made["found"]) if made["found"] else None
    if told is None or not told.forms:
        raise not_found()
    asked = msgspec.convert(made["asked"], Asked)
    if asked.mode == "own" and data.get("agreed") != "1":
        message = _("Say that you know of the spread: candidates get papers that are not equally hard.")
        raise Refused("spread_not_agreed", 422, message)
    now = definitions.decode(row["definition"])
    if not taking.same_blueprint(now, definitions.decode(made["definition"])):
        raise conflict(_("The blueprint was changed since these forms were assembled. Assemble them again."))
    answer = await save(connection, principal, row, data, taking.taken(now, told, asked))
    await queries.set_taken(connection, made["id"])
    return answer


def _asked(form: Reading) -> Asked:
    mode = form.choice("mode", ("one", "parallel", "own"))
    seed, keep = public_id(), form.form.get("keep") == "1"
    mean = _number(form, "mean", 1, 99) if form.text("mean", required=False) else None
    if mode == "parallel":
        forms, overlap = _number(form, "forms", 2, MOST_SETS), _number(form, "overlap", 0, 100)
        return Asked("parallel", seed, forms, overlap, mean=mean, keep=False)
    if mode == "own":
        forms, share = _number(form, "sets", 10, MOST_OWN), _number(form, "share", 5, 100)
        return Asked("own", seed, forms, None, share, mean)
    return Asked("one", seed, mean=mean, keep=keep)


def _number(form: Reading, name: str, low: int, high: int) -> int:
    text = form.text(name)
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    form.errors.setdefault(name, _("Write a whole number that fits here."))
    return low


async def _hindrances(connection: AsyncConnection, principal: Principal, definition: ExamDefinition) -> list[Any]:
    """What cannot be, whatever the optimiser does."""
    source = await sorts_of(connection, principal, definition.matrix or Matrix())
    if source is None or not matrices.plans(definition):
        return [words.NO_BLUEPRINT]
    found = matrices.supply(definition, source[1])
    return [*matrices.problems(definition), *matrices.missing(definition, found)]


async def _made(connection: AsyncConnection, row: RowMapping, public: str) -> RowMapping:
    found = await queries.one_of_exam(connection, row["id"], public)
    if found is None:
        raise not_found()
    return found


async def _page(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    row: RowMapping,
    errors: dict[str, str],
    typed: dict[str, Any] | None = None,
) -> Response[str]:
    definition, locale = definitions.decode(row["definition"]), locale_of(request)
    problems = await _hindrances(connection, principal, definition)
    made = await queries.of_exam(connection, row["id"])
    return page(
        request,
        "assembly/assembly.html",
        exam=row,
        problems=[in_words(one, locale) for one in problems],
        has_items=any(section.items for section in definition.sections),
        made=[
            (one, decode(one["found"]) if one["found"] else None, msgspec.convert(one["asked"], Asked)) for one in made
        ],
        modes=words.MODES,
        typed=typed or {},
        errors=errors,
        status=422 if errors or typed else 200,
    )


ROUTES = (assemblies, assemble, result, take)
