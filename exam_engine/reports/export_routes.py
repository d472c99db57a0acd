"""Downloads: results, item statistics and responses as CSV or XLSX."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of
from exam_engine.reports import exporting
from exam_engine.reports.finding import sitting_of


@get("/results/{sitting:str}/export/{name:str}", **requires("results.export"))
async def export(
    request: Request[Any, Any, Any], connection: AsyncConnection, principal: Principal, sitting: str, name: str
) -> Response[bytes]:
    """`name`: results.csv, results.xlsx, items.csv, … in the language of the page."""
    found = await sitting_of(connection, principal, sitting, "results.export")
    kind, _dot, ending = name.rpartition(".")
    made = await exporting.export(connection, principal, found, kind, ending, locale_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "private, no-store"}
    return Response(made.data, media_type=made.media_type, headers=headers)


ROUTES = (export,)
