"""SQL about roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import (
    delete,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.conditions import in_force
from exam_engine.accounts.tables import (
    Found,
    account,
    person,
    role_grant,
    unit,
)
from exam_engine.kit.identity import within


async def teachers_of(connection: AsyncConnection, unit_id: int) -> Sequence[Found]:
    statement = (
        select(person.c.public_id, person.c.full_name, account.c.username)
        .join(role_grant, role_grant.c.person_id == person.c.id)
        .join(unit, unit.c.id == role_grant.c.unit_id)
        .outerjoin(account, account.c.person_id == person.c.id)
        .where(role_grant.c.unit_id == unit_id, role_grant.c.role == "teacher", in_force())
        .order_by(person.c.sort_key, person.c.id)
    )
    return (await connection.execute(statement)).all()


async def grants_of(connection: AsyncConnection, person_id: int) -> Sequence[Found]:
    """Past and future ones too; `in_force` says which hold today."""
    statement = (
        select(
            role_grant,
            unit.c.name.label("unit_name"),
            unit.c.path.label("unit_path"),
            in_force().label("in_force"),
        )
        .join(unit, unit.c.id == role_grant.c.unit_id)
        .where(role_grant.c.person_id == person_id)
        .order_by(unit.c.path, role_grant.c.role)
    )
    return (await connection.execute(statement)).all()


async def add_grant(
    connection: AsyncConnection,
    person_id: int,
    unit_id: int,
    role: str,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    granted_by: int | None = None,
) -> None:
    """Granting again replaces the dates."""
    dates = {"valid_from": valid_from, "valid_to": valid_to, "granted_by": granted_by}
    statement = upsert(role_grant).values(person_id=person_id, unit_id=unit_id, role=role, **dates)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["person_id", "unit_id", "role"], set_=dates)
    )


async def take_grant(connection: AsyncConnection, grant_id: int, person_id: int, scopes: Iterable[str]) -> Found | None:
    """Only a grant of that person, on a unit in scope."""
    inside = select(unit.c.id).where(within(unit.c.path, scopes))
    statement = (
        delete(role_grant)
        .where(role_grant.c.id == grant_id, role_grant.c.person_id == person_id, role_grant.c.unit_id.in_(inside))
        .returning(role_grant.c.role, role_grant.c.unit_id)
    )
    return (await connection.execute(statement)).one_or_none()
