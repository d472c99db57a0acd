"""A bank or an exam as a file for other programs: first what the format cannot hold, then the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import exporting, queries
from exam_engine.authoring.showing import excerpt
from exam_engine.kit import audit
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import locale_of, page
from item_bank.formats.written import Written
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


@dataclass
class Group:
    """What is told of several items in the same words; items: (public id, words that name it)."""

    text: str
    written: bool
    items: list[tuple[str, str]] = field(default_factory=list)


@get("/bank/{bank:str}/export", **EXPORTS)
async def export_bank(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str
) -> Response[str]:
    return _page(request, await _bank(connection, principal, bank), "bank")


@post("/bank/{bank:str}/export", status_code=200, **EXPORTS)
async def take_bank(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, data: Form
) -> Response[Any]:
    row = await _bank(connection, principal, bank)
    found = await exporting.of_bank(connection, row)
    return await _answer(request, connection, principal, data, found, row, "bank")


@get("/exams/{exam:str}/export", **EXPORTS)
async def export_exam(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str
) -> Response[str]:
    return _page(request, await _exam(connection, principal, exam), "exam")


@post("/exams/{exam:str}/export", status_code=200, **EXPORTS)
async def take_exam(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, data: Form
) -> Response[Any]:
    row = await _exam(connection, principal, exam)
    found = await exporting.of_exam(connection, row)
    return await _answer(request, connection, principal, data, found, row, "exam")


async def _answer(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    data: Form,
    found: exporting.Found,
    row: RowMapping,
    kind: str,
) -> Response[Any]:
    """What the format does not hold, or the file itself, which stands in the audit log."""
    form = Reading(data)
    name = form.choice("format", tuple(FORMATS))
    if form.errors or not found.items:
        return _page(request, row, kind, name, errors=form.errors, empty=not found.items)
    made = await exporting.written(connection, found, "docx" if name == "paper" else name, keys=name != "paper")
    if data.get("do") != "download":
        left = len(found.items) - made.items
        return _page(request, row, kind, name, made=made, left=left, groups=_groups(request, found, made))
    ending = exporting.ENDINGS["docx" if name == "paper" else name]
    await audit.record(
        connection, principal, "exported", kind, row["id"], unit_id=row["unit_id"], format=name, items=made.items
    )
    title = f"{found.title}.{ending}"
    named = f"attachment; filename=\"items.{ending}\"; filename*=UTF-8''{quote(title, safe='')}"
    headers = {"Content-Disposition": named, "Cache-Control": "private, no-store"}
    return Response(made.data, media_type=_MEDIA[ending], headers=headers)


def _page(
    request: HttpRequest, row: RowMapping, kind: str, chosen: str = "docx", *, errors: Any = None, **more: Any
) -> Response[str]:
    place = f"/bank/{row['public_id']}" if kind == "bank" else f"/exams/{row['public_id']}"
    title = row["name"] if kind == "bank" else row["title"]
    told = {"made": None, "left": 0, "groups": [], "empty": False} | more
    return page(
        request, "authoring/export.html", kind=kind, title=title, place=place, formats=FORMATS, chosen=chosen,
        errors=errors or {}, status=422 if errors else 200, **told,
    )  # fmt: skip


def _groups(request: HttpRequest, found: exporting.Found, made: Written) -> list[Group]:
    """Those that are not in the file first, then what most items lose."""
    translate = translator(locale_of(request))
    words = {one.identifier: one.item.title or excerpt(one.item, 60) for one in found.items}
    groups: dict[tuple[str, bool], Group] = {}
    for note in made.notes:
        group = groups.setdefault((text := note.reason.told(translate), note.written), Group(text, note.written))
        group.items.append((note.item, words.get(note.item, note.item)))
    return sorted(groups.values(), key=lambda one: (one.written, -len(one.items)))


async def _bank(connection: AsyncConnection, principal: Principal, bank: str) -> RowMapping:
    owner = queries.own_banks(principal.scopes("items.export"))
    found = await storage.bank_by_public_id(connection, bank, owner)
    if found is None:
        raise not_found()
    return found


async def _exam(connection: AsyncConnection, principal: Principal, exam: str) -> RowMapping:
    found = await queries.exam_in_scope(connection, exam, principal.scopes("items.export"))
    if found is None:
        raise not_found()
    return found


ROUTES = (export_bank, take_bank, export_exam, take_exam)
