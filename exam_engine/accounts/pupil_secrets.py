"""A pupil's own PIN and slip: made when the pupil enters a class, kept from test to test, sealed for reprinting.

The hashes are bound to another purpose than a candidate's: a ticket of an exam opens no pupil's own pages.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import limits, pupil_queries
from exam_engine.accounts.secrets import TICKET_LENGTH, Secrets, make
from exam_engine.accounts.tables import Found
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.keys import Keys

PIN, SLIP = "pupil-pin", "pupil-slip"
LIMITS = (limits.STANDARD, limits.OF_A_DAY)


def pin_hash(keys: Keys, person_id: int, pin: str) -> bytes:
    return keys.hash(PIN, f"{person_id}/{pin}")


def slip_hash(keys: Keys, slip: str) -> bytes:
    return keys.hash(SLIP, slip)


async def ensure(connection: AsyncConnection, keys: Keys, person_ids: Iterable[int]) -> None:
    """Everybody named has a PIN and a slip afterwards; who has them keeps them."""
    missing = await pupil_queries.without_secret(connection, person_ids)
    await pupil_queries.add_secrets(connection, [_row(keys, person_id, make()) for person_id in missing])


async def secrets_of(connection: AsyncConnection, keys: Keys, person_ids: Iterable[int]) -> dict[int, Secrets]:
    """Opened, for slips and for a teacher who shows a PIN; missing ones are made."""
    wanted = tuple(person_ids)
    await ensure(connection, keys, wanted)
    return {
        person_id: Secrets(keys.open(PIN, row.pin_sealed).decode(), keys.open(SLIP, row.ticket_sealed).decode())
        for person_id, row in (await pupil_queries.secrets_of(connection, wanted)).items()
    }


async def renew(connection: AsyncConnection, keys: Keys, person_id: int, *, slip: bool) -> None:
    """A new PIN, with `slip` also a new slip; whoever is signed in as this pupil is signed out."""
    await ensure(connection, keys, [person_id])
    values = _row(keys, person_id, make())
    kept = {"person_id"} if slip else {"person_id", "ticket_hash", "ticket_sealed"}
    await pupil_queries.change_secret(
        connection, person_id, **{name: value for name, value in values.items() if name not in kept}
    )
    for key in (_key(person_id), code_key(await pupil_queries.code_of(connection, person_id))):
        await limits.forget(connection, key)
    await pupil_queries.end_pupil_sessions(connection, person_id)


async def hand_over(connection: AsyncConnection, keys: Keys, keep: int, drop: int) -> None:
    """Of two entries of one pupil: whoever has no PIN yet gets the other's, hashed anew for the other person."""
    known = await pupil_queries.secrets_of(connection, [keep, drop])
    if keep in known or drop not in known:
        return
    pin, slip = keys.open(PIN, known[drop].pin_sealed).decode(), keys.open(SLIP, known[drop].ticket_sealed).decode()
    await pupil_queries.drop_secret(connection, drop)
    await pupil_queries.add_secrets(connection, [_row(keys, keep, Secrets(pin, slip))])


async def check_pin(engine: AsyncEngine, keys: Keys, person_id: int, pin: str) -> bool | Refused:
    """True or False, or that this pupil's PIN has been tried too often. Failures are counted per person in a
    transaction of its own, which commits whatever the caller does with the answer."""
    if not well_formed(pin := pin.strip()):
        return False
    async with transaction(engine) as connection:
        if refused := await limits.admit(connection, _key(person_id), *LIMITS):
            return refused
        found = await pupil_queries.secret_of(connection, person_id)
        if found is None or not hmac.compare_digest(found.pin_hash, pin_hash(keys, person_id, pin)):
            return False
        await limits.forget(connection, _key(person_id))
    return True


async def still_fits(connection: AsyncConnection, keys: Keys, person_id: int, pin: str) -> bool:
    """For the transaction that opens the session after `check_pin`: a PIN that is renewed meanwhile opens none, and a
    renewal that comes later ends it."""
    found = await pupil_queries.held_secret_of(connection, person_id)
    return found is not None and hmac.compare_digest(found.pin_hash, pin_hash(keys, person_id, pin.strip()))


async def whose_slip(connection: AsyncConnection, keys: Keys, slip: str) -> Found:
    """The pupil (`id`, `full_name`, `code`, `school_name`, `class_names`) whose slip this is; uses nothing up."""
    clean = slip.strip().lower()
    found = None
    if len(clean) == TICKET_LENGTH and clean.isascii():
        found = await pupil_queries.pupil_of_slip(connection, slip_hash(keys, clean))
    if found is None:
        raise Refused("slip_unknown", 404, _("This slip is not valid any more. Ask your teacher for a new one."))
    return found


def well_formed(pin: str) -> bool:
    return pin.isascii() and pin.isdigit() and len(pin) <= 12


def code_key(code: str) -> str:
    """Under which failures are counted where only the code is known yet."""
    return f"pupil-code:{code.upper()}"


def _key(person_id: int) -> str:
    return f"pupil:{person_id}"


def _row(keys: Keys, person_id: int, made: Secrets) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "pin_hash": pin_hash(keys, person_id, made.pin),
        "pin_sealed": keys.seal(PIN, made.pin.encode()),
        "ticket_hash": slip_hash(keys, made.ticket),
        "ticket_sealed": keys.seal(SLIP, made.ticket.encode()),
    }
