"""What forms may be put together from: of each item of a bank what a blueprint asks about, without its text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, case, cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.content.model import Item
from item_bank.content.spread import ENEMIES, kind_of, level_of
from item_bank.storage.tables import item, item_version

#: Types whose kind needs no look at their parts.
_KINDS = {
    "single_choice": "choice",
    "multiple_choice": "choice",
    "true_false_cluster": "true_false",
    "numeric": "short",
    "short_text": "short",
    "essay": "essay",
}
_CLUSTER, _SEVERAL = "true_false_cluster", "composite"
_LOOKED = (_CLUSTER, _SEVERAL)
_OWN_LEVELS = func.jsonb_path_query_array(
    item_version.c.content, cast("$.interaction.statements[*].level", JSONPATH)
).label("own_levels")
_STATEMENTS = func.jsonb_array_length(item_version.c.content["interaction"]["statements"]).label("statements")


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


@dataclass(frozen=True, slots=True)
class Sort:
    """Items that a blueprint cannot tell apart, and how many they are; otherwise as of `Candidate`."""

    kind: str
    topic: str
    levels: tuple[str | None, ...]
    many: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Of a bank those in one of the states; of a subject and grade, where they are named."""

    bank_id: int
    statuses: Collection[str]
    subject: str = ""
    grade: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        named = ((item.c.subject, self.subject), (item.c.grade, self.grade))
        found = [item.c.bank_id == self.bank_id, item.c.status.in_(self.statuses)]
        return found + [column == value for column, value in named if value]


async def sorts(connection: AsyncConnection, pool: Pool) -> list[Sort]:
    """Counted by the database: a bank of tens of thousands has some hundreds of sorts."""
    many = func.count().label("many")
    plain = select(item.c.type, item.c.topic, item.c.level, many).where(*pool.conditions(), item.c.type.not_in(_LOOKED))
    rows = (await connection.execute(plain.group_by(item.c.type, item.c.topic, item.c.level))).all()
    found = [Sort(_KINDS[row.type], row.topic, (level_of(row.level),), row.many) for row in rows]
    newest = item_version.c.id == item.c.version_id
    clusters = (
        select(item.c.topic, item.c.level, _OWN_LEVELS, _STATEMENTS, many)
        .join(item_version, newest)
        .where(*pool.conditions(), item.c.type == _CLUSTER)
        .group_by(item.c.topic, item.c.level, "own_levels", "statements")
    )
    for row in (await connection.execute(clusters)).all():
        levels = _of_statements(row.level, row.own_levels, row.statements)
        found.append(Sort(_KINDS[_CLUSTER], row.topic, levels, row.many))
    several = select(item.c.topic, item.c.level, item_version.c.content).join(item_version, newest)
    for row in (await connection.execute(several.where(*pool.conditions(), item.c.type == _SEVERAL))).all():
        kind = kind_of(msgspec.convert(row.content, Item))
        found.append(Sort(kind, row.topic, (level_of(row.level),), 1))
    return found


async def candidates(connection: AsyncConnection, pool: Pool) -> list[Candidate]:
    """In the order of the bank."""
    content = item_version.c.content
    cluster = item.c.type == _CLUSTER
    statement = (
        select(
            item_version.c.id,
            item_version.c.item_id,
            item.c.type,
            item.c.topic,
            item.c.level,
            content["points"].astext.label("points"),
            content["passage"].astext.label("passage"),
            content["extra"][ENEMIES].astext.label("enemies"),
            case((item.c.type == _SEVERAL, content)).label("content"),
            case((cluster, _OWN_LEVELS)).label("own_levels"),
            case((cluster, _STATEMENTS)).label("statements"),
        )
        .join(item, item.c.version_id == item_version.c.id)
        .where(*pool.conditions())
        .order_by(item.c.id)
    )
    found = []
    for row in (await connection.execute(statement)).all():
        kind = _KINDS.get(row.type) or kind_of(msgspec.convert(row.content, Item))
        levels: tuple[str | None, ...] = (level_of(row.level),)
        if row.type == _CLUSTER:
            levels = _of_statements(row.level, row.own_levels, row.statements)
        enemies = tuple(name for one in (row.enemies or "").split(";") if (name := one.strip().casefold()))
        points = row.points or "1"
        found.append(Candidate(row.id, row.item_id, kind, row.topic, levels, points, row.passage, enemies))
    return found


def _of_statements(level: str, own: Sequence[str], statements: int) -> tuple[str | None, ...]:
    """Those of the statements that say none are the item's."""
    return (*(level_of(one) for one in own), *[level_of(level)] * (statements - len(own)))
