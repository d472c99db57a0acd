"""What a bank's items are labelled with: the choices of its filters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.storage.tables import item

#: Tags are proposed as the newest items have them: reading all of a large bank for them takes too long.
_NEWEST = 2000


async def labels_in_use(connection: AsyncConnection, bank_id: int) -> dict[str, list[str]]:
    """The values of subject, grade, topic and level in a bank, in order."""
    return await _in_use(connection, bank_id, ("subject", "grade", "topic", "level"))


async def others_in_use(connection: AsyncConnection, bank_id: int) -> dict[str, list[Any]]:
    """What the list of a bank offers beside topics: labels, and the ids of those who wrote the newest versions."""
    return await _in_use(connection, bank_id, ("subject", "grade", "level", "language", "author_id"))


async def _in_use(connection: AsyncConnection, bank_id: int, names: Sequence[str]) -> dict[str, list[Any]]:
    """In one statement."""
    columns = [func.array(_different(bank_id, name).scalar_subquery()).label(name) for name in names]
    row = (await connection.execute(select(*columns))).mappings().one()
    return {name: [value for value in row[name] if value] for name in names}


async def topics(connection: AsyncConnection, bank_id: int) -> Sequence[Row[tuple[str, str, int]]]:
    """(topic, subject, items) of a bank, by topic and subject."""
    columns = (item.c.topic, item.c.subject)
    statement = select(*columns, func.count().label("items")).where(item.c.bank_id == bank_id).group_by(*columns)
    return (await connection.execute(statement.order_by(*columns))).all()


async def figures_of(connection: AsyncConnection, items: Collection[int]) -> dict[int, RowMapping]:
    """Item id → how many have answered it, the share of its points that they earned, and whether its last analysis has
    a hint; of those that somebody has met."""
    columns = (item.c.id, item.c.answered, item.c.facility, item.c.flagged)
    statement = select(*columns).where(item.c.id.in_(items), item.c.answered > 0)
    rows = (await connection.execute(statement)).mappings() if items else ()
    return {row["id"]: row for row in rows}


async def tags_in_use(connection: AsyncConnection, bank_id: int) -> list[str]:
    newest = select(item.c.tags).where(item.c.bank_id == bank_id).order_by(item.c.id.desc()).limit(_NEWEST).subquery()
    tags = select(func.unnest(newest.c.tags).label("tag")).subquery()
    return sorted((await connection.execute(select(tags.c.tag).distinct())).scalars())


def _different(bank_id: int, name: str) -> Select[Any]:
    """Each value once, found by a step to the next greater one in an index that begins with bank and column: fifty
    thousand items have a dozen levels."""
    column = item.c[name]
    of_bank = select(column).where(item.c.bank_id == bank_id).order_by(column).limit(1)
    found = select(of_bank.scalar_subquery().label("value")).cte(recursive=True)
    following = of_bank.where(column > found.c.value).scalar_subquery()
    found = found.union_all(select(following).where(found.c.value.is_not(None)))
    return select(found.c.value).where(found.c.value.is_not(None))
