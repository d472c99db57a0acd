"""The blueprint (ma trận đề) of an exam: its page, templates to begin with, what the bank has for each cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import editing, matrices, matrix_forms, matrix_page
from exam_engine.authoring.banks import banks_to_choose
from exam_engine.authoring.definition import ExamDefinition, Matrix
from exam_engine.authoring.exam_routes import exam_for, outdated, save
from exam_engine.authoring.matrix_pool import sorts_of
from exam_engine.authoring.matrix_templates import TEMPLATES, applied
from exam_engine.authoring.official_tables import KIND_NAMES, LEVEL_NAMES
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of, page
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]


@get("/exams/{exam:str}/blueprint", **requires("exams.read"))
async def blueprint(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str
) -> Response[str]:
    row = await exam_for(connection, principal, exam, "exams.read")
    return await _page(request, connection, principal, row, definitions.decode(row["definition"]))


@post("/exams/{exam:str}/blueprint", status_code=200, **requires("exams.write"))
async def change_blueprint(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, data: Form
) -> Response[Any]:
    """Saves what the form says, then does what its button says."""
    row = await exam_for(connection, principal, exam, "exams.write")
    # Fields are named by places: those of an older state would be taken for others.
    if data.get("revision") != str(row["revision"]):
        raise outdated()
    form = Reading(data)
    before = definitions.decode(row["definition"])
    changed = matrix_forms.read(form, before)
    if form.errors:
        return await _page(request, connection, principal, row, before, form.errors, data)
    action = str(data.get("action", ""))
    if action == "topics":
        changed = matrix_forms.with_topics(changed, await _topics(connection, principal, changed))
    if action == "items":
        versions = await storage.versions_by_id(connection, editing.used_versions(changed))
        changed = matrices.of_items(changed, {number: one.content for number, one in versions.items()})
    changed = matrix_forms.acted(changed, action)
    await save(connection, principal, row, data, changed)
    return Redirect(f"/exams/{exam}/blueprint#grid", status_code=303)


@post("/exams/{exam:str}/blueprint/template", status_code=303, **requires("exams.write"))
async def take_template(connection: AsyncConnection, principal: Principal, exam: str, data: Form) -> Response[Any]:
    row = await exam_for(connection, principal, exam, "exams.write")
    template = TEMPLATES.get(str(data.get("template", "")))
    if template is None:
        raise not_found()
    await save(connection, principal, row, data, applied(definitions.decode(row["definition"]), template))
    return Redirect(f"/exams/{exam}/blueprint", status_code=303)


async def _topics(connection: AsyncConnection, principal: Principal, definition: ExamDefinition) -> list[str]:
    """Those that the bank's items have, in the order of the alphabet."""
    found = await sorts_of(connection, principal, definition.matrix or Matrix())
    pool = found[1] if found else []
    kinds = {plan.kind for _section, plan in matrices.plans(definition)}
    return sorted({one.topic for one in pool if one.topic and (not kinds or one.kind in kinds)})


async def _page(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    row: RowMapping,
    definition: ExamDefinition,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, object] | None = None,
) -> Response[str]:
    locale, matrix = locale_of(request), definition.matrix or Matrix()
    banks = await banks_to_choose(connection, principal, matrix.bank)
    source = await sorts_of(connection, principal, matrix)
    bank, pool = source or (None, [])
    found = matrices.supply(definition, pool) if source else None
    problems = [*matrices.problems(definition), *(matrices.missing(definition, found) if found else ())]
    return page(
        request,
        "authoring/blueprint.html",
        exam=row,
        definition=definition,
        matrix=matrix,
        places=matrices.places(definition),
        parts=matrix_page.parts(definition, locale),
        rows=matrix_page.rows(definition, found, typed or {}, locale),
        total=matrices.total(definition),
        questions=sum(plan.count for _section, plan in matrices.plans(definition)),
        item_count=editing.item_count(definition),
        pool_size=sum(one.many for one in pool) if source else None,
        banks=banks,
        labels=await storage.labels_in_use(connection, bank["id"]) if bank else {},
        problems=[matrix_page.in_words(one, locale) for one in problems],
        kinds=KIND_NAMES,
        level_names=LEVEL_NAMES,
        templates=TEMPLATES,
        errors=errors or {},
        typed=typed or {},
        status=422 if errors else 200,
    )


ROUTES = (blueprint, change_blueprint, take_template)
