"""The player's private API (docs/architecture.md). Everything here is one candidate's own; no cache may store it."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import (
    attempt_queries,
    looking,
    papers,
    player_page,
    receipt_views,
    starting,
    submitting,
    tokens,
)
from exam_engine.delivery.attempt import Denied
from exam_engine.delivery.attempt import State as AttemptState
from exam_engine.delivery.entries import decode, entries_of, submit_body
from exam_engine.delivery.events import Seen
from exam_engine.delivery.journal_route import WITH_TOKEN, put, save
from exam_engine.delivery.refusals import denied
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _, invalid, not_found
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import locale_of, page, refusal
from exam_engine.sittings import policy as policies

PRIVATE = {"Cache-Control": "private, no-store"}
MOST_COUNTER = 100_000

Asked = Request[Any, Any, State]


class StartBody(msgspec.Struct):
    device: str


@get("/play", **requires("attempt.own"))
async def play(request: Asked, connection: AsyncConnection, principal: Principal) -> Response[str]:
    found = await looking.own_attempt(connection, principal)
    policy = policies.decode(found["policy"])
    added = player_page.parts(request, policy)
    return page(
        request,
        "delivery/play.html",
        heading=player_page.heading(request, found["kind"], found["title"], formal=policy.formal),
        texts=player_page.texts(request),
        settings=player_page.settings(request, added),
        page_scripts=[module for part in added for module in part.modules],
    )


@get("/play/state", **requires("attempt.own"))
async def state(
    request: Asked, connection: AsyncConnection, principal: Principal, device: str = ""
) -> Response[dict[str, Any]]:
    found = await looking.own_attempt(connection, principal)
    await request.app.state.events.publish(connection, Seen(found["attempt_id"]))
    return Response(await looking.state_of(connection, found, device), headers=PRIVATE)


@get("/play/paper", **requires("attempt.own"))
async def paper(request: Asked, connection: AsyncConnection, principal: Principal) -> Response[bytes]:
    found = await _begun_attempt(connection, principal)
    return _gzipped(request, await attempt_queries.paper_of_form(connection, found["form_id"]))


@get("/play/variant", **requires("attempt.own"))
async def variant(connection: AsyncConnection, principal: Principal) -> Response[dict[str, Any]]:
    found = await _begun_attempt(connection, principal)
    return Response(await attempt_queries.variant_of_attempt(connection, found["attempt_id"]), headers=PRIVATE)


@get("/play/sealed", **requires("attempt.own"))
async def sealed(connection: AsyncConnection, principal: Principal, state: State) -> Response[bytes]:
    found = await looking.own_attempt(connection, principal)
    papers.refuse_unless_sealed_download(found)
    bundle = await papers.sealed_bundle(connection, state.keyring, found)
    return Response(bundle, media_type="application/octet-stream", headers=PRIVATE)


@post("/play/start", status_code=200, **requires("attempt.own"))
async def start(
    request: Asked, connection: AsyncConnection, principal: Principal, state: State, data: StartBody
) -> Response[Any]:
    device = data.device.strip()
    if not 8 <= len(device) <= 64 or not device.isascii() or not device.isprintable():
        raise invalid(_("The device has no usable name. Reload this page."))
    begun = await starting.start(connection, state.keyring, state.events, principal, device)
    if isinstance(begun, Refused):
        return refusal(request, begun)
    return Response(begun, headers=PRIVATE)


async def requires_token(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    keys = connection.app.state.keyring
    header = connection.headers.get("authorization", "").encode("latin-1", "replace")
    connection.scope["state"]["bearer"] = tokens.read(keys.purpose(tokens.PURPOSE), keys.key_id, header)


@post("/play/submit", status_code=200, guards=[requires_token], opt=WITH_TOKEN)
async def submit(request: Asked, connection: AsyncConnection, state: State) -> Response[Any]:
    bearer: tokens.Bearer = request.scope["state"]["bearer"]
    data = decode(submit_body, await request.body())
    if data.counter is not None and not 0 <= data.counter <= MOST_COUNTER:
        raise invalid(_("Some of the values sent do not fit: %(names)s."), names="counter")
    checks = await state.forms.checks_of_form(bearer.form_id)
    entries = entries_of(data, bearer.attempt_id, bearer.resume, checks, time.monotonic())
    saved = await put(state.flush, entries) if entries else []
    closed = await submitting.submit(connection, state.keyring, state.events, bearer, data.counter)
    body = await receipt_views.document(connection, closed)
    return Response(body | {"a": [(one.counter, one.standing) for one in saved]}, headers=PRIVATE)


@get("/play/receipt", **requires("attempt.own"))
async def receipt(connection: AsyncConnection, principal: Principal) -> Response[dict[str, Any]]:
    found = await looking.own_attempt(connection, principal)
    return Response(await receipt_views.document(connection, found), headers=PRIVATE)


@get("/play/receipt.pdf", **requires("attempt.own"))
async def receipt_pdf(request: Asked, principal: Principal, state: State) -> Response[bytes]:
    """Typesetting takes its time, and holds no connection while a whole hall asks for receipts."""
    async with transaction(state.engine) as connection:
        found = await looking.own_attempt(connection, principal)
        lines = await receipt_views.lines(request, connection, found)
    printed = await receipt_views.printed(lines, locale_of(request))
    headers = PRIVATE | {"Content-Disposition": 'inline; filename="receipt.pdf"'}
    return Response(printed, media_type="application/pdf", headers=headers)


async def _begun_attempt(connection: AsyncConnection, principal: Principal) -> Any:
    """Before the start nothing of a paper leaves the server unsealed; after the end nobody needs it here."""
    found = await attempt_queries.standing_of_candidate(connection, principal.id)
    if found is None:
        raise not_found()
    shown = AttemptState(looking.shown_state(found))
    if shown not in (AttemptState.RUNNING, AttemptState.PAUSED):
        reasons = {AttemptState.READY: "not_started", AttemptState.SUBMITTED: "already_submitted"}
        raise denied(Denied(reasons.get(shown, "time_over")))
    return found


def _gzipped(request: Asked, data: bytes) -> Response[bytes]:
    headers = PRIVATE | {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(data, media_type="application/json", headers=headers | {"Content-Encoding": "gzip"})
    return Response(papers.unzipped(data), media_type="application/json", headers=headers)


ROUTES = (play, state, paper, variant, sealed, start, save, submit, receipt, receipt_pdf)
