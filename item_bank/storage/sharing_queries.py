"""Who reads a bank, and of what items are copies."""

from __future__ import annotations

from sqlalchemy import Select, exists, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.storage.tables import bank, item, item_version


async def set_sharing(
    connection: AsyncConnection, bank_id: int, *, reach: str, owner_id: int | None, **said: str
) -> None:
    """`said`: credit, source, licence."""
    values = {"reach": reach, "owner_id": owner_id, **said}
    await connection.execute(update(bank).where(bank.c.id == bank_id).values(values))


async def held_bank(connection: AsyncConnection, bank_id: int) -> RowMapping:
    """Until the transaction ends nobody else decides who reads it, and no item enters it."""
    return (await connection.execute(select(bank).where(bank.c.id == bank_id).with_for_update())).mappings().one()


async def has_items_of_others(connection: AsyncConnection, bank_id: int, person: int) -> bool:
    others = exists().where(item.c.bank_id == bank_id, item.c.created_by.is_distinct_from(person))
    return bool((await connection.execute(select(others))).scalar_one())


async def next_of(connection: AsyncConnection, chosen: Select[tuple[int]], after: int, limit: int) -> list[int]:
    """The chosen items in the order of their ids."""
    ids = chosen.subquery()
    statement = select(ids.c.id).where(ids.c.id > after).order_by(ids.c.id).limit(limit)
    return list((await connection.execute(statement)).scalars())


async def origin_of(connection: AsyncConnection, item_id: int) -> RowMapping | None:
    """Of a copy: the item and version that it was made of, and its bank."""
    copy, version = item.alias("copy"), item_version
    statement = (
        select(item.c.public_id, version.c.number, bank.c.id.label("bank_id"), bank.c.name.label("bank_name"))
        .join(version, version.c.item_id == item.c.id)
        .join(copy, copy.c.copied_from == version.c.id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(copy.c.id == item_id)
    )
    return (await connection.execute(statement)).mappings().one_or_none()
