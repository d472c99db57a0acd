"""The audit log of the own units."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import audit_queries
from exam_engine.accounts.words import ACT_LABELS
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from item_bank.content.folding import fold

PAGE = 50


@get("/audit", **requires("audit.read"))
async def audit_log(
    request: Request[Any, Any, Any], connection: AsyncConnection, principal: Principal
) -> Response[str]:
    read = Reading(dict(request.query_params))
    action, actor = read.text("action", required=False), read.text("actor", required=False)
    first, last, before = read.day("from"), read.day("to"), read.text("before", required=False, longest=18)
    zone = ZoneInfo(request.app.state.settings.default_zone)
    found = await audit_queries.audit_entries(
        connection,
        principal.scopes("audit.read"),
        action=action,
        actor=fold(actor),
        since=datetime.combine(first, time(), zone) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
        before=int(before) if before.isascii() and before.isdigit() else None,
        limit=PAGE + 1,
    )
    asked = {"action": action, "actor": actor, "from": read.form.get("from", ""), "to": read.form.get("to", "")}
    more = f"?{urlencode(asked | {'before': found[PAGE - 1].id})}" if len(found) > PAGE else ""
    return page(
        request,
        "accounts/audit.html",
        status=422 if read.errors else 200,
        entries=found[:PAGE],
        actions=await audit_queries.audit_actions(connection),
        labels=ACT_LABELS,
        asked=asked,
        errors=read.errors,
        more=more,
    )


ROUTES = (audit_log,)
