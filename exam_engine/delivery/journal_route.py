"""`/play/save`, which is called for every answer of every candidate: `front` calls the `Saver` past the framework.

Nobody else checks method, content type or size on that way: this module does. The bare ASGI route is for whoever
serves the application alone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, cast

import msgspec
from litestar import Litestar, asgi
from litestar.types import Receive, Scope, Send

from exam_engine.delivery import tokens
from exam_engine.delivery.entries import Entry, decode, entries_of, invalid, save_body, sign_of_life
from exam_engine.delivery.events import AddressChanged
from exam_engine.delivery.papers import Forms
from exam_engine.delivery.saving import Saved
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.flush import Flush, Unwritable
from exam_engine.kit.pressing import Pressing
from exam_engine.kit.recent import Recent

#: Routes that carry the attempt's bearer token instead of a session; `tokens.read` is their guard.
WITH_TOKEN: dict[str, Any] = {"permission": "attempt.token", "exclude_from_csrf": True}

PATH = "/play/save"
#: About 220 bytes each. A token that is not kept costs some microseconds, an address a change that is not noticed.
_KNOWN_TOKENS = _KNOWN_ADDRESSES = 262_144


class SaveReply(msgspec.Struct, gc=False):
    now: int
    deadline: int | None
    state: str
    a: list[tuple[int, int]]
    notices: int


_encode = msgspec.json.Encoder().encode


class Saver:
    """What a save needs, gathered once per worker."""

    def __init__(self, app: Litestar, flush: Flush[Entry, Saved], forms: Forms, pressing: Pressing) -> None:
        keys = app.state.keyring
        self._key, self._key_id = keys.purpose(tokens.PURPOSE), keys.key_id
        self._flush = flush
        self._pressing = pressing
        self._forms = forms
        self.limit: int = app.state.settings.body_limit
        self._events = app.state.events
        self._watches_addresses: bool = self._events.wanted(AddressChanged)
        self._bearers: Recent[str, tokens.Bearer] = Recent(_KNOWN_TOKENS)
        self._addresses: Recent[int, str] = Recent(_KNOWN_ADDRESSES)

    def sends_away(self) -> bool:
        """More has come than can be written: known before anything of the request has been looked at."""
        return self._flush.full or self._pressing.sends_away()

    def bearer(self, method: str, token: str, content_type: str) -> tokens.Bearer:
        """Whoever may save, before the body is looked at."""
        if method != "POST":
            message = _("This address does not take such a request.")
            raise Refused("method_not_allowed", 405, message, headers={"Allow": "POST"})
        bearer = self._bearers.get(token) or self._read(token)
        if not content_type.startswith("application/json"):
            raise Refused("wrong_type", 415, _("This kind of content is not accepted here."))
        return bearer

    async def saved(self, bearer: tokens.Bearer, data: bytes, arrived: float, address: str) -> bytes:
        """The reply, once what the body holds is committed. `address`: host and port that it came from."""
        body = decode(save_body, data)
        checks = self._forms.known(bearer.form_id) or await self._forms.checks_of_form(bearer.form_id)
        entries = entries_of(body, bearer.attempt_id, bearer.resume, checks, arrived)
        if not entries:
            entries = [sign_of_life(bearer.attempt_id, bearer.resume, arrived)]
        saved = await put(self._flush, entries)
        if self._watches_addresses and (moved := self._moved(bearer.attempt_id, address)):
            await self._events.publish(None, moved)
        return reply_to(saved)

    def _read(self, token: str) -> tokens.Bearer:
        """A token that was ours is ours until this worker ends: it outlives no attempt by much."""
        bearer = tokens.read(self._key, self._key_id, token.encode("latin-1", "replace"))
        self._bearers.put(token, bearer)
        return bearer

    def _moved(self, attempt_id: int, address: str) -> AddressChanged | None:
        """A change of address is news, and nothing else: the attempt goes on (pitfall L9)."""
        now = address[: address.rfind(":")]
        before = self._addresses.get(attempt_id)
        if before == now:
            return None
        self._addresses.put(attempt_id, now)
        return None if before is None else AddressChanged(attempt_id, before, now)


async def put(flush: Flush[Entry, Saved], entries: Sequence[Entry]) -> list[Saved]:
    """Waits for the commit. What only the database noticed is named by its counter."""
    try:
        saved = await flush.put(entries)
    except Unwritable as error:
        raise invalid(cast("Entry", error.entry).counter, "the database refuses it") from error
    if any(one.told is None for one in saved):
        raise tokens.unknown()
    return saved


def reply_to(saved: Sequence[Saved]) -> bytes:
    known = saved[-1].told
    assert known is not None
    given = [(one.counter, one.standing) for one in saved if one.counter]
    return _encode(SaveReply(known.now_ms, known.closing_ms, known.state, given, known.notices))


def too_large() -> Refused:
    return Refused("too_large", 413, _("What was sent is too large."))


async def _body(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message: Any = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise too_large()
        if message["type"] == "http.disconnect":
            raise Refused("malformed", 400, _("The request could not be understood."))
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


@asgi(PATH, copy_scope=False, opt=WITH_TOKEN)
async def save(scope: Scope, receive: Receive, send: Send) -> None:
    arrived = time.monotonic()
    saver: Saver = scope["litestar_app"].state.saver
    given = {name: value.decode("latin-1") for name, value in scope["headers"]}
    method = str(scope.get("method"))
    bearer = saver.bearer(method, given.get(b"authorization", ""), given.get(b"content-type", ""))
    data = await _body(receive, saver.limit)
    client = scope["client"]
    body = await saver.saved(bearer, data, arrived, f"{client[0]}:{client[1]}" if client else "")
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"private, no-store"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
