"""Candidates come in: by ticket (a link or QR code) or by candidate number and PIN. No slow hash; limits per number.

Opening a ticket's link uses nothing up, as chat programs open links to preview them; only the confirmed POST binds.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import limits
from exam_engine.accounts.authenticating import token_hash
from exam_engine.accounts.secrets import TICKET_LENGTH, pin_hash, ticket_hash
from exam_engine.accounts.signing_in import named, new_token, open_session
from exam_engine.kit import audit
from exam_engine.kit.asking import Asking
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.sittings import signing_in_queries

LIFETIME = timedelta(hours=24)


async def whose_ticket(asking: Asking, keys: Keys, ticket: str) -> Any:
    """The candidate of a ticket that can be used now. Refused with what to do otherwise."""
    hashed = _hash_of(keys, ticket)
    return _usable(hashed and await asking.one(signing_in_queries.OF_TICKET, hashed))


async def bind_ticket(asking: Asking, keys: Keys, ticket: str, user_agent: str) -> str:
    """A session for the ticket's candidate; the same ticket may come back on another device later."""
    hashed, token = _hash_of(keys, ticket), new_token()
    values = (hashed, token_hash(token), named(user_agent), LIFETIME)
    _usable(hashed and await asking.one(signing_in_queries.SIGN_IN, *values, writes=True))
    return token


def _hash_of(keys: Keys, ticket: str) -> bytes | None:
    clean = ticket.strip().lower()
    return ticket_hash(keys, clean) if len(clean) == TICKET_LENGTH and clean.isascii() else None


def _usable(found: Any) -> Any:
    if not found or found["state"] != "confirmed":
        message = _("This ticket is not known. Check the link, or sign in with your candidate number and PIN.")
        raise Refused("ticket_unknown", 404, message)
    if found["early"]:
        raise Refused("ticket_early", 403, _("The waiting room is not open yet. Come back shortly before the start."))
    if not found["open"]:
        raise Refused("ticket_expired", 410, _("This ticket belongs to a sitting that is over."))
    return found


async def sign_in_with_pin(engine: AsyncEngine, keys: Keys, number: str, pin: str, user_agent: str) -> str | Refused:
    """Failures are counted per candidate number, in a transaction that commits although the sign-in is refused."""
    clean = number.strip().upper()
    if not clean or len(clean) > 40 or "\0" in clean or not pin.isdecimal() or len(pin) > 12:
        return _failed()
    async with transaction(engine) as connection:
        if refused := await limits.admit(connection, f"candidate:{clean}"):
            return refused
        for found in await signing_in_queries.candidates_by_number(connection, clean):
            if found["pin_hash"] and hmac.compare_digest(found["pin_hash"], pin_hash(keys, found["id"], pin)):
                await limits.forget(connection, f"candidate:{clean}")
                return await _signed_in(connection, found["id"], user_agent, "pin")
    return _failed()


def _failed() -> Refused:
    message = _("Candidate number and PIN do not fit together, or the waiting room is not open yet.")
    return Refused("sign_in_failed", 401, message)


async def _signed_in(connection: AsyncConnection, candidate_id: int, user_agent: str, way: str) -> str:
    token = await open_session(connection, candidate_id=candidate_id, user_agent=user_agent, lifetime=LIFETIME)
    principal = Principal("candidate", candidate_id)
    await audit.record(connection, principal, "signed_in", "candidate", candidate_id, way=way)
    return token
