"""One item's state, as its authors change it, and comments on it."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import drafting, queries, sending
from exam_engine.kit import audit
from exam_engine.kit.errors import _, conflict, invalid, not_found
from exam_engine.kit.forms import Form, Reading, local_path
from exam_engine.kit.identity import Principal, requires
from item_bank.storage import queries as storage
from item_bank.storage import review_queries

LONGEST = 2_000


@post("/items/{item:str}/state", status_code=303, **requires("items.write"))
async def change_state(connection: AsyncConnection, principal: Principal, item: str, data: Form) -> Response[Any]:
    stored = await drafting.writable_item(connection, principal, item)
    form = Reading(data)
    wanted = form.choice("status", sending.ACTS)
    if form.errors:
        raise invalid(form.errors["status"])
    if not await sending.act_on(connection, principal, wanted, [stored]):
        raise conflict(_("The item is in another state meanwhile. Reload the page to see it."))
    return Redirect(f"/items/{item}", status_code=303)


@post("/items/{item:str}/comments", status_code=303, **requires("items.read"))
async def comment(connection: AsyncConnection, principal: Principal, item: str, data: Form) -> Response[Any]:
    stored = await storage.newest_version(connection, item, queries.own_banks(principal.scopes("items.read")))
    if stored is None:
        raise not_found()
    form = Reading(data)
    text = form.text("text", longest=LONGEST)
    if form.errors:
        raise invalid(form.errors["text"])
    await review_queries.add_comment(connection, stored.id, principal.id, text)
    await audit.record(connection, principal, "commented", "item", stored.item_id, version=stored.number)
    return Redirect(local_path(data.get("back"), f"/items/{item}") + "#said", status_code=303)


ROUTES = (change_state, comment)
