"""The device check: open to all, so that it can be tried at home and on every PC of a lab the day before."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import device_check, player_page
from exam_engine.delivery.starting import milliseconds
from exam_engine.kit import clock
from exam_engine.kit.authority import ALWAYS
from exam_engine.kit.identity import open_to_all
from exam_engine.kit.pages import page


@get("/check", **open_to_all())
async def check(request: Request[Any, Any, Any], code: str = "") -> Response[str]:
    return page(
        request,
        "delivery/check.html",
        code=code.strip(),
        lacks=device_check.read(code) if code.strip() else None,
        texts=player_page.texts(request, "player", "device"),
        settings=player_page.settings(request),
        settled=request.app.state.settings,
        at_server=request.url.hostname in ALWAYS,
    )


@get("/check/now", **open_to_all())
async def now(connection: AsyncConnection) -> Response[dict[str, int]]:
    """Milliseconds since 1970, as the server's clock has it."""
    at = milliseconds(await clock.read(connection))
    assert at is not None
    return Response({"now": at}, headers={"Cache-Control": "no-store"})


ROUTES = (check, now)
