"""SQL about units, their tree and their codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.conditions import open_today, today
from exam_engine.accounts.tables import (
    Found,
    class_member,
    person,
    role_grant,
    unit,
    unit_alias,
)
from exam_engine.kit.identity import public_id, within
from item_bank.storage.tables import bank


async def school_locale(connection: AsyncConnection) -> str | None:
    """The language of all units at the top; None where they differ."""
    found = await connection.execute(select(unit.c.locale).where(unit.c.parent_id.is_(None)).distinct().limit(2))
    locales = list(found.scalars())
    return locales[0] if len(locales) == 1 else None


async def bank_of_unit(connection: AsyncConnection, unit_id: int) -> int | None:
    """The first by name."""
    found = select(bank.c.id).where(bank.c.unit_id == unit_id).order_by(bank.c.name, bank.c.id).limit(1)
    return (await connection.execute(found)).scalar_one_or_none()


async def today_in(connection: AsyncConnection, unit_id: int) -> date:
    found: date = (await connection.execute(select(today(unit.c.zone)).where(unit.c.id == unit_id))).scalar_one()
    return found


async def top_units(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[Found]:
    """The units that the scopes themselves name."""
    return (await connection.execute(select(unit).where(unit.c.path.in_(tuple(scopes))).order_by(unit.c.path))).all()


async def units_above(connection: AsyncConnection, path: str, scopes: Iterable[str]) -> Sequence[Found]:
    """From the top down to the unit itself, as far as the scopes reach."""
    statement = select(unit).where(literal(path).startswith(unit.c.path), within(unit.c.path, scopes))
    return (await connection.execute(statement.order_by(func.length(unit.c.path)))).all()


async def units_within(
    connection: AsyncConnection, scopes: Iterable[str], kinds: Iterable[str] = ()
) -> Sequence[Found]:
    """Those open today, in the order of a tree: a unit's path stands before those of its children."""
    statement = select(unit).where(within(unit.c.path, scopes), open_today()).order_by(unit.c.path)
    if kinds := tuple(kinds):
        statement = statement.where(unit.c.kind.in_(kinds))
    return (await connection.execute(statement)).all()


async def unit_within(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> Found | None:
    statement = select(unit).where(unit.c.public_id == public, within(unit.c.path, scopes))
    return (await connection.execute(statement)).one_or_none()


async def school_of(connection: AsyncConnection, path: str) -> Found | None:
    """The unit itself or the nearest unit above that is no class."""
    statement = (
        select(unit)
        .where(literal(path).startswith(unit.c.path), unit.c.kind != "class")
        .order_by(func.length(unit.c.path).desc())
        .limit(1)
    )
    return (await connection.execute(statement)).one_or_none()


async def add_unit(connection: AsyncConnection, parent: Found | None, **values: Any) -> Found:
    """The path needs the id, so it follows in a second statement of the same transaction."""
    made = public_id()
    statement = insert(unit).values(
        public_id=made, path=f"new.{made}", parent_id=parent.id if parent else None, **values
    )
    new = (await connection.execute(statement.returning(unit.c.id))).scalar_one()
    path = f"{parent.path if parent else ''}{new}."
    return (await connection.execute(update(unit).where(unit.c.id == new).values(path=path).returning(*unit.c))).one()


async def change_unit(connection: AsyncConnection, unit_id: int, **values: Any) -> None:
    await connection.execute(update(unit).where(unit.c.id == unit_id).values(**values))


async def rehang_unit(connection: AsyncConnection, moved: Found, parent: Found) -> None:
    """The unit and everything below it get the new parent's path in front."""
    new_path = f"{parent.path}{moved.id}."
    await connection.execute(update(unit).where(unit.c.id == moved.id).values(parent_id=parent.id))
    await connection.execute(
        update(unit)
        .where(unit.c.path.startswith(moved.path, autoescape=True))
        .values(path=literal(new_path) + func.substr(unit.c.path, len(moved.path) + 1))
    )


async def children_of(connection: AsyncConnection, unit_id: int) -> Sequence[Found]:
    return (await connection.execute(select(unit).where(unit.c.parent_id == unit_id).order_by(unit.c.id))).all()


async def lock_tree(connection: AsyncConnection) -> None:
    """Moving two units into each other at once would tear the tree off its root."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("exam.unit.tree"))))


async def aliases_of(connection: AsyncConnection, unit_id: int) -> Sequence[Found]:
    statement = select(unit_alias).where(unit_alias.c.unit_id == unit_id).order_by(unit_alias.c.code)
    return (await connection.execute(statement)).all()


async def keep_alias(connection: AsyncConnection, unit_id: int, code: str, name: str, valid_to: date | None) -> None:
    statement = upsert(unit_alias).values(unit_id=unit_id, code=code, name=name, valid_to=valid_to)
    await connection.execute(statement.on_conflict_do_nothing())


async def hand_over_unit(connection: AsyncConnection, old: int, new: int) -> None:
    """People, class members, grants and aliases of a merged unit; what stands twice stays once."""
    await connection.execute(update(person).where(person.c.unit_id == old).values(unit_id=new))
    members = select(literal(new), class_member.c.person_id).where(class_member.c.unit_id == old)
    await connection.execute(
        upsert(class_member).from_select(["unit_id", "person_id"], members).on_conflict_do_nothing()
    )
    await connection.execute(delete(class_member).where(class_member.c.unit_id == old))
    columns = ["person_id", "role", "valid_from", "valid_to", "granted_by"]
    grants = select(*(role_grant.c[name] for name in columns), literal(new)).where(role_grant.c.unit_id == old)
    await connection.execute(upsert(role_grant).from_select([*columns, "unit_id"], grants).on_conflict_do_nothing())
    await connection.execute(delete(role_grant).where(role_grant.c.unit_id == old))
    aliases = select(literal(new), unit_alias.c.code, unit_alias.c.name, unit_alias.c.valid_to).where(
        unit_alias.c.unit_id == old
    )
    await connection.execute(
        upsert(unit_alias).from_select(["unit_id", "code", "name", "valid_to"], aliases).on_conflict_do_nothing()
    )


async def codes_twice(connection: AsyncConnection, one: int, other: int) -> Sequence[str]:
    """Codes of people that both units use, which a merger would make ambiguous."""
    mine, theirs = person.alias(), person.alias()
    statement = (
        select(mine.c.code)
        .join(theirs, theirs.c.code == mine.c.code)
        .where(mine.c.unit_id == one, theirs.c.unit_id == other, mine.c.code != "")
        .order_by(mine.c.code)
        .limit(5)
    )
    return (await connection.execute(statement)).scalars().all()
