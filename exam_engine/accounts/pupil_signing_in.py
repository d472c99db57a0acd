"""Pupils sign in to their own pages: with code and PIN, or with the slip's QR code. No slow hash; limits per code."""

from __future__ import annotations

import hmac
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import limits, pupil_queries, pupil_secrets
from exam_engine.accounts.signing_in import open_session
from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.forms import clean
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys

LIFETIME = timedelta(days=7)
#: Each pupil who shares a code makes one guess worth more; from here on only the slip tells them apart.
MOST_OF_ONE_CODE = 20


async def sign_in_with_code(engine: AsyncEngine, keys: Keys, code: str, pin: str, user_agent: str) -> str | Refused:
    """Failures are counted per code, in a transaction that commits although the sign-in is refused."""
    wanted, pin = (clean(code) or "").upper(), pin.strip()
    if not wanted or len(wanted) > 40 or not pupil_secrets.well_formed(pin):
        return _failed()
    key = pupil_secrets.code_key(wanted)
    async with transaction(engine) as connection:
        if refused := await limits.admit(connection, key, *pupil_secrets.LIMITS):
            return refused
        found = await pupil_queries.pupils_by_code(connection, wanted, limit=MOST_OF_ONE_CODE + 1)
        fitting = [one for one in found if hmac.compare_digest(one.pin_hash, pupil_secrets.pin_hash(keys, one.id, pin))]
        if len(found) <= MOST_OF_ONE_CODE and len(fitting) == 1:
            # Of a shared code, one pupil's own PIN must not buy guesses at the others'.
            if len(found) == 1:
                await limits.forget(connection, key)
            else:
                await limits.give_back(connection, key, *pupil_secrets.LIMITS)
            return await _signed_in(connection, fitting[0].id, user_agent, "pin")
    return _failed()


async def sign_in_with_slip(connection: AsyncConnection, keys: Keys, slip: str, user_agent: str) -> str:
    """A session for the slip's pupil; the same slip may come back on another device later."""
    found = await pupil_secrets.whose_slip(connection, keys, slip)
    return await _signed_in(connection, found.id, user_agent, "slip")


def _failed() -> Refused:
    message = _("Code and PIN do not fit together. Both stand on your slip; you can also scan its QR code.")
    return Refused("sign_in_failed", 401, message)


async def _signed_in(connection: AsyncConnection, person_id: int, user_agent: str, way: str) -> str:
    token = await open_session(connection, person_id=person_id, pupil=True, user_agent=user_agent, lifetime=LIFETIME)
    await audit.record(connection, Principal("pupil", person_id), "signed_in", "person", person_id, way=way)
    return token
