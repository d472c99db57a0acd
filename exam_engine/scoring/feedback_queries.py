"""What practice has told its pupils, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.scoring.tables import feedback
from exam_engine.sittings.tables import sitting


async def is_practice(connection: AsyncConnection, sitting_id: int) -> bool:
    kind = (await connection.execute(select(sitting.c.kind).where(sitting.c.id == sitting_id))).scalar_one()
    return bool(kind == "practice")


async def keep(connection: AsyncConnection, attempt_id: int, slot: int, value: Any, share: Fraction | None) -> None:
    """The first word stands."""
    values = {"attempt_id": attempt_id, "slot": slot, "value": value, "share": None if share is None else str(share)}
    await connection.execute(upsert(feedback).values(values).on_conflict_do_nothing())


async def given(connection: AsyncConnection, attempt_id: int, slot: int | None = None) -> Sequence[RowMapping]:
    statement = select(feedback).where(feedback.c.attempt_id == attempt_id).order_by(feedback.c.slot)
    if slot is not None:
        statement = statement.where(feedback.c.slot == slot)
    return (await connection.execute(statement)).mappings().all()
