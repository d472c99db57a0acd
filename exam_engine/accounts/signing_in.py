"""Signing staff in, and the sessions of staff and candidates."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import account_queries, limits, passwords, session_queries
from exam_engine.accounts.authenticating import token_hash
from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal
from item_bank.content.folding import fold

STAFF_LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    must_change: bool


async def open_session(
    connection: AsyncConnection,
    *,
    person_id: int | None = None,
    candidate_id: int | None = None,
    pupil: bool = False,
    device: str = "",
    user_agent: str = "",
    lifetime: timedelta = STAFF_LIFETIME,
) -> str:
    """Always a new token, never one that came with the request: a planted cookie gains nothing. Returns the token.

    Staff: `person_id`. A pupil: `person_id` and `pupil`, with `candidate_id` while taking a test. Others who take a
    test (by ticket, as a guest): `candidate_id` alone."""
    token = new_token()
    await session_queries.add_session(
        connection,
        token_hash=token_hash(token),
        person_id=person_id,
        candidate_id=candidate_id,
        pupil=pupil,
        device=device[:100],
        user_agent=named(user_agent),
        lifetime=lifetime,
    )
    return token


def new_token() -> str:
    return secrets.token_urlsafe(32)


async def revoke(connection: AsyncConnection, token: str) -> None:
    """Ends the session that the token opened, if there is one."""
    await session_queries.revoke_token(connection, token_hash(token))


async def sign_in_staff(
    engine: AsyncEngine, username: str, password: str, *, user_agent: str = "", former_token: str = ""
) -> SignedIn | Refused:
    """Holds no database connection while the password is hashed: slow hashes must not drain the pool."""
    key = f"staff:{fold(username)}"
    async with transaction(engine) as connection:
        if refused := await limits.admit(connection, key):
            return refused
        account = await account_queries.account_by_username(connection, username.strip().casefold())
    fits = await passwords.matches(account.password_hash if account else None, password)
    wrong = Refused("sign_in_failed", 401, _("User name and password do not fit together."))
    if account is None or not fits or account.disabled_at is not None:
        return wrong
    fresh = await passwords.hashed(password) if passwords.outdated(account.password_hash) else None
    async with transaction(engine) as connection:
        held = await account_queries.held_account(connection, account.person_id)
        if held is None or held.password_hash != account.password_hash or held.disabled_at is not None:
            return wrong  # made anew or closed while the password was checked
        await limits.forget(connection, key)
        if former_token:
            await revoke(connection, former_token)
        if fresh:
            await account_queries.set_password(
                connection, account.person_id, fresh, temporary=account.password_temporary
            )
        token = await open_session(connection, person_id=account.person_id, user_agent=user_agent)
        await audit.record(connection, Principal("staff", account.person_id), "signed_in", "person", account.person_id)
    return SignedIn(token, account.password_temporary)


def named(user_agent: str) -> str:
    """What a session keeps of a browser's name."""
    printable = user_agent if user_agent.isprintable() else "".join(filter(str.isprintable, user_agent))
    return printable[:300]
