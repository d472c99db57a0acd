"""The candidate's own result: exactly what the exam's policy shows, and nothing before."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.authenticating import OWN, own
from exam_engine.delivery import answer_files
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.identity import Principal, requires, requires_inside
from exam_engine.kit.pages import page
from exam_engine.reports import own_queries, own_result, queries

_BACK = ("/play", _("Back to the receipt"))


@get("/play/result", **requires_inside(OWN))
async def own_result_page(request: Request[Any, Any, Any]) -> Response[Any]:
    short = own_result.short_page(request, found := await own(request, own_queries.RESULT), _BACK)
    if short is not None:
        return short
    async with transaction(request.app.state.engine) as connection:
        row = await queries.own_attempt(connection, found["candidate_id"])
        assert row is not None
        return await result_page(request, connection, row, back=_BACK)


@get("/play/result/assets/{digest:str}", **requires("attempt.own"))
async def own_picture(connection: AsyncConnection, principal: Principal, digest: str) -> Response[bytes]:
    return await picture_of(connection, await _own(connection, principal), digest)


@get("/play/result/files/{digest:str}", **requires("attempt.own"))
async def own_file(connection: AsyncConnection, principal: Principal, digest: str) -> Response[bytes]:
    return await file_of(connection, await _own(connection, principal), digest)


async def result_page(
    request: Request[Any, Any, Any],
    connection: AsyncConnection,
    found: RowMapping,
    *,
    back: tuple[str, str],
    pictures: str = own_result.PICTURES,
) -> Response[str]:
    """`found`: a row of `queries.own_attempt`, whose owner has been checked; `back`: where the page leads, msgid;
    `pictures`: the path below which a route of the caller answers with `picture_of`; it ends in assets/, and beside it
    lies files/, for `file_of`."""
    shown = await own_result.context(connection, found, pictures)
    return page(request, "reports/own_result.html", back=back, **shown)


async def picture_of(connection: AsyncConnection, found: RowMapping, digest: str) -> Response[bytes]:
    made = await own_result.picture(connection, found, digest)
    if made is None:
        raise not_found()
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(made[1], media_type=made[0], headers=headers)


async def file_of(connection: AsyncConnection, found: RowMapping, digest: str) -> Response[bytes]:
    return answer_files.reply(await own_result.file(connection, found, digest))


async def _own(connection: AsyncConnection, principal: Principal) -> RowMapping:
    found = await queries.own_attempt(connection, principal.id)
    if found is None:
        raise not_found()
    return found


ROUTES = (own_result_page, own_picture, own_file)
