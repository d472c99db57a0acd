"""The player's private API (docs/architecture.md). Everything here is one candidate's own; no cache may store it."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.authenticating import OWN, own, token_of
from exam_engine.delivery import (
    looking,
    own_queries,
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
from exam_engine.kit.identity import AT_ONCE, Principal, admit, principal_of, requires, requires_inside
from exam_engine.kit.pages import locale_of
from exam_engine.sittings import policy as policies

PRIVATE = {"Cache-Control": "private, no-store"}
JSON = "application/json"

_encode = msgspec.json.Encoder().encode

Asked = Request[Any, Any, State]


class StartBody(msgspec.Struct):
    device: str


@get("/play", **requires_inside(OWN))
async def play(request: Asked) -> Response[bytes]:
    found = await own(request, own_queries.PAGE)
    return player_page.page(request, policies.decode(found["policy"]), found["kind"], found["title"])


@get("/play/state", **requires_inside(OWN))
async def state(request: Asked) -> Response[bytes]:
    found = await own(request, own_queries.STATE)
    device = request.query_params.get("device", "")
    shared = request.app.state
    await shared.events.publish(None, Seen((found["attempt_id"],)))
    return _json(await looking.state_of(shared.asking, found, device))


@get("/play/paper", **requires_inside(OWN))
async def paper(request: Asked) -> Response[bytes]:
    found = await own(request, own_queries.PAPER)
    await _refuse_unless_begun(request, found)
    return _gzipped(request, await request.app.state.forms.paper(found["form_id"]))


@get("/play/variant", **requires_inside(OWN))
async def variant(request: Asked) -> Response[bytes]:
    found = await own(request, own_queries.VARIANT)
    await _refuse_unless_begun(request, found)
    return _gzipped(request, found["body"], gzip.decompress)


@get("/play/sealed", **requires("attempt.own"))
async def sealed(connection: AsyncConnection, principal: Principal, state: State) -> Response[bytes]:
    found = await looking.own_attempt(connection, principal)
    papers.refuse_unless_sealed_download(found)
    bundle = await papers.sealed_bundle(connection, state.keyring, found)
    return Response(bundle, media_type="application/octet-stream", headers=PRIVATE)


@post("/play/start", status_code=200, **requires_inside(OWN))
async def start(request: Asked) -> Response[bytes]:
    device = _device(await request.body())
    if not 8 <= len(device) <= 64 or not device.isascii() or not device.isprintable():
        await admit(request, OWN)  # a stranger is told so, whatever was sent
        raise invalid(_("The device has no usable name. Reload this page."))
    hashed = token_of(request)
    try:
        begun = hashed and (await request.app.state.starts.put([starting.Wish(hashed, device)]))[0]
    except Refused:
        await principal_of(request)  # told in the own language
        raise
    if not begun:
        await admit(request, OWN)
        raise not_found()
    return _json(begun)


def _device(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=StartBody).device.strip()
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""


async def requires_token(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    keys = connection.app.state.keyring
    header = connection.headers.get("authorization", "").encode("latin-1", "replace")
    connection.scope["state"]["bearer"] = tokens.read(keys.purpose(tokens.PURPOSE), keys.key_id, header)


@post("/play/submit", status_code=200, guards=[requires_token], opt=WITH_TOKEN | {AT_ONCE: True})
async def submit(request: Asked) -> Response[bytes]:
    arrived = time.monotonic()
    shared = request.app.state
    bearer: tokens.Bearer = request.scope["state"]["bearer"]
    data = decode(submit_body, await request.body())
    if data.counter is not None and data.counter < 0:
        raise invalid(_("Some of the values sent do not fit: %(names)s."), names="counter")
    checks = await shared.forms.checks_of_form(bearer.form_id)
    entries = entries_of(data, bearer.attempt_id, bearer.resume, checks, arrived)
    saved = await put(shared.flush, entries) if entries else []
    body = (await shared.hand_ins.put([submitting.HandIn(bearer, data.counter)]))[0]
    return _json(body | {"a": [(one.counter, one.standing) for one in saved]})


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


async def _refuse_unless_begun(request: Asked, found: Any) -> None:
    """Before the start nothing of a paper leaves the server unsealed; after the end nobody needs it here."""
    shown = AttemptState(looking.shown_state(found))
    if shown not in (AttemptState.RUNNING, AttemptState.PAUSED):
        reasons = {AttemptState.READY: "not_started", AttemptState.SUBMITTED: "already_submitted"}
        await principal_of(request)  # told in the own language
        raise denied(Denied(reasons.get(shown, "time_over")))


def _json(value: Any) -> Response[bytes]:
    return Response(_encode(value), media_type=JSON, headers=PRIVATE)


def _gzipped(request: Asked, data: bytes, unzipped: Callable[[bytes], bytes] = papers.unzipped) -> Response[bytes]:
    headers = PRIVATE | {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(data, media_type=JSON, headers=headers | {"Content-Encoding": "gzip"})
    return Response(unzipped(data), media_type=JSON, headers=headers)


ROUTES = (play, state, paper, variant, sealed, start, save, submit, receipt, receipt_pdf)
