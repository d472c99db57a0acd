"""Pages of markers: the queue, and one response after another."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring.showing import excerpt_html, shown
from exam_engine.delivery import answer_files
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.scoring import hand_marking, queries, rubric, script_queries
from exam_engine.scoring.hand_marking import Task
from exam_engine.scoring.numbering import versions_in_order
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]


@get("/marking", **requires("marks.hand"))
async def queue(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    rows = await script_queries.queue(connection, principal.scopes("marks.hand"))
    items = await storage.versions_by_id(connection, {row["version_id"] for row in rows})
    found = await queries.definitions_of(connection, {row["sitting_id"] for row in rows})
    orders = {sitting_id: versions_in_order(definitions.decode(one)) for sitting_id, one in found.items()}
    return page(
        request,
        "scoring/queue.html",
        rows=[(row, orders[row["sitting_id"]].index(row["version_id"]) + 1) for row in rows],
        texts={version: excerpt_html(stored.content, 90) for version, stored in items.items()},
        waiting=sum(row["total"] - row["marked"] for row in rows),
    )


@get("/marking/{sitting:str}/{number:int}", **requires("marks.hand"))
async def marking_page(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    sitting: str,
    number: int,
    script: str = "",
    after: str = "",
) -> Response[str]:
    work = await hand_marking.task(connection, principal, sitting, number)
    public = script or await hand_marking.take_next(connection, principal, work, after)
    return await _page(request, connection, principal, work, public)


@get("/marking/{sitting:str}/{number:int}/{script:str}/files/{digest:str}", **requires("marks.hand"))
async def file_of_script(
    connection: AsyncConnection, principal: Principal, sitting: str, number: int, script: str, digest: str
) -> Response[bytes]:
    """A photo that the candidate handed in; nobody is named."""
    work = await hand_marking.task(connection, principal, sitting, number)
    return answer_files.reply(await hand_marking.file_of(connection, work, script, digest))


@post("/marking/{sitting:str}/{number:int}", status_code=200, **requires("marks.hand"))
async def mark_script(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    state: State,
    sitting: str,
    number: int,
    data: Form,
) -> Response[Any]:
    work = await hand_marking.task(connection, principal, sitting, number)
    form = Reading(data)
    sent = {name: form.text(name, required=False, longest=64) for name in set(data) - {"comment", "_csrf_token"}}
    comment = form.text("comment", required=False, longest=2000)
    here = f"/marking/{sitting}/{number}"
    match sent.get("act"):
        case "skip":
            await script_queries.give_back(connection, sent.get("script", ""), principal.id)
            return Redirect(f"{here}?after={sent.get('script', '')}", status_code=303)
        case "withdraw":
            await hand_marking.withdraw(connection, state.events, principal, work, sent)
            return Redirect(f"{here}?script={sent.get('script', '')}", status_code=303)
    errors: dict[str, str] = dict(form.errors)
    if not errors:
        errors = dict((await hand_marking.give(connection, state.events, principal, work, sent, comment)).errors)
    if errors:
        return await _page(request, connection, principal, work, sent.get("script"), errors, sent, comment)
    return Redirect(here, status_code=303)


async def _page(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    work: Task,
    public: str | None,
    errors: dict[str, str] | None = None,
    sent: dict[str, str] | None = None,
    comment: str | None = None,
) -> Response[str]:
    look = await hand_marking.look(connection, work, public) if public else None
    script, item = (look.script, look.item) if look else (None, work.item)
    marked, total = await script_queries.progress(connection, work.sitting["id"], work.version)
    mark_id = script["mark_id"] if script else 0
    passages = await storage.passages_by_digest(connection, [work.item.passage or ""])
    return page(
        request,
        "scoring/marking.html",
        status=422 if errors else 200,
        work=work,
        shown=shown(item, passages.get(work.item.passage or "")),
        script=script,
        response=look.response if look else "",
        files=look.files if look else (),
        criteria=rubric.criteria(work.item),
        chosen=_chosen(work, script, sent),
        comment=comment if comment is not None else (script["comment"] or "" if script else ""),
        errors=errors or {},
        exact=Fraction,
        marked=marked,
        total=total,
        back=await script_queries.marked_before(connection, work.sitting["id"], work.version, principal.id, mark_id),
    )


def _chosen(work: Task, script: RowMapping | None, sent: dict[str, str] | None) -> dict[str, Any]:
    """Field → what stands in it: as just sent, else as marked before."""
    found: dict[str, Any] = {}
    for one in rubric.criteria(work.item):
        stored = (script["rubric"] or {}).get(one.id) if script else None
        found[one.field] = sent.get(one.field, "") if sent else (Fraction(stored) if stored is not None else None)
    return found


ROUTES = (queue, marking_page, file_of_script, mark_script)
