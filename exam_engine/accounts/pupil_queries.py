"""SQL about pupils: their secrets, and whom a code or a slip names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import class_member, person, pupil_secret, session, unit
from exam_engine.kit import clock

Found = Any


async def without_secret(connection: AsyncConnection, person_ids: Iterable[int]) -> Sequence[int]:
    known = select(pupil_secret.c.person_id)
    statement = select(person.c.id).where(person.c.id.in_(tuple(person_ids)), person.c.id.not_in(known))
    return (await connection.execute(statement.order_by(person.c.id))).scalars().all()


async def add_secrets(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Whoever got one meanwhile keeps it."""
    if rows:
        await connection.execute(upsert(pupil_secret).on_conflict_do_nothing(), rows)


async def change_secret(connection: AsyncConnection, person_id: int, **values: Any) -> None:
    await connection.execute(update(pupil_secret).where(pupil_secret.c.person_id == person_id).values(**values))


async def drop_secret(connection: AsyncConnection, person_id: int) -> None:
    await connection.execute(delete(pupil_secret).where(pupil_secret.c.person_id == person_id))


async def secret_of(connection: AsyncConnection, person_id: int) -> Found | None:
    statement = select(pupil_secret).where(pupil_secret.c.person_id == person_id)
    return (await connection.execute(statement)).one_or_none()


async def held_secret_of(connection: AsyncConnection, person_id: int) -> Found | None:
    """Held against renewal until the transaction ends."""
    statement = select(pupil_secret).where(pupil_secret.c.person_id == person_id)
    return (await connection.execute(statement.with_for_update(read=True))).one_or_none()


async def code_of(connection: AsyncConnection, person_id: int) -> str:
    return str((await connection.execute(select(person.c.code).where(person.c.id == person_id))).scalar_one())


async def secrets_of(connection: AsyncConnection, person_ids: Iterable[int]) -> dict[int, Found]:
    statement = select(pupil_secret).where(pupil_secret.c.person_id.in_(tuple(person_ids)))
    return {row.person_id: row for row in await connection.execute(statement)}


def _pupils() -> Select[Any]:
    """Each with the secret, the school, and the names of all classes in one text."""
    classes = unit.alias()
    names = (
        select(func.string_agg(classes.c.name, aggregate_order_by(literal(", "), classes.c.name)))
        .join(class_member, class_member.c.unit_id == classes.c.id)
        .where(class_member.c.person_id == person.c.id)
        .scalar_subquery()
    )
    return (
        select(
            person.c.id,
            person.c.full_name,
            person.c.code,
            pupil_secret.c.pin_hash,
            unit.c.name.label("school_name"),
            func.coalesce(names, "").label("class_names"),
        )
        .join(pupil_secret, pupil_secret.c.person_id == person.c.id)
        .join(unit, unit.c.id == person.c.unit_id)
    )


async def pupil_of_slip(connection: AsyncConnection, hashed: bytes) -> Found | None:
    return (await connection.execute(_pupils().where(pupil_secret.c.ticket_hash == hashed))).one_or_none()


async def pupils_by_code(connection: AsyncConnection, code: str, *, limit: int) -> Sequence[Found]:
    """Of every school: a code is one pupil's only within a school."""
    statement = _pupils().where(func.upper(person.c.code) == code).order_by(person.c.id).limit(limit)
    found: Sequence[Found] = (await connection.execute(statement)).all()
    return found


async def end_pupil_sessions(connection: AsyncConnection, person_id: int) -> None:
    """At home and in a test alike; sessions of the same person as staff go on."""
    ended = session.c.pupil & (session.c.person_id == person_id) & session.c.revoked_at.is_(None)
    await connection.execute(update(session).where(ended).values(revoked_at=clock.now()))
