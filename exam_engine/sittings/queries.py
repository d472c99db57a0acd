"""Every SQL statement of sittings, named by the question it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, delete, exists, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import person, unit
from exam_engine.kit import clock
from exam_engine.kit.identity import public_id, within
from exam_engine.sittings.tables import candidate, form, room, sitting, variant

#: Attempt ids of a sitting are one block; a little room is left for candidates who are added later.
SPARE_ATTEMPTS = 64


async def sitting_in_scope(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> RowMapping | None:
    row = await connection.execute(
        select(sitting, unit.c.path, unit.c.name.label("unit_name"), unit.c.zone)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(sitting.c.public_id == public, within(unit.c.path, scopes))
    )
    return row.mappings().one_or_none()


async def locked_sitting(connection: AsyncConnection, sitting_id: int) -> RowMapping:
    """The sitting's row, held against every other change of the sitting until the transaction ends."""
    row = await connection.execute(select(sitting).where(sitting.c.id == sitting_id).with_for_update())
    return row.mappings().one()


async def candidates_of(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    """In the order of the list that hangs at the door: room, then Vietnamese order of names."""
    rows = await connection.execute(
        select(candidate, room.c.name.label("room_name"))
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .where(candidate.c.sitting_id == sitting_id)
        .order_by(room.c.name.nulls_first(), candidate.c.sort_key, candidate.c.number)
    )
    return rows.mappings().all()


async def next_attempt_block(connection: AsyncConnection) -> int:
    """The first id of a fresh contiguous block. Callers queue on an advisory lock until the first has committed."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtext('exam.attempt block'))"))
    used = select(func.coalesce(func.max(sitting.c.first_attempt_id + sitting.c.attempt_count), 1))
    return int((await connection.execute(used)).scalar_one())


async def store_form(connection: AsyncConnection, values: dict[str, Any]) -> int:
    return int((await connection.execute(insert(form).values(values).returning(form.c.id))).scalar_one())


async def store_variants(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(variant), list(rows))


async def set_sitting(connection: AsyncConnection, sitting_id: int, **values: Any) -> None:
    await connection.execute(update(sitting).where(sitting.c.id == sitting_id).values(**values))


async def set_secrets(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """PIN and ticket of each candidate: `id`, `pin_hash`, `pin_sealed`, `ticket_hash`, `ticket_sealed`."""
    statement = text(
        "update exam.candidate set pin_hash = :pin_hash, pin_sealed = :pin_sealed,"
        " ticket_hash = :ticket_hash, ticket_sealed = :ticket_sealed where id = :id"
    )
    if rows:
        await connection.execute(statement, list(rows))


async def candidate_by_ticket(connection: AsyncConnection, ticket_hash: bytes) -> RowMapping | None:
    row = await connection.execute(_with_sitting().where(candidate.c.ticket_hash == ticket_hash))
    return row.mappings().one_or_none()


async def candidates_by_number(connection: AsyncConnection, number: str) -> Sequence[RowMapping]:
    """The candidates of that number in sittings that are open to sign-in now, the one that starts next first."""
    rows = await connection.execute(
        _with_sitting()
        .where(candidate.c.number == number, sitting.c.state == "confirmed", _open_to_sign_in())
        .order_by(sitting.c.starts_at)
    )
    return rows.mappings().all()


def _with_sitting() -> Any:
    return (
        select(
            candidate.c.id,
            candidate.c.public_id,
            candidate.c.full_name,
            candidate.c.number,
            candidate.c.birth_date,
            candidate.c.class_name,
            candidate.c.pin_hash,
            sitting.c.id.label("sitting_id"),
            sitting.c.title,
            sitting.c.state,
            sitting.c.opens_at,
            sitting.c.starts_at,
            sitting.c.closes_at,
            sitting.c.policy,
            room.c.name.label("room_name"),
            _open_to_sign_in().label("open"),
            (clock.now() < sitting.c.opens_at).label("early"),
        )
        .join(sitting, sitting.c.id == candidate.c.sitting_id)
        .outerjoin(room, room.c.id == candidate.c.room_id)
    )


def _open_to_sign_in() -> Any:
    """From the opening of the waiting room until a day after the close: for results, receipts and late queues."""
    return and_(clock.now() >= sitting.c.opens_at, clock.now() <= sitting.c.closes_at + text("interval '30 days'"))


async def sittings_in_scope(
    connection: AsyncConnection, scopes: Iterable[str], before: datetime | None, limit: int = 50
) -> Sequence[RowMapping]:
    """Newest first; `before` is the keyset cursor (start of the last row shown)."""
    counted = select(func.count()).where(candidate.c.sitting_id == sitting.c.id).correlate(sitting).scalar_subquery()
    statement = (
        select(sitting, unit.c.name.label("unit_name"), unit.c.zone, counted.label("candidates"))
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(within(unit.c.path, scopes))
        .order_by(sitting.c.starts_at.desc(), sitting.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(sitting.c.starts_at < before)
    return (await connection.execute(statement)).mappings().all()


async def room_ids(connection: AsyncConnection, sitting_id: int, names: Iterable[str]) -> dict[str, int]:
    """The rooms of the sitting by name, made where they do not exist yet."""
    for name in sorted(set(names)):
        await connection.execute(
            upsert(room).values(sitting_id=sitting_id, name=name, public_id=public_id()).on_conflict_do_nothing()
        )
    rows = await connection.execute(select(room.c.name, room.c.id).where(room.c.sitting_id == sitting_id))
    return {row.name: row.id for row in rows}


async def add_candidates(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(candidate), list(rows))


async def has_attempts(connection: AsyncConnection, sitting_id: int) -> bool:
    found = select(exists().where(form.c.sitting_id == sitting_id))
    return bool((await connection.execute(found)).scalar_one())


async def add_sitting(connection: AsyncConnection, values: dict[str, Any]) -> int:
    return int((await connection.execute(insert(sitting).values(values).returning(sitting.c.id))).scalar_one())


async def remove_candidates(connection: AsyncConnection, sitting_id: int) -> None:
    """Before a corrected roster comes in; only while nothing is built on them."""
    await connection.execute(delete(candidate).where(candidate.c.sitting_id == sitting_id))


async def people_by_code(connection: AsyncConnection, unit_id: int, codes: Sequence[str]) -> dict[str, int]:
    """Pupils of the unit's school (or of any unit below or above on its path) by pupil code."""
    own = select(unit.c.path).where(unit.c.id == unit_id).scalar_subquery()
    related = or_(unit.c.path.startswith(own), own.startswith(unit.c.path))
    rows = await connection.execute(
        select(person.c.code, person.c.id)
        .join(unit, unit.c.id == person.c.unit_id)
        .where(person.c.code.in_(codes), related)
    )
    return {row.code: row.id for row in rows}
