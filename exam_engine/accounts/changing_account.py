"""What a person changes about the own account, and what an administrator changes about another's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import account_queries, grant_queries, limits, passwords, session_queries
from exam_engine.accounts.founding import create_account
from exam_engine.accounts.tables import Found
from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal


async def change_own_password(engine: AsyncEngine, principal: Principal, form: Mapping[str, Any]) -> dict[str, str]:
    """Returns what is wrong, by field; on success every other session of the person ends. No connection is held while
    passwords are hashed: on its first day a whole staff chooses new ones."""
    read = Reading(form)
    current, wanted, again = read.secret("current"), read.secret("wanted"), read.secret("again")
    key = f"password:{principal.id}"
    async with transaction(engine) as connection:
        account = await account_queries.account_of_person(connection, principal.id)
        if account is None:
            raise not_found()
        if await limits.admit(connection, key):
            return {"current": _("Too many attempts. Please wait a few minutes.")}
    if not read.errors and not await passwords.matches(account.password_hash, current):
        read.errors["current"] = _("This is not your present password.")
    read.errors |= {} if "wanted" in read.errors else weaknesses(wanted, account.username, current)
    if wanted != again:
        read.errors.setdefault("again", _("The two entries differ."))
    if read.errors:
        return read.errors
    hashed = await passwords.hashed(wanted)
    async with transaction(engine) as connection:
        if not await account_queries.replace_password(connection, principal.id, account.password_hash, hashed):
            return {"current": _("This is not your present password.")}
        await limits.forget(connection, key)
        await session_queries.revoke_sessions_of(connection, principal.id, but=principal.session_id)
        await audit.record(connection, principal, "password_changed", "person", principal.id)
    return {}


def weaknesses(wanted: str, username: str, former: str = "") -> dict[str, str]:
    if len(wanted) < passwords.SHORTEST:
        return {"wanted": _("A password has at least 10 characters.")}
    if len(wanted) > passwords.LONGEST:
        return {"wanted": _("This is too long.")}
    if wanted == former or wanted.casefold() == username or len(set(wanted)) < 4:
        return {"wanted": _("Choose another one: not the user name, not the former password, no simple repetition.")}
    return {}


async def revoke_own_session(connection: AsyncConnection, principal: Principal, session_id: int) -> None:
    if not await session_queries.revoke_session(connection, session_id, principal.id):
        raise not_found()
    await audit.record(connection, principal, "session_revoked", "session", session_id)


async def reset_password(connection: AsyncConnection, principal: Principal, person: Found) -> str:
    """Returns the one-time password, to be shown once."""
    await _may_touch(connection, principal, person)
    secret = passwords.one_time()
    await account_queries.set_password(connection, person.id, await passwords.hashed(secret), temporary=True)
    await session_queries.revoke_sessions_of(connection, person.id)
    await audit.record(connection, principal, "password_reset", "person", person.id, unit_id=person.unit_id)
    return secret


async def set_disabled(connection: AsyncConnection, principal: Principal, person: Found, *, disabled: bool) -> None:
    await _may_touch(connection, principal, person)
    if person.id == principal.id:
        raise Refused("own_account", 409, _("You can't disable your own account."))
    await account_queries.set_disabled(connection, person.id, disabled=disabled)
    if disabled:
        await session_queries.revoke_sessions_of(connection, person.id)
    action = "account_disabled" if disabled else "account_enabled"
    await audit.record(connection, principal, action, "person", person.id, unit_id=person.unit_id)


async def _may_touch(connection: AsyncConnection, principal: Principal, person: Found) -> None:
    """Whoever resets a password could sign in as that person: so nobody may who couldn't have given the same roles."""
    if person.username is None:
        raise not_found()
    await may_touch_roles_of(connection, principal, person)


async def may_touch_roles_of(connection: AsyncConnection, principal: Principal, person: Found) -> None:
    scopes = principal.scopes("grants.manage")
    for grant in await grant_queries.grants_of(connection, person.id):
        if not any(grant.unit_path.startswith(scope) for scope in scopes):
            raise Refused(
                "beyond_your_units",
                403,
                _("This person holds a role outside your units. Ask an administrator who is responsible for both."),
            )


async def open_account(connection: AsyncConnection, principal: Principal, person: Found, read: Reading) -> str | None:
    """Returns the one-time password, to be shown once; None: the reason is in `read.errors`."""
    username = read.text("username", longest=64)
    if read.errors:
        return None
    await may_touch_roles_of(connection, principal, person)
    try:
        secret = await create_account(connection, person.id, username)
    except Refused as refused:
        read.errors["username"] = refused.message
        return None
    await audit.record(connection, principal, "account_opened", "person", person.id, unit_id=person.unit_id)
    return secret
