"""Which items of a bank a list shows: pages by keyset, the newest items first (docs/decisions/bank-lists.md)."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Select, and_, any_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.storage.filtering import Filters, of_labels, of_words
from item_bank.storage.tables import item, item_version

#: So many of the newest items are read for words before the index of words is asked, and so many at a time where that
#: knows too many.
_WALK, _STRIDE = 1000, 3000
#: Words that more versions have are no longer rare.
_RARE = 3000


def chosen_items(bank_id: int, filters: Filters) -> Select[tuple[int]]:
    """The ids of all items that the filters leave."""
    statement = select(item.c.id).where(item.c.bank_id == bank_id, *of_labels(filters))
    if not filters.words:
        return statement
    # As an array it comes from the index of words alone, whatever the planner thinks how many there are.
    versions = select(item_version.c.id).where(*of_words(filters))
    return statement.where(item.c.version_id == any_(func.array(versions.scalar_subquery())))


async def page_of(
    connection: AsyncConnection, bank_id: int, filters: Filters, *, before: int | None, limit: int
) -> list[int]:
    """Words that are everywhere would make the index of words read half of the bank for fifty items, rare ones would
    make a walk read all of it: which they are, a short walk tells. No statement reads more than some thousand rows."""
    wanted = select(item.c.id).where(item.c.bank_id == bank_id, *of_labels(filters)).order_by(item.c.id.desc())
    if not filters.words:
        return await _ids(connection, _from(wanted, before).limit(limit))
    found, last = await _walked(connection, _from(wanted, before), filters, _WALK)
    if len(found) < limit and last is not None:
        rare = await _ids(connection, select(item_version.c.id).where(*of_words(filters)).limit(_RARE + 1))
        if len(rare) <= _RARE:
            having = item.c.version_id == any_(literal(rare, ARRAY(BigInteger)))
            return found + await _ids(connection, _from(wanted, last).where(having).limit(limit - len(found)))
    while len(found) < limit and last is not None:
        more, last = await _walked(connection, _from(wanted, last), filters, _STRIDE)
        found += more
    return found[:limit]


def _from(wanted: Select[tuple[int]], before: int | None) -> Select[tuple[int]]:
    return wanted if before is None else wanted.where(item.c.id < before)


async def _walked(
    connection: AsyncConnection, wanted: Select[tuple[int]], filters: Filters, most: int
) -> tuple[list[int], int | None]:
    """Those of the first items whose newest version has the words, and the id of the last that was read, where there
    may be more."""
    newest = wanted.add_columns(item.c.version_id).limit(most).cte()
    fits = and_(*of_words(filters))
    ends = newest.c.id == select(func.min(newest.c.id)).scalar_subquery()
    read = select(func.count()).select_from(newest).scalar_subquery().label("read")
    walk = select(newest.c.id, fits.label("fits"), read).join(item_version, item_version.c.id == newest.c.version_id)
    rows = (await connection.execute(walk.where(or_(ends, fits)).order_by(newest.c.id.desc()))).all()
    last = rows[-1].id if rows and rows[-1].read == most else None
    return [row.id for row in rows if row.fits], last


async def _ids(connection: AsyncConnection, statement: Select[tuple[int]]) -> list[int]:
    return [row.id for row in await connection.execute(statement)]
