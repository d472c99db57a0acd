"""Which items of a bank a list shows: pages by keyset, the newest items first (docs/decisions/bank-lists.md)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, any_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.storage.filtering import Filters, of_labels, of_words
from item_bank.storage.tables import item, item_version

#: So many of the newest items are read for words before the index of words is asked.
_WALK = 1000


def chosen_items(bank_id: int, filters: Filters) -> Select[tuple[int]]:
    """The ids of all items that the filters leave."""
    statement = select(item.c.id).where(item.c.bank_id == bank_id, *of_labels(filters))
    return statement.where(_has_words(filters)) if filters.words else statement


async def page_of(
    connection: AsyncConnection, bank_id: int, filters: Filters, *, before: int | None, limit: int
) -> list[int]:
    """Words that are everywhere would make the index of words read half of the bank for fifty items, rare ones would
    make a walk read all of it: which they are, a short walk tells."""
    wanted = select(item.c.id).where(item.c.bank_id == bank_id, *of_labels(filters)).order_by(item.c.id.desc())
    if before is not None:
        wanted = wanted.where(item.c.id < before)
    if filters.words:
        newest = wanted.add_columns(item.c.version_id).limit(_WALK).subquery()
        fits = and_(*of_words(filters)).label("fits")
        walk = select(newest.c.id, fits).join(item_version, item_version.c.id == newest.c.version_id)
        walked = (await connection.execute(walk.order_by(newest.c.id.desc()))).all()
        found = [row.id for row in walked if row.fits][:limit]
        if len(found) == limit or len(walked) < _WALK:
            return found
        wanted = wanted.where(_has_words(filters))
    return list((await connection.execute(wanted.limit(limit))).scalars())


def _has_words(filters: Filters) -> ColumnElement[bool]:
    """The condition on `item`. As an array it comes from the index of words alone, whatever the planner thinks how many
    there are."""
    versions = select(item_version.c.id).where(*of_words(filters))
    return item.c.version_id == any_(func.array(versions.scalar_subquery()))
