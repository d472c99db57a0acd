"""What waits for a person, as a number for every page; and the comments among it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries as authoring
from exam_engine.authoring.commenting import may_read
from exam_engine.authoring.showing import excerpt_html
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.reviewing.home import waiting
from item_bank.content.model import Item
from item_bank.storage import comment_queries


@get("/waiting", **requires("home.see"))
async def count(connection: AsyncConnection, principal: Principal) -> Response[dict[str, int]]:
    """Asked by web/staff/waiting.js, beside pages that need not wait for it."""
    needs = await waiting(connection, principal)
    n = sum(int(str(need.params.get("n", 1))) for need in needs)
    return Response({"n": n}, headers={"Cache-Control": "private, no-store"})


@get("/comments", **requires("items.read"))
async def comments(request: Request[Any, Any, Any], connection: AsyncConnection, principal: Principal) -> Response[str]:
    rows = await comment_queries.open_for(connection, principal.id, may_read(principal))
    return page(
        request,
        "reviewing/comments.html",
        rows=[(row, msgspec.convert(row["content"], Item)) for row in rows],
        names=await authoring.names_of(connection, [row["last_by"] for row in rows]),
        excerpt_html=excerpt_html,
    )


ROUTES = (count, comments)
