"""The roster: a file or the pupils of classes, looked at first, then taken as a whole."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import State, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import Body
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import member_queries
from exam_engine.kit.errors import Refused, _, invalid, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of, refusal
from exam_engine.sittings import candidate_queries, plan, roster_queries, uploading
from exam_engine.sittings.enrolling import ROOM_SIZE
from exam_engine.sittings.roster_template import write_template
from exam_engine.sittings.scope import HttpRequest, found_sitting, sitting_page

Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
LIMIT_MB = 10
PREVIEW = 10
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


def _too_large(request: Request[Any, Any, Any], _error: RequestEntityTooLarge) -> Response[Any]:
    """This page knows its limit and what to do."""
    message = _("A roster may be up to %(limit)s MB. Save the list without pictures and other sheets, then try again.")
    return refusal(request, Refused("too_large", 413, message, limit=LIMIT_MB))


@get("/sittings/{sitting:str}/roster", **requires("roster.manage"))
async def roster_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str
) -> Response[str]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    return sitting_page(
        request,
        "sittings/roster.html",
        found,
        classes=await member_queries.classes_within(connection, principal.scopes("people.read")),
        candidates=await candidate_queries.count_candidates(connection, found["id"]),
        limit=LIMIT_MB,
    )


@post(
    "/sittings/{sitting:str}/roster",
    request_max_body_size=LIMIT_MB * 1024 * 1024 + 64 * 1024,
    exception_handlers={RequestEntityTooLarge: _too_large},
    status_code=303,
    **requires("roster.manage"),
)
async def upload_roster(connection: AsyncConnection, principal: Principal, sitting: str, data: Upload) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    file = data.get("file")
    if not isinstance(file, UploadFile):
        raise invalid(_("Choose a file first."))
    upload = await uploading.dry_run(connection, principal, found["id"], file.filename, await file.read())
    return Redirect(f"/sittings/{sitting}/roster/{upload}", status_code=303)


@post("/sittings/{sitting:str}/roster/classes", status_code=303, **requires("roster.manage"))
async def take_classes(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    classes = [str(one)[:40] for one in (await request.form()).getall("class", [])]
    upload = await uploading.from_classes(connection, principal, found["id"], classes)
    return Redirect(f"/sittings/{sitting}/roster/{upload}", status_code=303)


@get("/sittings/{sitting:str}/roster/{upload:str}", **requires("roster.manage"))
async def show_upload(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, upload: str
) -> Response[str]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    return await _shown(request, connection, found, await _upload(connection, found, upload), {})


@post("/sittings/{sitting:str}/roster/{upload:str}/take", status_code=200, **requires("roster.manage"))
async def take_roster(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    state: State,
    sitting: str,
    upload: str,
    data: Form,
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "roster.manage")
    wanted, form = await _upload(connection, found, upload), Reading(data)
    room_size = plan.whole(form, "room_size", 1, 999)
    if form.errors:
        return await _shown(request, connection, found, wanted, form.errors)
    await uploading.take(connection, state.keyring, principal, found["id"], wanted, room_size)
    return Redirect(f"/sittings/{sitting}/candidates?done=enrolled", status_code=303)


@get("/roster-template/{name:str}", sync_to_thread=True, **requires("roster.manage"))
def roster_template(request: HttpRequest, name: str) -> Response[bytes]:
    """`roster.xlsx` or `roster.csv`, with headings in the reader's language."""
    kind = name.removeprefix("roster.")
    if kind not in MEDIA:
        raise not_found()
    return Response(
        write_template(kind, locale_of(request)),
        media_type=MEDIA[kind],
        headers={"Content-Disposition": f'attachment; filename="roster.{kind}"'},
    )


async def _shown(
    request: HttpRequest, connection: AsyncConnection, found: RowMapping, upload: RowMapping, errors: dict[str, str]
) -> Response[str]:
    rows = uploading.rows_of(upload)
    return sitting_page(
        request,
        "sittings/upload.html",
        found,
        status=422 if errors else 200,
        upload=upload,
        told=uploading.told(upload),
        count=len(rows),
        rows=rows[:PREVIEW],
        without_room=sum(not row.room for row in rows),
        candidates=await candidate_queries.count_candidates(connection, found["id"]),
        room_size=ROOM_SIZE,
        errors=errors,
    )


async def _upload(connection: AsyncConnection, found: RowMapping, upload: str) -> RowMapping:
    wanted = await roster_queries.upload_of(connection, found["id"], upload)
    if wanted is None:
        raise not_found()
    return wanted


ROUTES = (roster_page, upload_roster, take_classes, show_upload, take_roster, roster_template)
