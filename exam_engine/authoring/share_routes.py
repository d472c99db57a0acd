"""The page on which is said who reads a bank, and under which licence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import sharing
from exam_engine.authoring.banks import bank_of
from exam_engine.kit.forms import Form
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page

HttpRequest = Request[Any, Any, Any]
SHARE = "banks.share"


@get("/bank/{bank:str}/sharing", **requires(SHARE))
async def sharing_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str
) -> Response[str]:
    return await _page(request, connection, principal, await bank_of(connection, principal, bank, SHARE))


@post("/bank/{bank:str}/sharing", status_code=200, **requires(SHARE))
async def set_sharing(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, data: Form
) -> Response[Any]:
    found = await bank_of(connection, principal, bank, SHARE)
    if errors := await sharing.share(connection, principal, found, data):
        return await _page(request, connection, principal, found, errors, data)
    return Redirect(f"/bank/{bank}/sharing?done=1", status_code=303)


async def _page(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    bank: RowMapping,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response[str]:
    names = ("reach", "credit", "source", "licence")
    return page(
        request,
        "authoring/sharing.html",
        bank=bank,
        choices=await sharing.choices(connection, principal, bank),
        values={name: str((typed or bank).get(name, "")) for name in names},
        errors=errors or {},
        licences=sharing.LICENCES,
        saved=not errors and request.query_params.get("done") == "1",
        status=422 if errors else 200,
    )


ROUTES = (sharing_page, set_sharing)
