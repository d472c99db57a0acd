"""SQL about classes and their pupils."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.conditions import open_today
from exam_engine.accounts.tables import (
    Found,
    class_member,
    person,
    unit,
)
from exam_engine.kit.identity import within


async def classes_of_person(connection: AsyncConnection, person_id: int, scopes: Iterable[str]) -> Sequence[Found]:
    """Those within reach."""
    statement = (
        select(unit.c.public_id, unit.c.name)
        .join(class_member, class_member.c.unit_id == unit.c.id)
        .where(class_member.c.person_id == person_id, within(unit.c.path, scopes))
    )
    return (await connection.execute(statement.order_by(unit.c.name, unit.c.id))).all()


async def classes_of_people(connection: AsyncConnection, person_ids: Iterable[int]) -> Sequence[Found]:
    """`person_id`, `name` and `path` of each class, of those that are open today."""
    statement = (
        select(class_member.c.person_id, unit.c.name, unit.c.path)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(class_member.c.person_id.in_(tuple(person_ids)), open_today())
    )
    return (await connection.execute(statement.order_by(unit.c.name, unit.c.id))).all()


async def classes_within(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[Found]:
    above = unit.alias()
    members = select(func.count()).where(class_member.c.unit_id == unit.c.id).scalar_subquery()
    statement = (
        select(unit, above.c.name.label("school_name"), members.label("members"))
        .outerjoin(above, above.c.id == unit.c.parent_id)
        .where(unit.c.kind == "class", within(unit.c.path, scopes), open_today())
        .order_by(above.c.path, unit.c.name)
    )
    return (await connection.execute(statement)).all()


async def any_pupil(connection: AsyncConnection, scopes: Iterable[str]) -> bool:
    """Whether any class within reach has a pupil."""
    member = (
        select(class_member.c.unit_id)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(within(unit.c.path, scopes))
    )
    return bool((await connection.execute(select(member.exists()))).scalar_one())


async def classes_of_school(connection: AsyncConnection, school_id: int) -> Sequence[Found]:
    statement = select(unit).where(unit.c.kind == "class", unit.c.parent_id == school_id, open_today())
    return (await connection.execute(statement.order_by(unit.c.name, unit.c.id))).all()


async def lock_class(connection: AsyncConnection, unit_id: int) -> None:
    """Two who enter the same list at once wait for each other, and the second finds the pupils of the first."""
    await connection.execute(select(unit.c.id).where(unit.c.id == unit_id).with_for_update(key_share=True))


async def members_of(connection: AsyncConnection, unit_id: int) -> Sequence[Found]:
    statement = (
        select(person)
        .join(class_member, class_member.c.person_id == person.c.id)
        .where(class_member.c.unit_id == unit_id)
        .order_by(person.c.sort_key, person.c.id)
    )
    return (await connection.execute(statement)).all()


async def add_member(connection: AsyncConnection, unit_id: int, person_id: int) -> bool:
    statement = upsert(class_member).values(unit_id=unit_id, person_id=person_id).on_conflict_do_nothing()
    return (await connection.execute(statement)).rowcount > 0


async def add_members(connection: AsyncConnection, unit_id: int, person_ids: Iterable[int]) -> None:
    rows = [{"unit_id": unit_id, "person_id": person_id} for person_id in person_ids]
    if rows:
        await connection.execute(upsert(class_member).on_conflict_do_nothing(), rows)


async def remove_member(connection: AsyncConnection, unit_id: int, public: str) -> int | None:
    whose = select(person.c.id).where(person.c.public_id == public).scalar_subquery()
    statement = delete(class_member).where(class_member.c.unit_id == unit_id, class_member.c.person_id == whose)
    return (await connection.execute(statement.returning(class_member.c.person_id))).scalar_one_or_none()
