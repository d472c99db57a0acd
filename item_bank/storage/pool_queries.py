"""What forms may be put together from: of each item of a bank what a blueprint asks about, without its text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, case, cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.content.model import Item
from item_bank.content.spread import ENEMIES, kind_of, level_of
from item_bank.storage.queries import is_newest
from item_bank.storage.tables import bank, item, item_version

#: Types whose kind needs no look at their parts.
_KINDS = {
    "single_choice": "choice",
    "multiple_choice": "choice",
    "true_false_cluster": "true_false",
    "numeric": "short",
    "short_text": "short",
    "essay": "essay",
}
_LEVELS = cast("$.interaction.statements[*].level", JSONPATH)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that forms may have, in its newest version. `kind` of `spread.KINDS`; `levels`: of the item, of a
    true/false cluster one for each statement, None where none is stated that the scheme knows; `passage`: its digest;
    `enemies`: names of groups of which a form has one item at most."""

    version: int
    item_id: int
    kind: str
    topic: str
    levels: tuple[str | None, ...]
    points: str
    passage: str | None
    enemies: tuple[str, ...] = ()


async def candidates(
    connection: AsyncConnection,
    bank_id: int,
    owner: ColumnElement[bool],
    *,
    statuses: Collection[str],
    subject: str = "",
    grade: str = "",
) -> list[Candidate]:
    """In the order of the bank."""
    content = item_version.c.content
    several = item_version.c.type == "composite"
    statements = func.jsonb_path_query_array(content, _LEVELS)
    told = func.jsonb_array_length(content["interaction"]["statements"])
    cluster = item_version.c.type == "true_false_cluster"
    statement = (
        select(
            item_version.c.id,
            item_version.c.item_id,
            item_version.c.type,
            item_version.c.topic,
            item_version.c.level,
            content["points"].astext.label("points"),
            content["passage"].astext.label("passage"),
            content["extra"][ENEMIES].astext.label("enemies"),
            case((several, content)).label("content"),
            case((cluster, statements)).label("own_levels"),
            case((cluster, told)).label("statements"),
        )
        .join(item, item.c.id == item_version.c.item_id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item.c.bank_id == bank_id, is_newest(), owner, item.c.status.in_(statuses))
        .order_by(item_version.c.item_id)
    )
    for column, value in ((item_version.c.subject, subject), (item_version.c.grade, grade)):
        if value:
            statement = statement.where(column == value)
    found = []
    for row in (await connection.execute(statement)).all():
        kind = _KINDS.get(row.type) or kind_of(msgspec.convert(row.content, Item))
        levels = (level_of(row.level),)
        if kind == "true_false":
            own = [level_of(one) for one in row.own_levels]
            levels = (*own, *levels * (row.statements - len(own)))
        enemies = tuple(name for one in (row.enemies or "").split(";") if (name := one.strip().casefold()))
        points = row.points or "1"
        found.append(Candidate(row.id, row.item_id, kind, row.topic, levels, points, row.passage, enemies))
    return found
