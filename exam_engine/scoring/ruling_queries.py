"""SQL of decisions about items, named by the question it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import person, unit
from exam_engine.kit.identity import public_id, within
from exam_engine.scoring.item_rulings import ItemRuling
from exam_engine.scoring.tables import item_ruling
from item_bank.content.model import Interaction, as_json
from item_bank.storage.tables import bank, item, item_version

_IN_FORCE = (item_ruling.c.current, item_ruling.c.kind != "as_written")


async def in_force(connection: AsyncConnection, sitting_id: int) -> Mapping[int, ItemRuling]:
    """Item version → what was decided about it, unless that was to leave it as written."""
    rows = await connection.execute(
        select(item_ruling).where(item_ruling.c.sitting_id == sitting_id, *_IN_FORCE).order_by(item_ruling.c.id)
    )
    return {row["version_id"]: _ruling(row) for row in rows.mappings()}


async def by_ids(connection: AsyncConnection, ids: Iterable[int]) -> Mapping[int, ItemRuling]:
    """Item version → the decision about it; of those ids, whether they are in force still or not."""
    rows = await connection.execute(select(item_ruling).where(item_ruling.c.id.in_(list(ids))))
    return {row["version_id"]: _ruling(row) for row in rows.mappings()}


async def ids_in_force(connection: AsyncConnection, sitting_id: int) -> tuple[int, ...]:
    rows = await connection.execute(
        select(item_ruling.c.id).where(item_ruling.c.sitting_id == sitting_id, *_IN_FORCE).order_by(item_ruling.c.id)
    )
    return tuple(rows.scalars())


async def history(connection: AsyncConnection, sitting_id: int, version_id: int) -> Sequence[RowMapping]:
    """Every decision about an item of a sitting, the newest first, with who made it."""
    rows = await connection.execute(
        select(item_ruling, person.c.full_name.label("by_name"))
        .outerjoin(person, person.c.id == item_ruling.c.by)
        .where(item_ruling.c.sitting_id == sitting_id, item_ruling.c.version_id == version_id)
        .order_by(item_ruling.c.id.desc())
    )
    return rows.mappings().all()


async def put_in_force(connection: AsyncConnection, sitting_id: int, decision: ItemRuling, by: int) -> int:
    """The former decision about the item is kept and no longer current."""
    about = (item_ruling.c.sitting_id == sitting_id, item_ruling.c.version_id == decision.version)
    await connection.execute(update(item_ruling).where(*about, item_ruling.c.current).values(current=False))
    values: dict[str, Any] = {
        "public_id": public_id(),
        "sitting_id": sitting_id,
        "version_id": decision.version,
        "kind": decision.kind,
        "interaction": None if decision.interaction is None else as_json(decision.interaction),
        "reason": decision.reason,
        "by": by,
    }
    return int((await connection.execute(insert(item_ruling).values(values).returning(item_ruling.c.id))).scalar_one())


async def bank_to_correct(connection: AsyncConnection, version_id: int, scopes: Iterable[str]) -> RowMapping | None:
    """The item and its bank, if its newest version is this one or one that asks the same, and the bank lies within
    the scopes."""
    latest = item_version.alias("latest")
    newest = (
        select(latest.c.content["interaction"])
        .where(latest.c.item_id == item.c.id)
        .order_by(latest.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(item.c.id, item.c.public_id, bank.c.name, bank.c.unit_id)
        .join(item_version, item_version.c.item_id == item.c.id)
        .join(bank, bank.c.id == item.c.bank_id)
        .join(unit, unit.c.id == bank.c.unit_id)
        .where(
            item_version.c.id == version_id,
            newest == item_version.c.content["interaction"],
            within(unit.c.path, scopes),
        )
    )
    return rows.mappings().one_or_none()


def _ruling(row: RowMapping) -> ItemRuling:
    stored = row["interaction"]
    interaction = None if stored is None else msgspec.convert(stored, Interaction)
    return ItemRuling(row["version_id"], row["kind"], interaction, row["reason"], row["id"])
