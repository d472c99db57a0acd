"""SQL about rooms and who invigilates there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    RowMapping,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import account, person, role_grant, unit
from exam_engine.kit.identity import public_id
from exam_engine.sittings.tables import candidate, room


async def room_ids(connection: AsyncConnection, sitting_id: int, names: Iterable[str]) -> dict[str, int]:
    """The rooms of the sitting by name, made where they do not exist yet."""
    for name in sorted(set(names)):
        await connection.execute(
            upsert(room).values(sitting_id=sitting_id, name=name, public_id=public_id()).on_conflict_do_nothing()
        )
    rows = await connection.execute(select(room.c.name, room.c.id).where(room.c.sitting_id == sitting_id))
    return {row.name: row.id for row in rows}


async def rooms_of(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    counted = select(func.count()).where(candidate.c.room_id == room.c.id).correlate(room).scalar_subquery()
    rows = await connection.execute(
        select(
            room,
            person.c.full_name.label("invigilator"),
            person.c.public_id.label("invigilator_public_id"),
            counted.label("candidates"),
        )
        .outerjoin(person, person.c.id == room.c.invigilator_id)
        .where(room.c.sitting_id == sitting_id)
        .order_by(room.c.name)
    )
    return rows.mappings().all()


async def without_room(connection: AsyncConnection, sitting_id: int) -> int:
    """How many candidates have no room."""
    found = select(func.count()).where(candidate.c.sitting_id == sitting_id, candidate.c.room_id.is_(None))
    return int((await connection.execute(found)).scalar_one())


async def room_of(connection: AsyncConnection, sitting_id: int, public: str) -> RowMapping | None:
    rows = await connection.execute(select(room).where(room.c.sitting_id == sitting_id, room.c.public_id == public))
    return rows.mappings().one_or_none()


async def room_name_is_taken(connection: AsyncConnection, sitting_id: int, name: str, but: int) -> bool:
    found = select(exists().where(room.c.sitting_id == sitting_id, room.c.name == name, room.c.id != but))
    return bool((await connection.execute(found)).scalar_one())


async def change_room(connection: AsyncConnection, room_id: int, **values: Any) -> None:
    await connection.execute(update(room).where(room.c.id == room_id).values(**values))


async def remove_empty_room(connection: AsyncConnection, room_id: int) -> bool:
    statement = delete(room).where(room.c.id == room_id, not_(exists().where(candidate.c.room_id == room.c.id)))
    return (await connection.execute(statement)).rowcount == 1


async def possible_invigilators(
    connection: AsyncConnection, unit_path: str, roles: Iterable[str]
) -> Sequence[RowMapping]:
    """Staff with one of the roles above, at or below the unit, in the order of names."""
    holds = exists().where(
        role_grant.c.person_id == person.c.id,
        role_grant.c.role.in_(tuple(roles)),
        unit.c.id == role_grant.c.unit_id,
        or_(literal(unit_path).startswith(unit.c.path), unit.c.path.startswith(unit_path, autoescape=True)),
    )
    rows = await connection.execute(
        select(person.c.id, person.c.public_id, person.c.full_name)
        .join(account, account.c.person_id == person.c.id)
        .where(holds, account.c.disabled_at.is_(None))
        .order_by(person.c.sort_key, person.c.id)
        .limit(500)
    )
    return rows.mappings().all()
