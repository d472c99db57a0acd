"""What a save carries, checked before it may enter the queue: whatever the database would refuse is refused here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from exam_engine.delivery.entry_number import MOST_COUNTER
from exam_engine.kit.errors import Refused, _
from item_bank.content.interactions.base import InvalidResponse
from item_bank.content.interactions.registry import handler_for

ANSWER, VIEWS, SIGNAL, MARKUP = range(4)
PROTOCOLS = frozenset({1})  # this one and, once there is one, the previous
MOST_ENTRIES = 500
MOST_SIDE_BYTES = 4 * 1024  # of an entry that is no answer: a hundred options struck out are less than half of it

_MOST_MS = 2**53

#: Checks one slot's value; raises InvalidResponse.
Check = Callable[[Any], object]


class Entry(msgspec.Struct, gc=False):
    """One row to be. `arrived` is the worker's monotonic clock at the socket; `client_ms` and `sent_ms` the device's,
    when the change was made and when the request was sent."""

    attempt_id: int
    resume: int
    counter: int
    kind: int
    slot: int
    client_ms: int
    value: str
    arrived: float
    sent_ms: int | None = None


def sign_of_life(attempt_id: int, resume: int, arrived: float) -> Entry:
    """Of a save that carries nothing: asks for the facts, and is not written. Real counters begin at 1."""
    return Entry(attempt_id, resume, 0, VIEWS, -1, 0, "null", arrived)


class SaveBody(msgspec.Struct, gc=False):
    """`t`: the device's clock as it sends. With it, the age of each entry is known whatever date the device has."""

    p: int
    e: list[tuple[int, int, int, msgspec.Raw, float]]
    t: float | None = None


class SubmitBody(msgspec.Struct, gc=False):
    """`counter`: the last one the device used, so that a gap is noticed; None where it knows it has lost some."""

    p: int
    e: list[tuple[int, int, int, msgspec.Raw, float]] = []
    counter: int | None = None
    t: float | None = None


_decode_value = msgspec.json.Decoder().decode


save_body = msgspec.json.Decoder(SaveBody)
submit_body = msgspec.json.Decoder(SubmitBody)

Body = TypeVar("Body")


def decode(decoder: msgspec.json.Decoder[Body], data: bytes) -> Body:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        _name_lone_surrogates(data)
        raise Refused("malformed", 400, _("The request could not be understood.")) from error


def _name_lone_surrogates(data: bytes) -> None:
    """The strict decoder stops at half a character without saying where; the lenient one finds the entry."""
    if b"\\u" not in data:
        return
    try:
        entries = [entry for entry in json.loads(data)["e"] if isinstance(entry, list) and len(entry) == 5]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for counter, *rest in entries:
        try:
            json.dumps(rest, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise invalid(counter, "a text holds a lone surrogate") from error


def checks_of(slots: Sequence[Mapping[str, Any]]) -> tuple[Check, ...]:
    """One check per slot of a form, from the bodies stored with it."""
    return tuple(_check(handler_for(slot["type"]), slot["body"]) for slot in slots)


def _check(handler: Any, body: Mapping[str, Any]) -> Check:
    return lambda value: handler.parse(value, body)


def entries_of(
    body: SaveBody | SubmitBody, attempt_id: int, resume: int, checks: Sequence[Check], arrived: float
) -> list[Entry]:
    if body.p not in PROTOCOLS:
        raise Refused("protocol_unknown", 422, _("This page is too old for the server. Reload it; nothing is lost."))
    if len(body.e) > MOST_ENTRIES:
        raise Refused("too_large", 413, _("What was sent is too large."))
    made = []
    sent_ms = None if body.t is None else _milliseconds(body.t)
    for counter, kind, slot, raw, client_ms in body.e:
        try:
            text = _checked(counter, kind, slot, raw, checks)
            entry = Entry(attempt_id, resume, counter, kind, slot, _milliseconds(client_ms), text, arrived, sent_ms)
        except (InvalidResponse, msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise invalid(counter, str(error)) from error
        made.append(entry)
    return made


def _checked(counter: int, kind: int, slot: int, raw: msgspec.Raw, checks: Sequence[Check]) -> str:
    if not 1 <= counter <= MOST_COUNTER:
        raise ValueError(f"the counter is not between 1 and {MOST_COUNTER}")
    data = bytes(raw)
    text = data.decode()
    value = _decode_value(data)
    if kind == ANSWER:
        if not 0 <= slot < len(checks):
            raise ValueError("the paper has no such slot")
        checks[slot](value)
        return text
    if len(data) > MOST_SIDE_BYTES:
        raise ValueError("longer than 4 KB")
    if "\\u0000" in text and _holds_nul(value):
        raise ValueError("a text holds a NUL character")
    if kind == MARKUP:
        if not 0 <= slot < len(checks) or not isinstance(value, dict):
            raise ValueError("mark-up is an object and belongs to a slot of the paper")
    elif kind == VIEWS:
        if slot != -1 or not _are_views(value, len(checks)):
            raise ValueError("views are a list of [slot, shown, left]")
    elif kind != SIGNAL or slot != -1:
        raise ValueError("no such kind of entry")
    return text


def _are_views(value: Any, slots: int) -> bool:
    return isinstance(value, list) and all(
        isinstance(view, list)
        and len(view) == 3
        and isinstance(view[0], int)
        and 0 <= view[0] < slots
        and all(isinstance(moment, int | float) for moment in view[1:])
        for view in value
    )


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_holds_nul, value))


def _milliseconds(value: float) -> int:
    """A device whose clock says 1970, or nonsense, still saves: the moment is clamped, never a reason to refuse."""
    return int(max(-_MOST_MS, min(_MOST_MS, value)))


def invalid(counter: int, why: str) -> Refused:
    message = _("One of the answers sent cannot be understood (entry %(counter)s).")
    return Refused("entry_invalid", 422, message, extra={"counter": counter, "why": why[:200]}, counter=counter)
