"""Every SQL statement of scoring, named by the question it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.tables import attempt
from exam_engine.scoring.tables import hand_mark, result
from exam_engine.sittings.tables import form, sitting

CLOSED = ("submitted", "expired", "ended")


async def closed_attempts(
    connection: AsyncConnection, sitting_id: int, only: int | None = None
) -> Sequence[RowMapping]:
    """Attempts that have come to an end, in the order of their ids."""
    statement = (
        select(attempt.c.id, attempt.c.form_id)
        .where(attempt.c.sitting_id == sitting_id, attempt.c.state.in_(CLOSED))
        .order_by(attempt.c.id)
    )
    if only is not None:
        statement = statement.where(attempt.c.id == only)
    return (await connection.execute(statement)).mappings().all()


async def form_names(connection: AsyncConnection, sitting_id: int) -> dict[int, str]:
    """Form → its public id."""
    rows = await connection.execute(
        select(form.c.id, form.c.public_id).where(form.c.sitting_id == sitting_id).order_by(form.c.id)
    )
    return {row.id: row.public_id for row in rows}


async def key_maps(connection: AsyncConnection, form_ids: Sequence[int]) -> Sequence[RowMapping]:
    rows = await connection.execute(select(form.c.id, form.c.key_map).where(form.c.id.in_(form_ids)))
    return rows.mappings().all()


async def definition_of(connection: AsyncConnection, sitting_id: int) -> Any:
    """The exam's definition as it was when the roster was confirmed."""
    return (await connection.execute(select(sitting.c.definition).where(sitting.c.id == sitting_id))).scalar_one()


async def hand_marks(connection: AsyncConnection, attempt_ids: Iterable[int]) -> Mapping[int, Sequence[RowMapping]]:
    """The current hand marks by attempt."""
    rows = await connection.execute(
        select(hand_mark).where(hand_mark.c.attempt_id.in_(list(attempt_ids)), hand_mark.c.current)
    )
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in rows.mappings():
        found[row["attempt_id"]].append(row)
    return found


async def current_results(connection: AsyncConnection, attempt_ids: Iterable[int]) -> Mapping[int, RowMapping]:
    rows = await connection.execute(select(result).where(result.c.attempt_id.in_(list(attempt_ids)), result.c.current))
    return {row["attempt_id"]: row for row in rows.mappings()}


async def lock_results(connection: AsyncConnection, sitting_id: int) -> None:
    """Two re-markings of one sitting wait for each other; versions stay gapless."""
    await connection.execute(text("select pg_advisory_xact_lock(7, :sitting)"), {"sitting": sitting_id})


async def store_results(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """New versions; the former ones stay and are no longer current."""
    if not rows:
        return
    attempts = [row["attempt_id"] for row in rows]
    await connection.execute(
        update(result).where(result.c.attempt_id.in_(attempts), result.c.current).values(current=False)
    )
    await connection.execute(insert(result), list(rows))


async def store_hand_mark(connection: AsyncConnection, values: dict[str, Any]) -> None:
    same = (hand_mark.c.attempt_id == values["attempt_id"], hand_mark.c.slot == values["slot"])
    await connection.execute(update(hand_mark).where(*same, hand_mark.c.current).values(current=False))
    await connection.execute(insert(hand_mark).values(values))
