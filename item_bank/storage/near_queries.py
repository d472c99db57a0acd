"""Which stored questions may be near others: those that share bands of their signatures (`content.nearness`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Integer, RowMapping, and_, cast, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.content.model import Item
from item_bank.storage.queries import is_newest
from item_bank.storage.tables import bank, item, item_signature, item_version

#: Of so many, those that share most bands, the likeness is computed.
CANDIDATES = 40
#: Of a band that more than so many times as many share, only some are looked at: half of a bank has the same opening.
_CROWD = 25
#: Of each of many questions at once, which are asked for so many at a time.
_FEW, _AT_ONCE = 3, 200


@dataclass(frozen=True, slots=True)
class Candidate:
    public_id: str
    bank: str
    content: Item


async def candidates(
    connection: AsyncConnection, bands: Sequence[int], owner: ColumnElement[bool], *, without: str = ""
) -> list[Candidate]:
    """Questions in use that share bands, most of them first, in the banks of `owner` (a condition on `bank`).
    `without`: a public id."""
    rows = await _likely(connection, [bands], CANDIDATES, and_(owner, item.c.public_id != without))
    contents = await _contents(connection, [row["id"] for row in rows])
    return [Candidate(row["public_id"], row["bank"], contents[row["id"]]) for row in rows]


async def candidates_of_many(
    connection: AsyncConnection, bank_id: int, sought: Sequence[Sequence[int]]
) -> list[list[Item]]:
    """For each signature the few questions of the bank that share most bands with it."""
    found: list[list[Item]] = []
    for first in range(0, len(sought), _AT_ONCE):
        some = sought[first : first + _AT_ONCE]
        rows = await _likely(connection, some, _FEW, bank.c.id == bank_id)
        contents = await _contents(connection, {row["id"] for row in rows})
        found += [[contents[row["id"]] for row in rows if row["n"] == n] for n in range(len(some))]
    return found


async def _likely(
    connection: AsyncConnection, sought: Sequence[Sequence[int]], most: int, among: ColumnElement[bool]
) -> Sequence[RowMapping]:
    """For each of `sought`, by its number, at most so many items. Each band is looked up alone: an array that overlaps
    with thousands of bands would be compared with each of them."""
    numbers, bands = (
        [number for number, one in enumerate(sought) for _band in one],
        [x for one in sought for x in one],
    )
    asked = (
        func.unnest(cast(numbers, ARRAY(Integer)), cast(bands, ARRAY(Integer)))
        .table_valued(column("n", Integer), column("band", Integer))
        .render_derived()
    )
    holds = item_signature.c.bands.contains(array([asked.c.band]))
    of_band = select(item_signature.c.item_id).where(holds).limit(_CROWD * most).lateral()
    place = func.row_number().over(partition_by=asked.c.n, order_by=(func.count().desc(), item.c.id.desc()))
    ranked = (
        select(item.c.id, item.c.public_id, bank.c.name.label("bank"), asked.c.n, place.label("place"))
        .select_from(asked)
        .join(of_band, true())
        .join(item, item.c.id == of_band.c.item_id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item.c.status != "retired", among)
        .group_by(item.c.id, bank.c.id, asked.c.n)
        .subquery()
    )
    statement = select(ranked).where(ranked.c.place <= most).order_by(ranked.c.n, ranked.c.place)
    return (await connection.execute(statement)).mappings().all() if bands else ()


async def _contents(connection: AsyncConnection, items: Collection[int]) -> dict[int, Item]:
    statement = select(item.c.id, item_version.c.content).join(item_version, item_version.c.item_id == item.c.id)
    rows = (await connection.execute(statement.where(item.c.id.in_(items), is_newest()))) if items else ()
    return {row.id: msgspec.convert(row.content, Item) for row in rows}
