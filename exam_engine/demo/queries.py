"""What the demo's players need to know beforehand: tickets and what each candidate will meet."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.tables import attempt, heartbeat
from exam_engine.kit import clock
from exam_engine.sittings.tables import candidate, form, variant
from exam_engine.sittings.tables import sitting as sittings


async def sitting(connection: AsyncConnection, sitting_id: int) -> RowMapping:
    return (await connection.execute(select(sittings).where(sittings.c.id == sitting_id))).mappings().one()


async def candidates_with_papers(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    """Those who have not handed in yet."""
    rows = await connection.execute(
        select(
            candidate.c.code,
            candidate.c.number,
            candidate.c.pin_sealed,
            candidate.c.ticket_sealed,
            form.c.key_map,
            variant.c.body.label("variant"),
        )
        .join(attempt, attempt.c.candidate_id == candidate.c.id)
        .join(variant, variant.c.attempt_id == attempt.c.id)
        .join(form, form.c.id == variant.c.form_id)
        .where(candidate.c.sitting_id == sitting_id, attempt.c.state.in_(("ready", "running")))
        .order_by(attempt.c.id)
    )
    return rows.mappings().all()


async def sittings_not_played(connection: AsyncConnection) -> Sequence[int]:
    """Sittings that ended more than a day ago and still have candidates who never handed in."""
    over = sittings.c.closes_at < clock.now() - text("interval '1 day'")
    rows = await connection.execute(
        select(sittings.c.id)
        .join(attempt, attempt.c.sitting_id == sittings.c.id)
        .where(over, attempt.c.state.in_(("ready", "running")))
        .distinct()
    )
    return [row.id for row in rows]


async def forget_heartbeat(connection: AsyncConnection) -> None:
    """The beat of replaced time: left behind, it would look as if the service had been away since then."""
    await connection.execute(delete(heartbeat))
