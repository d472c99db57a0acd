"""What every staff page of a sitting begins with: the sitting that an address names, if it is the asker's to open."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal
from exam_engine.kit.languages import moment
from exam_engine.kit.pages import locale_of, page
from exam_engine.sittings import candidate_queries, sitting_queries
from exam_engine.sittings.words import STATE_LABELS, STATE_TONES, told

HttpRequest = Request[Any, Any, Any]


async def found_sitting(
    connection: AsyncConnection, principal: Principal, sitting: str, permission: str = "sittings.read"
) -> RowMapping:
    found = await sitting_queries.sitting_in_scope(connection, sitting, principal.scopes(permission))
    if found is None:
        raise not_found()
    return found


async def found_candidate(connection: AsyncConnection, sitting: RowMapping, candidate: str) -> RowMapping:
    found = await candidate_queries.candidate_of(connection, sitting["id"], candidate)
    if found is None:
        raise not_found()
    return found


def sitting_page(
    request: HttpRequest, name: str, sitting: RowMapping, *, status: int = 200, **context: Any
) -> Response[str]:
    """A page about one sitting: its state, its tabs, and times in the unit's zone."""
    locale, zone = locale_of(request), sitting["zone"]
    return page(
        request,
        name,
        status=status,
        sitting=sitting,
        here=f"/sittings/{sitting['public_id']}",
        at=lambda value, form="short": moment(value, locale, zone, form),
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
        messages=told(request),
        **context,
    )
