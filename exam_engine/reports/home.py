"""What officers are told on the first page: sittings that are over and whose results wait to be released."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.needs import Need
from exam_engine.reports import queries


async def waiting(connection: AsyncConnection, principal: Principal) -> Sequence[Need]:
    if not principal.may("results.manage"):
        return ()
    found = await queries.over_and_unreleased(connection, principal.scopes("results.manage"))
    return [_need(row.public_id, row.title, row.results, row.pending) for row in found]


def _need(sitting: str, title: str, results: int, pending: int) -> Need:
    params = {"title": title, "n": results, "pending": pending}
    if pending:
        text = _("“%(title)s” is over: %(pending)s of %(n)s candidates still wait for a marker.")
        return Need(text, f"/results/{sitting}", params, "info")
    return Need(_("“%(title)s” is over. Results to be released: %(n)s."), f"/results/{sitting}", params, "info")
