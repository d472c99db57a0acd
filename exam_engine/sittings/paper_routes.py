"""Papers of a sitting's forms to print, and their keys. Every copy that is taken is noted in the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.datastructures import State
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries as authoring
from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, not_found
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import moment
from exam_engine.kit.pages import locale_of, page
from exam_engine.sittings import papers, room_queries, sitting_queries, words
from exam_engine.sittings.papers import Papers
from exam_engine.sittings.scope import HttpRequest, found_sitting, sitting_page
from item_bank.content.interactions.options import letters

PRINTS = requires("papers.print")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}


@get("/exams/{exam:str}/papers", **PRINTS)
async def papers_of_exam(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str
) -> Response[str]:
    """From an exam to its printed papers: these belong to a sitting, so that codes on paper are those on screens."""
    row = await authoring.exam_in_scope(connection, exam, principal.scopes("exams.read"))
    if row is None:
        raise not_found()
    scopes = principal.scopes("papers.print")
    rows = await sitting_queries.sittings_in_scope(connection, scopes, exam_id=row["id"])
    locale = locale_of(request)
    return page(
        request,
        "sittings/papers_of_exam.html",
        exam=row,
        rows=rows,
        at=lambda one: moment(one["starts_at"], locale, one["zone"]),
        state_labels=words.STATE_LABELS,
        state_tones=words.STATE_TONES,
    )


@get("/sittings/{sitting:str}/papers", **PRINTS)
async def overview(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State, sitting: str
) -> Response[str]:
    found = await found_sitting(connection, principal, sitting, "papers.print")
    try:
        made = await papers.papers_of(connection, state.keyring, found)
    except Refused as refused:
        return sitting_page(request, "sittings/papers.html", found, why_not=refused)
    balances = papers.letters_of(made)
    rooms = [
        (room["public_id"], f"{room['name']} ({room['candidates']})")
        for room in await room_queries.rooms_of(connection, found["id"])
        if room["candidates"]
    ]
    if without := await room_queries.without_room(connection, found["id"]):
        rooms.append(("", f"– ({without})"))
    return sitting_page(
        request,
        "sittings/papers.html",
        found,
        why_not=None,
        balances=balances,
        letter_names=letters(max((len(one.balance.counts) for one in balances), default=0)),
        forms=[form.number for form in made.forms],
        keys=papers.key_table(made),
        screen_only=made.screen_only,
        rooms=rooms,
    )


@get("/sittings/{sitting:str}/papers.pdf", **PRINTS)
async def all_papers(principal: Principal, state: State, sitting: str, form: str = "") -> Response[bytes]:
    row, made = await _made(state, principal, sitting, "pdf", form)
    return _file(await papers.pdf(made), "pdf", f"{row['title'][:60]} {form or 'de'}")


@get("/sittings/{sitting:str}/papers.docx", **PRINTS)
async def paper_for_word(principal: Principal, state: State, sitting: str, form: str) -> Response[bytes]:
    row, made = await _made(state, principal, sitting, "docx", form)
    return _file(await asyncio.to_thread(papers.docx, made), "docx", f"{row['title'][:60]} {form}")


@get("/sittings/{sitting:str}/keys.xlsx", **PRINTS)
async def keys(principal: Principal, state: State, sitting: str) -> Response[bytes]:
    row, made = await _made(state, principal, sitting, "keys", "")
    return _file(await asyncio.to_thread(papers.keys_xlsx, made), "xlsx", f"{row['title'][:60]} dap an")


async def _made(state: State, principal: Principal, sitting: str, what: str, form: str) -> tuple[RowMapping, Papers]:
    """In a transaction of its own: setting the pages takes seconds, and no connection waits for them."""
    async with transaction(state.engine) as connection:
        row = await found_sitting(connection, principal, sitting, "papers.print")
        made = await papers.papers_of(connection, state.keyring, row)
        made = made.only(form) if form else made
        about: dict[str, Any] = {"what": what, "form": form} if form else {"what": what}
        await audit.record(connection, principal, "printed", "sitting", row["id"], unit_id=row["unit_id"], **about)
    return row, made


def _file(content: bytes, kind: str, name: str) -> Response[bytes]:
    shown = "inline" if kind == "pdf" else "attachment"
    headers = {"Content-Disposition": f"{shown}; filename*=UTF-8''{quote(f'{name}.{kind}', safe='')}"}
    return Response(content, media_type=_MEDIA[kind], headers=headers)


ROUTES = (papers_of_exam, overview, all_papers, paper_for_word, keys)
