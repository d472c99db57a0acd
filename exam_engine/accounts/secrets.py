"""PINs and tickets: made once per candidate, looked up by keyed hash, kept sealed so that a slip can be reprinted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from exam_engine.kit.identity import public_id
from exam_engine.kit.keys import Keys

PIN_DIGITS = 6
TICKET_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Secrets:
    pin: str
    ticket: str


def make() -> Secrets:
    return Secrets("".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS)), public_id(TICKET_LENGTH))


def pin_hash(keys: Keys, candidate_id: int, pin: str) -> bytes:
    """Bound to the candidate: equal PINs of two candidates do not look equal."""
    return keys.hash("pin", f"{candidate_id}/{pin}")


def ticket_hash(keys: Keys, ticket: str) -> bytes:
    return keys.hash("ticket", ticket)


def sealed_row(keys: Keys, candidate_id: int, made: Secrets) -> dict[str, Any]:
    return {
        "id": candidate_id,
        "pin_hash": pin_hash(keys, candidate_id, made.pin),
        "pin_sealed": keys.seal("pin", made.pin.encode()),
        "ticket_hash": ticket_hash(keys, made.ticket),
        "ticket_sealed": keys.seal("ticket", made.ticket.encode()),
    }


def opened(keys: Keys, pin_sealed: bytes, ticket_sealed: bytes) -> Secrets:
    return Secrets(keys.open("pin", pin_sealed).decode(), keys.open("ticket", ticket_sealed).decode())
