"""Matrix and specification of an exam: a page, and the same as a Word file or a PDF."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import queries
from exam_engine.authoring.assembling import all_versions
from exam_engine.authoring.editing import assembled
from exam_engine.authoring.official_tables import documents
from exam_engine.kit import documents as official
from exam_engine.kit.documents import Document
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of, page
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
READS = requires("exams.read")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@get("/exams/{exam:str}/tables", **READS)
async def tables(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, form: int = 0
) -> Response[str]:
    row, found = await _documents(request, connection, principal, exam, form)
    definition = definitions.decode(row["definition"])
    forms = [definition.first_form + place for place in range(assembled(definition))]
    return page(request, "authoring/tables.html", exam=row, documents=found, forms=forms, form=form)


@get("/exams/{exam:str}/tables.docx", **READS)
async def tables_for_word(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, form: int = 0
) -> Response[bytes]:
    row, found = await _documents(request, connection, principal, exam, form)
    return _file(await asyncio.to_thread(official.docx, found), _WORD, f"{row['title'][:80]}.docx", "attachment")


@get("/exams/{exam:str}/tables.pdf", **READS)
async def tables_to_print(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, form: int = 0
) -> Response[bytes]:
    row, found = await _documents(request, connection, principal, exam, form)
    return _file(await official.pdf(found), "application/pdf", f"{row['title'][:80]}.pdf", "inline")


async def _documents(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str, form: int
) -> tuple[Any, tuple[Document, Document]]:
    """`form`: of assembled forms which, from 0. Refused (404) where there is none."""
    row = await queries.exam_in_scope(connection, exam, principal.scopes("exams.read"))
    if row is None:
        raise not_found()
    definition = definitions.decode(row["definition"])
    if not 0 <= form < max(1, assembled(definition)):
        raise not_found()
    versions = await storage.versions_by_id(connection, all_versions(definition))
    items = {number: one.content for number, one in versions.items()}
    return row, documents(definition, items, row["unit_name"], locale_of(request), form)


def _file(content: bytes, media_type: str, name: str, shown: str) -> Response[bytes]:
    headers = {"Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=media_type, headers=headers)


ROUTES = (tables, tables_for_word, tables_to_print)
