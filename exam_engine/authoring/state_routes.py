"""One item's state, as its authors change it."""

from __future__ import annotations

from typing import Any

from litestar import Response, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import drafting, queries, sending
from exam_engine.kit.errors import _, conflict, invalid
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires


@post("/items/{item:str}/state", status_code=303, **requires("items.write"))
async def change_state(connection: AsyncConnection, principal: Principal, item: str, data: Form) -> Response[Any]:
    stored = await drafting.writable_item(connection, principal, item)
    form = Reading(data)
    wanted = form.choice("status", sending.ACTS)
    if form.errors:
        raise invalid(form.errors["status"])
    if wanted == sending.SEND:
        sending.check_seen(await queries.bank_by_id(connection, stored.bank_id))
    if not await sending.act_on(connection, principal, wanted, [stored]):
        raise conflict(_("The item is in another state meanwhile. Reload the page to see it."))
    return Redirect(f"/items/{item}", status_code=303)


ROUTES = (change_state,)
