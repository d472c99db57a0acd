"""Exams: the list, the editor, items added by hand or drawn. Every change names the revision it was made on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import balancing, editing, exam_forms, queries
from exam_engine.authoring import definition as definitions
from exam_engine.authoring.assembling import all_versions, check_deliverable, obstacles
from exam_engine.authoring.banks import banks_to_choose
from exam_engine.authoring.definition import ExamDefinition
from exam_engine.authoring.showing import (
    STATUS_LABELS,
    STATUS_TONES,
    TYPE_LABELS,
    excerpt,
    excerpt_html,
    shown,
    staff_html,
)
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, conflict, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, public_id, requires
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import locale_of, page
from item_bank.content.checking import undeliverable
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
PAGE_SIZE = 50


@get("/exams", **requires("exams.read"))
async def exams(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, before: int | None = None
) -> Response[str]:
    return await _exams(request, connection, principal, {}, before)


@post("/exams", status_code=200, **requires("exams.write"))
async def create_exam(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form
) -> Response[Any]:
    form = Reading(data)
    title, unit, language = form.text("title"), form.text("unit"), form.choice("language", ("vi", "en"))
    place = await queries.unit_in_scope(connection, unit, principal.scopes("exams.write"))
    if form.errors:
        return await _exams(request, connection, principal, form.errors)
    if place is None:
        raise not_found()
    definition = ExamDefinition(title=title, language="en" if language == "en" else "vi", one_draw=True)
    public = public_id()
    exam_id = await queries.add_exam(
        connection,
        {
            "public_id": public,
            "unit_id": place["id"],
            "title": title,
            "language": definition.language,
            "definition": definitions.encode(definition),
            "created_by": principal.id,
        },
    )
    await audit.record(connection, principal, "created", "exam", exam_id, unit_id=place["id"])
    return Redirect(f"/exams/{public}", status_code=303)


@get("/exams/{exam:str}", **requires("exams.read"))
async def exam_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str
) -> Response[str]:
    return await _editor(request, connection, await exam_for(connection, principal, exam), {})


@get("/exams/{exam:str}/preview", **requires("exams.read"))
async def preview(request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str) -> Response[str]:
    """All fixed items with their keys, in the author's order; pools by their size."""
    row = await exam_for(connection, principal, exam)
    definition = definitions.decode(row["definition"])
    versions = await storage.versions_by_id(connection, editing.used_versions(definition))
    wanted = {one.content.passage for one in versions.values() if one.content.passage}
    passages = await storage.passages_by_digest(connection, wanted)
    views = {number: shown(one.content, passages.get(one.content.passage or "")) for number, one in versions.items()}
    return page(
        request, "authoring/exam_preview.html", exam=row, definition=definition, views=views, html_of=staff_html
    )


@post("/exams/{exam:str}/settings", status_code=200, **requires("exams.write"))
async def change_settings(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, data: Form
) -> Response[Any]:
    row = await exam_for(connection, principal, exam, "exams.write")
    form = Reading(data)
    definition = exam_forms.settings(form, definitions.decode(row["definition"]))
    if form.errors:
        return await _editor(request, connection, row, form.errors)
    return await save(connection, principal, row, data, definition)


@post("/exams/{exam:str}/sections", status_code=303, **requires("exams.write"))
async def add_section(connection: AsyncConnection, principal: Principal, exam: str, data: Form) -> Response[Any]:
    title = Reading(data).text("title", required=False)

    def edit(definition: ExamDefinition) -> ExamDefinition:
        return editing.add_section(definition, title or f"Phần {len(definition.sections) + 1}")

    return await _change(connection, principal, exam, data, edit)


@post("/exams/{exam:str}/sections/{number:int}", status_code=303, **requires("exams.write"))
async def change_section(
    connection: AsyncConnection, principal: Principal, exam: str, number: int, data: Form
) -> Response[Any]:
    return await _change(
        connection, principal, exam, data, lambda found: exam_forms.section_action(found, number, data)
    )


@post("/exams/{exam:str}/sections/{number:int}/items/{position:int}", status_code=303, **requires("exams.write"))
async def change_item(
    connection: AsyncConnection, principal: Principal, exam: str, number: int, position: int, data: Form
) -> Response[Any]:
    return await _change(
        connection, principal, exam, data, lambda found: exam_forms.item_action(found, number, position, data)
    )


@get("/exams/{exam:str}/sections/{number:int}/add", **requires("exams.write"))
async def choose_items(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    exam: str,
    number: int,
    bank: str = "",
    q: str = "",
    item_type: Annotated[str, QueryParameter(name="type")] = "",
    topic: str = "",
    level: str = "",
    status: str = "",
) -> Response[str]:
    row = await exam_for(connection, principal, exam, "exams.write")
    definition = definitions.decode(row["definition"])
    if not 0 <= number < len(definition.sections):
        raise not_found()
    banks = await banks_to_choose(connection, principal, bank)
    chosen = next((one for one in banks if one["public_id"] == bank), banks[0] if banks else None)
    types, statuses = ((item_type,) if item_type in TYPE_LABELS else ()), ((status,) if status in STATUS_LABELS else ())
    filters = storage.Filters(text=q[:200], types=types, statuses=statuses, topic=topic, level=level)
    found = await storage.newest_versions(connection, chosen["id"], filters, limit=200) if chosen else []
    return page(
        request,
        "authoring/choose_items.html",
        exam=row,
        number_of_section=number,
        section=definition.sections[number],
        banks=banks,
        bank=chosen,
        rows=found,
        used=editing.used_versions(definition),
        hindered={one.id for one in found if undeliverable(one.content)},
        labels=await storage.labels_in_use(connection, chosen["id"]) if chosen else {"topic": [], "level": []},
        chosen={"q": q, "type": item_type, "topic": topic, "level": level, "status": status},
        type_labels=TYPE_LABELS,
        status_labels=STATUS_LABELS,
        tones=STATUS_TONES,
        excerpt=excerpt,
        excerpt_html=excerpt_html,
    )


@post("/exams/{exam:str}/sections/{number:int}/add", status_code=303, **requires("exams.write"))
async def add_items(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, number: int
) -> Response[Any]:
    """Pins the versions ticked, or makes the whole filtered list a pool to draw from."""
    data = await request.form()
    owner = queries.banks_open_to(principal, "items.read")
    allowed = await storage.bank_by_public_id(connection, str(data.get("bank", "")), owner)
    if allowed is None:
        raise not_found()
    plain = {name: str(data.get(name, "")) for name in data}
    ticked = [int(value) for value in data.getall("version", []) if str(value).isdecimal()]
    own = {
        number: one.content
        for number, one in (await storage.versions_by_id(connection, ticked)).items()
        if one.bank_id == allowed["id"]
    }
    versions = [version for version in ticked if version in own]
    check_deliverable([own[version] for version in versions])
    return await _change(
        connection, principal, exam, plain, lambda found: exam_forms.add_action(found, number, versions, plain)
    )


@post("/exams/{exam:str}/newest", status_code=303, **requires("exams.write"))
async def take_newest(connection: AsyncConnection, principal: Principal, exam: str, data: Form) -> Response[Any]:
    """Items that were corrected since they were put in: their newest versions take their places."""
    row = await exam_for(connection, principal, exam, "exams.write")
    definition = definitions.decode(row["definition"])
    newer = await storage.newer_versions(connection, all_versions(definition))
    check_deliverable(one.content for one in (await storage.versions_by_id(connection, newer.values())).values())
    return await save(connection, principal, row, data, editing.with_newest(definition, newer))


@post("/exams/{exam:str}/copy", status_code=303, **requires("exams.write"))
async def copy_exam(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str
) -> Response[Any]:
    """A copy of its own in the same unit, to be changed without touching the first."""
    row = await exam_for(connection, principal, exam, "exams.write")
    title = translator(locale_of(request))(_("%(title)s (copy)"), title=row["title"])[:200]
    definition = msgspec.structs.replace(definitions.decode(row["definition"]), title=title, origin=None)
    kept = {name: row[name] for name in ("unit_id", "subject", "language")}
    values = {"public_id": public_id(), "title": title, "definition": definitions.encode(definition)}
    exam_id = await queries.add_exam(connection, {**kept, **values, "created_by": principal.id})
    await audit.record(connection, principal, "copied", "exam", exam_id, unit_id=row["unit_id"], of=row["id"])
    return Redirect(f"/exams/{values['public_id']}", status_code=303)


@post("/exams/{exam:str}/remove", status_code=303, **requires("exams.write"))
async def remove_exam(connection: AsyncConnection, principal: Principal, exam: str) -> Response[Any]:
    """Deleted where no sitting was made of it; else archived, as sittings refer to it for ever."""
    row = await exam_for(connection, principal, exam, "exams.write")
    done = "removed" if await queries.delete_unused_exam(connection, row["id"]) else "archived"
    if done == "archived":
        await queries.set_status(connection, row["id"], "archived")
    await audit.record(connection, principal, done, "exam", row["id"], unit_id=row["unit_id"])
    return Redirect(f"/exams?done={done}", status_code=303)


@post("/exams/{exam:str}/restore", status_code=303, **requires("exams.write"))
async def restore_exam(connection: AsyncConnection, principal: Principal, exam: str) -> Response[Any]:
    row = await exam_for(connection, principal, exam, "exams.write")
    await queries.set_status(connection, row["id"], "draft")
    await audit.record(connection, principal, "restored", "exam", row["id"], unit_id=row["unit_id"])
    return Redirect(f"/exams/{exam}", status_code=303)


DONE = {
    "removed": _("The exam is deleted. Its items stay in the bank."),
    "archived": _("The exam is archived. Its sittings and results stay."),
}


async def _exams(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    errors: dict[str, str],
    before: int | None = None,
) -> Response[str]:
    archived = request.query_params.get("show") == "archived"
    done = request.query_params.get("done", "")
    scopes = principal.scopes("exams.read")
    rows = await queries.exams_in_scope(connection, scopes, before=before, limit=PAGE_SIZE + 1, archived=archived)
    units = await queries.units_in_scope(connection, principal.scopes("exams.write"))
    listed = [(row, definitions.decode(row["definition"])) for row in rows[:PAGE_SIZE]]
    return page(
        request,
        "authoring/exams.html",
        listed=listed,
        item_count=editing.item_count,
        more_href=f"?{'show=archived&' if archived else ''}before={rows[PAGE_SIZE - 1]['id']}"
        if len(rows) > PAGE_SIZE
        else "",
        unit_options=[(row["public_id"], row["name"]) for row in units],
        errors=errors,
        archived=archived,
        messages=[translator(locale_of(request))(DONE[done])] if done in DONE else [],
        status=422 if errors else 200,
    )


async def exam_for(
    connection: AsyncConnection, principal: Principal, exam: str, permission: str = "exams.read"
) -> RowMapping:
    found = await queries.exam_in_scope(connection, exam, principal.scopes(permission))
    if found is None:
        raise not_found()
    return found


async def _editor(
    request: HttpRequest, connection: AsyncConnection, row: RowMapping, errors: dict[str, str]
) -> Response[str]:
    definition = definitions.decode(row["definition"])
    versions = await storage.versions_by_id(connection, all_versions(definition))
    items = {number: one.content for number, one in versions.items()}
    problems = obstacles(definition, items)
    return page(
        request,
        "authoring/exam.html",
        exam=row,
        definition=definition,
        versions=versions,
        excerpt_html=excerpt_html,
        problems=problems,
        unbalanced=[] if problems else balancing.foreseen(definition, items),
        newer=len(await storage.newer_versions(connection, items)),
        item_count=editing.item_count(definition),
        total=exam_forms.total_points(definition, items),
        type_labels=TYPE_LABELS,
        choices=exam_forms.CHOICES,
        text_of=exam_forms.text_of,
        translated=exam_forms.translated(locale_of(request)),
        errors=errors,
        status=422 if errors else 200,
    )


async def _change(
    connection: AsyncConnection,
    principal: Principal,
    exam: str,
    data: dict[str, Any],
    edit: Callable[[ExamDefinition], ExamDefinition],
) -> Response[Any]:
    row = await exam_for(connection, principal, exam, "exams.write")
    return await save(connection, principal, row, data, edit(definitions.decode(row["definition"])))


def outdated() -> Refused:
    return conflict(_("Somebody changed this exam meanwhile. Reload the page to see it, then make your change again."))


async def save(
    connection: AsyncConnection, principal: Principal, row: RowMapping, data: dict[str, Any], changed: ExamDefinition
) -> Response[Any]:
    """Refused (409) where the exam was changed since the revision that the form names. Leads back to the editor."""
    revision = str(data.get("revision", ""))
    values = {
        "definition": definitions.encode(changed),
        "title": changed.title,
        "subject": changed.subject,
        "language": changed.language,
    }
    current = revision.isdecimal() and await queries.change_exam(connection, row["id"], int(revision), **values)
    if not current:
        raise outdated()
    await audit.record(connection, principal, "changed", "exam", row["id"], unit_id=row["unit_id"])
    anchor = str(data.get("anchor", ""))
    place = f"#section-{anchor}" if anchor.isdecimal() else ""
    return Redirect(f"/exams/{row['public_id']}{place}", status_code=303)


ROUTES = (
    exams,
    create_exam,
    exam_page,
    preview,
    change_settings,
    add_section,
    change_section,
    change_item,
    choose_items,
    add_items,
    take_newest,
    copy_exam,
    remove_exam,
    restore_exam,
)
