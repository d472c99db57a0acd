"""One candidate of a running sitting: state, time line, what there is to look at, and acts."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.intervening import PERMISSION, intervene
from exam_engine.kit import audit
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import moment
from exam_engine.kit.pages import locale_of, page
from exam_engine.sittings import policy as policies
from exam_engine.sittings.scope import found_sitting
from proctoring import acting, queries, rules
from proctoring.candidate_state import ATTENTION, LOOKS, candidate_state, time_left
from proctoring.room_page import reasons_of, told
from proctoring.signals import TYPES
from proctoring.time_line import time_line

Asked = Request[Any, Any, State]
MOST_ENTRIES = 500


@get("/rooms/{sitting:str}/{candidate:str}", **requires("rooms.watch"))
async def show(
    request: Asked, connection: AsyncConnection, principal: Principal, sitting: str, candidate: str
) -> Response[str]:
    return await _page(request, connection, principal, sitting, candidate)


@post("/rooms/{sitting:str}/{candidate:str}/act", status_code=200, **requires("rooms.act"))
async def act(
    request: Asked,
    connection: AsyncConnection,
    principal: Principal,
    state: State,
    sitting: str,
    candidate: str,
    data: Form,
) -> Response[Any]:
    await _attempt(connection, principal, sitting, candidate, PERMISSION)
    form = Reading(data)
    order = acting.order_of(form, reasons=reasons_of(request))
    if order is None:
        return await _page(request, connection, principal, sitting, candidate, data, form.errors)
    await intervene(connection, state.keyring, state.events, principal, sitting, candidate, order)
    return Redirect(f"/rooms/{sitting}/{candidate}?done={order.action}", status_code=303)


@post("/rooms/{sitting:str}/{candidate:str}/looked", status_code=303, **requires("rooms.act"))
async def looked(
    connection: AsyncConnection, principal: Principal, sitting: str, candidate: str, data: Form
) -> Response[Any]:
    """A person has looked at a flag, and may say what it was."""
    found = await _attempt(connection, principal, sitting, candidate, PERMISSION)
    form = Reading(data)
    rule = form.choice("rule", rules.RULES)
    note = form.text("note", required=False, longest=500)
    if form.errors or not await queries.look_at_flag(connection, found["attempt_id"], rule, principal.id, note):
        raise not_found()
    await audit.record(
        connection, principal, "flag_looked_at", "attempt", found["attempt_id"], unit_id=found["unit_id"], rule=rule
    )
    return Redirect(f"/rooms/{sitting}/{candidate}?done=looked", status_code=303)


async def _attempt(
    connection: AsyncConnection, principal: Principal, sitting: str, candidate: str, permission: str
) -> queries.Row:
    found = await queries.candidate_in_scope(connection, sitting, candidate, principal.scopes(permission))
    if found is None:
        raise not_found()
    return found


async def _page(
    request: Asked,
    connection: AsyncConnection,
    principal: Principal,
    sitting: str,
    candidate: str,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    found = await found_sitting(connection, principal, sitting, "rooms.watch")
    ids = await _attempt(connection, principal, sitting, candidate, "rooms.watch")
    [row] = await queries.watched(connection, attempts=[ids["attempt_id"]])
    signals = await queries.signals_of(connection, [ids["attempt_id"]])
    policy = policies.decode(found["policy"])
    if policy.signals or signals:
        # Behaviour is sensitive: whoever reads it leaves a trace.
        await audit.record(
            connection, principal, "signals_read", "attempt", ids["attempt_id"], unit_id=found["unit_id"]
        )
    state = candidate_state(row)
    locale, zone = locale_of(request), found["zone"]
    return page(
        request,
        "proctoring/candidate.html",
        status=422 if errors else 200,
        sitting=found,
        row=row,
        state=state,
        look=LOOKS[state.name],
        needs_words=ATTENTION,
        left=time_left(row, state.name),
        moments=time_line(
            row,
            await queries.entries_of(connection, ids["attempt_id"], MOST_ENTRIES),
            signals,
            await queries.interventions_of(connection, ids["attempt_id"]),
        ),
        flags=await queries.flags_of(connection, ids["attempt_id"]),
        rules=rules.RULES,
        types=TYPES,
        policy=policy,
        acts=acting.ACTS,
        offered=acting.offered(row) if principal.may(PERMISSION) else [],
        typed=typed or {},
        errors=errors or {},
        at=lambda value, form="short": moment(value, locale, zone, form),
        here=f"/rooms/{sitting}/{candidate}",
        messages=told(request),
    )


ROUTES = (show, act, looked)
