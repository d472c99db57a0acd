"""A bank or an exam as a file for other programs: first what the format cannot hold, then the file."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import export_jobs, exporting, queries
from exam_engine.authoring.export_losses import groups
from exam_engine.kit import audit, job_files
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import locale_of, page
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
EXPORTS = requires("items.export")
#: Format → its name and what it is good for.
FORMATS: dict[str, tuple[str, str]] = {
    "docx": (_("Word test with keys"), _("To print, to edit, to import again: the right letters are underlined.")),
    "paper": (_("Word test without keys"), _("The paper that candidates get.")),
    "xlsx": ("Excel (XLSX)", _("The template of this program, with pictures.")),
    "moodle": ("Moodle XML", _("For Moodle and programs that read its files, with pictures.")),
    "gift": ("GIFT", _("Plain text for Moodle; no pictures.")),
    "qti30": ("QTI 3.0", _("For other item banks; holds every kind of item.")),
    "qti22": ("QTI 2.2", _("For Canvas, TAO and other programs.")),
    "qti21": ("QTI 2.1", _("For older programs.")),
}
_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "gift": "text/plain; charset=utf-8",
    "zip": "application/zip",
}


@get("/bank/{bank:str}/export", **EXPORTS)
async def export_bank(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, done: str = ""
) -> Response[str]:
    row = await _bank(connection, principal, bank)
    return _page(request, row, "bank", **await _done(connection, principal, row, "bank", done))


@get("/bank/{bank:str}/export/{job:str}", **EXPORTS)
async def fetch_bank(connection: AsyncConnection, principal: Principal, bank: str, job: str) -> Response[bytes]:
    row = await _bank(connection, principal, bank)
    return await _fetched(connection, principal, row, "bank", job)


@post("/bank/{bank:str}/export", status_code=200, **EXPORTS)
async def take_bank(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, data: Form
) -> Response[Any]:
    row = await _bank(connection, principal, bank)
    return await _answer(request, connection, principal, data, row, "bank")


@get("/exams/{exam:str}/export", **EXPORTS)
async def export_exam(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, done: str = ""
) -> Response[str]:
    row = await _exam(connection, principal, exam)
    return _page(request, row, "exam", **await _done(connection, principal, row, "exam", done))


@get("/exams/{exam:str}/export/{job:str}", **EXPORTS)
async def fetch_exam(connection: AsyncConnection, principal: Principal, exam: str, job: str) -> Response[bytes]:
    row = await _exam(connection, principal, exam)
    return await _fetched(connection, principal, row, "exam", job)


@post("/exams/{exam:str}/export", status_code=200, **EXPORTS)
async def take_exam(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, data: Form
) -> Response[Any]:
    row = await _exam(connection, principal, exam)
    return await _answer(request, connection, principal, data, row, "exam")


async def _answer(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    data: Form,
    row: RowMapping,
    kind: str,
) -> Response[Any]:
    """What the format does not hold, or the file itself, which stands in the audit log; of many items, later."""
    form = Reading(data)
    name = form.choice("format", tuple(FORMATS))
    if not form.errors and await export_jobs.is_large(connection, row, kind):
        job = await export_jobs.write_later(connection, principal, row, kind, name, locale_of(request))
        return Redirect(f"/jobs/{job}", status_code=303)
    found = await (exporting.of_bank if kind == "bank" else exporting.of_exam)(connection, row)
    if form.errors or not found.items:
        return _page(request, row, kind, name, errors=form.errors, empty=not found.items)
    made = await exporting.written(connection, found, "docx" if name == "paper" else name, keys=name != "paper")
    if data.get("do") != "download":
        told = groups(found, made, translator(locale_of(request)))
        left = len(found.items) - made.items
        return _page(request, row, kind, name, made=made.items, left=left, groups=told)
    return await _file(connection, principal, row, kind, name, made.data, made.items)


async def _done(
    connection: AsyncConnection, principal: Principal, row: RowMapping, kind: str, job: str
) -> dict[str, Any]:
    """What a job wrote, for the page."""
    found = await export_jobs.done(connection, principal, row, kind, job) if job else None
    if found is None:
        return {}
    told, _number = found
    return {"chosen": told.format, "made": told.items, "left": told.left, "groups": told.groups, "job": job}


async def _fetched(
    connection: AsyncConnection, principal: Principal, row: RowMapping, kind: str, job: str
) -> Response[bytes]:
    found = await export_jobs.done(connection, principal, row, kind, job)
    data = await job_files.file_of(connection, found[1]) if found else None
    if found is None or data is None:
        raise not_found()
    return await _file(connection, principal, row, kind, found[0].format, data, found[0].items)


async def _file(
    connection: AsyncConnection, principal: Principal, row: RowMapping, kind: str, name: str, data: bytes, items: int
) -> Response[bytes]:
    ending = exporting.ENDINGS["docx" if name == "paper" else name]
    await audit.record(
        connection, principal, "exported", kind, row["id"], unit_id=row["unit_id"], format=name, items=items
    )
    title = f"{row['name' if kind == 'bank' else 'title']}.{ending}"
    named = f"attachment; filename=\"items.{ending}\"; filename*=UTF-8''{quote(title, safe='')}"
    headers = {"Content-Disposition": named, "Cache-Control": "private, no-store"}
    return Response(data, media_type=_MEDIA[ending], headers=headers)


def _page(
    request: HttpRequest, row: RowMapping, kind: str, chosen: str = "docx", *, errors: Any = None, **more: Any
) -> Response[str]:
    place = export_jobs.place_of(row, kind)
    title = row["name"] if kind == "bank" else row["title"]
    told = {"made": None, "left": 0, "groups": [], "empty": False, "job": ""} | more
    return page(
        request, "authoring/export.html", kind=kind, title=title, place=place, formats=FORMATS, chosen=chosen,
        errors=errors or {}, status=422 if errors else 200, **told,
    )  # fmt: skip


async def _bank(connection: AsyncConnection, principal: Principal, bank: str) -> RowMapping:
    owner = queries.banks_open_to(principal, "items.export")
    found = await storage.bank_by_public_id(connection, bank, owner)
    if found is None:
        raise not_found()
    return found


async def _exam(connection: AsyncConnection, principal: Principal, exam: str) -> RowMapping:
    found = await queries.exam_in_scope(connection, exam, principal.scopes("items.export"))
    if found is None:
        raise not_found()
    return found


ROUTES = (export_bank, fetch_bank, take_bank, export_exam, fetch_exam, take_exam)
