"""Copying items of a bank into another one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import copying, queries
from exam_engine.authoring.banks import bank_of
from exam_engine.kit.errors import _, invalid
from exam_engine.kit.identity import Principal, requires
from item_bank.storage import queries as storage


@post("/bank/{bank:str}/copies", status_code=303, **requires(copying.WRITE))
async def copy_items(
    request: Request[Any, Any, Any], connection: AsyncConnection, principal: Principal, bank: str
) -> Response[Any]:
    """Of a bank that may be read into one that may be written: those ticked, or with `copies` "all" what the filters
    leave."""
    source = await bank_of(connection, principal, bank)
    data = await request.form()
    wanted = str(data.get("target", ""))
    if not wanted:
        raise invalid(_("Choose the bank that the copies go into."))
    target = await bank_of(connection, principal, wanted, copying.WRITE)
    if target["id"] == source["id"]:
        raise invalid(_("Choose another bank: the questions stand in this one already."))
    if data.get("copies") == "all":
        job = await copying.copy_all(connection, principal, source, target, str(data.get("filter", "")))
        return Redirect(f"/jobs/{job}", status_code=303)
    ticked = [str(one) for one in data.getall("item", [])]
    if not ticked:
        raise invalid(_("Tick at least one item."))
    if len(ticked) > copying.AT_ONCE:
        raise invalid(_("At most %(limit)s items can be changed at once."), limit=copying.AT_ONCE)
    readable = queries.banks_open_to(principal, queries.READ)
    versions = await storage.newest_of_items(connection, source["id"], ticked, readable)
    done = await copying.copy(connection, principal, source, target, versions)
    return Redirect(f"/bank/{wanted}?copied={done.added}&known={done.known}", status_code=303)


ROUTES = (copy_items,)
