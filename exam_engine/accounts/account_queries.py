"""SQL about accounts of staff, and about the first of all."""

from __future__ import annotations

from sqlalchemy import (
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.conditions import enabled
from exam_engine.accounts.tables import (
    Found,
    account,
)
from exam_engine.kit import clock


async def account_by_username(connection: AsyncConnection, username: str) -> Found | None:
    return (await connection.execute(select(account).where(account.c.username == username))).one_or_none()


async def account_of_person(connection: AsyncConnection, person_id: int) -> Found | None:
    return (await connection.execute(select(account).where(account.c.person_id == person_id))).one_or_none()


async def held_account(connection: AsyncConnection, person_id: int) -> Found | None:
    """Held against a new password and against closing until the transaction ends."""
    statement = select(account).where(account.c.person_id == person_id).with_for_update(key_share=True)
    return (await connection.execute(statement)).one_or_none()


async def any_account(connection: AsyncConnection) -> bool:
    return bool((await connection.execute(select(exists().where(account.c.person_id.is_not(None))))).scalar_one())


async def lock_first_run(connection: AsyncConnection) -> None:
    """Held to the end of the transaction: whoever waits here sees what the first one made."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("exam.first.run"))))


async def add_account(
    connection: AsyncConnection, person_id: int, username: str, password_hash: str, *, temporary: bool
) -> bool:
    """False when the person has one, or somebody else was quicker to take the name."""
    values = {"username": username, "password_hash": password_hash, "password_temporary": temporary}
    statement = upsert(account).values(person_id=person_id, **values).on_conflict_do_nothing()
    return (await connection.execute(statement)).rowcount > 0


async def set_password(connection: AsyncConnection, person_id: int, password_hash: str, *, temporary: bool) -> None:
    await connection.execute(
        update(account)
        .where(account.c.person_id == person_id)
        .values(password_hash=password_hash, password_temporary=temporary)
    )


async def replace_password(connection: AsyncConnection, person_id: int, old_hash: str, new_hash: str) -> bool:
    """False when the old password has been replaced meanwhile, by an administrator perhaps, or the account closed."""
    statement = update(account).where(account.c.person_id == person_id, account.c.password_hash == old_hash, enabled())
    changed = await connection.execute(statement.values(password_hash=new_hash, password_temporary=False))
    return changed.rowcount > 0


async def set_locale(connection: AsyncConnection, person_id: int, locale: str) -> None:
    await connection.execute(update(account).where(account.c.person_id == person_id).values(locale=locale))


async def set_disabled(connection: AsyncConnection, person_id: int, *, disabled: bool) -> None:
    at = clock.now() if disabled else None
    await connection.execute(update(account).where(account.c.person_id == person_id).values(disabled_at=at))
