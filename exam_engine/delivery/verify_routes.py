"""The staff page that checks a receipt: typed in, or opened from its QR code."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, receipts, verifying
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import NavigationEntry, page
from exam_engine.sittings.wording import KINDS

PERMISSION = "receipts.verify"
NAVIGATION: tuple[NavigationEntry, ...] = ((_("Check a receipt"), "/verify", "badge-check", "receipts.verify"),)


@get("/verify", **requires(PERMISSION))
async def verify_receipt(
    request: Request[Any, Any, State],
    connection: AsyncConnection,
    principal: Principal,
    state: State,
    code: str = "",
) -> Response[str]:
    typed = receipts.ungrouped(code)[:40].replace("\0", "")
    found = checked = None
    if typed:
        found = await attempt_queries.attempt_of_receipt(connection, typed, principal.scopes(PERMISSION))
    if found is not None:
        checked = await verifying.check(connection, state.keyring, found["attempt_id"])
    return page(
        request,
        "delivery/verify.html",
        kinds=KINDS,
        in_groups=receipts.in_groups,
        code=receipts.grouped(typed),
        asked=bool(typed),
        found=found,
        checked=checked,
    )


ROUTES = (verify_receipt,)
