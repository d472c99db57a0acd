"""SQL about people: found, entered, corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.conditions import enabled
from exam_engine.accounts.tables import (
    Found,
    account,
    class_member,
    person,
    role_grant,
    unit,
)
from exam_engine.kit.identity import public_id, within


def person_is_within(scopes: Iterable[str]) -> ColumnElement[bool]:
    """Somebody of a unit in scope, or a member of a class in scope."""
    scopes = tuple(scopes)
    classes = unit.alias()
    member = (
        select(class_member.c.person_id)
        .join(classes, classes.c.id == class_member.c.unit_id)
        .where(class_member.c.person_id == person.c.id, within(classes.c.path, scopes))
        .exists()
    )
    return or_(within(unit.c.path, scopes), member)


def _people(scopes: Iterable[str]) -> Select[Any]:
    return (
        select(
            *person.c,
            unit.c.name.label("unit_name"),
            unit.c.public_id.label("unit_public_id"),
            unit.c.path.label("unit_path"),
            account.c.username,
            account.c.disabled_at,
            account.c.password_temporary,
        )
        .join(unit, unit.c.id == person.c.unit_id)
        .outerjoin(account, account.c.person_id == person.c.id)
        .where(person_is_within(scopes))
    )


async def people_found(
    connection: AsyncConnection,
    scopes: Iterable[str],
    *,
    wanted: str = "",
    staff_only: bool = False,
    below: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> Sequence[Found]:
    """`wanted` is folded text, each word of which must occur; `after` is the (sort_key, id) of the last one seen."""
    statement = _people(scopes)
    for word in wanted.split():
        statement = statement.where(person.c.search.contains(word, autoescape=True))
    if staff_only:
        statement = statement.where(account.c.person_id.is_not(None))
    if below:
        statement = statement.where(unit.c.path.startswith(below, autoescape=True))
    if after:
        statement = statement.where(
            tuple_(person.c.sort_key, person.c.id) > tuple_(literal(after[0]), literal(after[1]))
        )
    found: Sequence[Found] = (
        await connection.execute(statement.order_by(person.c.sort_key, person.c.id).limit(limit))
    ).all()
    return found


async def person_within(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> Found | None:
    return (await connection.execute(_people(scopes).where(person.c.public_id == public))).one_or_none()


async def person_by_code(connection: AsyncConnection, unit_id: int, code: str) -> Found | None:
    statement = select(person).where(person.c.unit_id == unit_id, person.c.code == code)
    return (await connection.execute(statement)).one_or_none()


async def people_by_codes(
    connection: AsyncConnection, unit_id: int, codes: Iterable[str], *, hold: bool = False
) -> dict[str, Found]:
    """`hold` waits for mergers and holds off the next ones until the transaction ends."""
    statement = select(person).where(person.c.unit_id == unit_id, person.c.code.in_(tuple(codes)))
    if hold:
        statement = statement.order_by(person.c.id).with_for_update(read=True, key_share=True)
    return {row.code: row for row in await connection.execute(statement)}


async def add_person(connection: AsyncConnection, **values: Any) -> Found | None:
    """None when somebody of the unit has the code already."""
    statement = upsert(person).values(public_id=public_id(), **values).on_conflict_do_nothing()
    return (await connection.execute(statement.returning(*person.c))).one_or_none()


async def add_people(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """The ids, in no order. Fewer than rows when a code was given to somebody else meanwhile."""
    new = [{"public_id": public_id(), **row} for row in rows]
    statement = upsert(person).on_conflict_do_nothing().returning(person.c.id)
    return list((await connection.execute(statement, new)).scalars()) if new else []


async def change_person(connection: AsyncConnection, person_id: int, **values: Any) -> None:
    await connection.execute(update(person).where(person.c.id == person_id).values(**values))


async def remove_person(connection: AsyncConnection, person_id: int) -> None:
    await connection.execute(delete(person).where(person.c.id == person_id))


async def staff_of(connection: AsyncConnection, school_path: str, scopes: Iterable[str]) -> Sequence[Found]:
    """People of the school who can sign in."""
    statement = _people(scopes).where(
        account.c.person_id.is_not(None), enabled(), unit.c.path.startswith(school_path, autoescape=True)
    )
    found: Sequence[Found] = (
        await connection.execute(statement.order_by(person.c.sort_key, person.c.id).limit(500))
    ).all()
    return found


async def staff_among(connection: AsyncConnection, person_ids: Iterable[int]) -> set[int]:
    """Those with an account or a role."""
    ids = tuple(person_ids)
    accounts = select(account.c.person_id).where(account.c.person_id.in_(ids))
    grants = select(role_grant.c.person_id).where(role_grant.c.person_id.in_(ids))
    return set((await connection.execute(accounts.union(grants))).scalars())
