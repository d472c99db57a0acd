"""A person's own filters of a bank."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.storage.tables import saved_filter


async def filters_of(connection: AsyncConnection, bank_id: int, person: int) -> Sequence[RowMapping]:
    """By name."""
    mine = saved_filter.c.bank_id == bank_id, saved_filter.c.person_id == person
    statement = select(saved_filter).where(*mine).order_by(func.lower(saved_filter.c.name), saved_filter.c.id)
    return (await connection.execute(statement)).mappings().all()


async def save(
    connection: AsyncConnection, bank_id: int, person: int, *, public_id: str, name: str, query: str
) -> None:
    """In place of the one of this name."""
    statement = insert(saved_filter).values(
        public_id=public_id, bank_id=bank_id, person_id=person, name=name, query=query
    )
    named = ["bank_id", "person_id", "name"]
    await connection.execute(statement.on_conflict_do_update(index_elements=named, set_={"query": query}))


async def rename(connection: AsyncConnection, public_id: str, person: int, name: str) -> bool:
    mine = saved_filter.c.public_id == public_id, saved_filter.c.person_id == person
    return (await connection.execute(update(saved_filter).where(*mine).values(name=name))).rowcount == 1


async def remove(connection: AsyncConnection, public_id: str, person: int) -> bool:
    mine = saved_filter.c.public_id == public_id, saved_filter.c.person_id == person
    return (await connection.execute(delete(saved_filter).where(*mine))).rowcount == 1
