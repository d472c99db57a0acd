"""What a rehearsal asks the database: the sitting that it plays, its own sandbox, and what the journal holds of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import RowMapping, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import Found, unit
from exam_engine.authoring.tables import exam
from exam_engine.delivery.tables import attempt, journal
from exam_engine.kit import clock
from exam_engine.kit.tables import job
from exam_engine.rehearsing.marker import PREFIX
from exam_engine.sittings.tables import candidate, room, sitting


async def units_that_look_marked(connection: AsyncConnection) -> Sequence[Found]:
    """Units at the top whose code begins like the mark; only the mark itself proves one."""
    wanted = select(unit).where(unit.c.parent_id.is_(None), unit.c.code.startswith(PREFIX)).order_by(unit.c.id)
    return (await connection.execute(wanted)).all()


async def sitting_by_public_id(connection: AsyncConnection, public: str) -> RowMapping | None:
    row = await connection.execute(select(sitting).where(sitting.c.public_id == public, sitting.c.kind == "exam"))
    return row.mappings().one_or_none()


async def exam_by_public_id(connection: AsyncConnection, public: str) -> RowMapping | None:
    return (await connection.execute(select(exam).where(exam.c.public_id == public))).mappings().one_or_none()


async def rooms_filled(connection: AsyncConnection, sitting_id: int) -> Sequence[tuple[str, int]]:
    """Name and number of candidates of each room; those without one stand under an empty name."""
    name = func.coalesce(room.c.name, "")
    rows = await connection.execute(
        select(name, func.count())
        .select_from(candidate)
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .where(candidate.c.sitting_id == sitting_id)
        .group_by(name)
        .order_by(name)
    )
    return [(str(one), int(count)) for one, count in rows]


async def sitting_of_unit(connection: AsyncConnection, unit_id: int) -> RowMapping | None:
    row = await connection.execute(select(sitting).where(sitting.c.unit_id == unit_id).order_by(sitting.c.id).limit(1))
    return row.mappings().one_or_none()


async def seats(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    rows = await connection.execute(
        select(candidate.c.number, candidate.c.pin_sealed, candidate.c.ticket_sealed)
        .where(candidate.c.sitting_id == sitting_id)
        .order_by(candidate.c.id)
    )
    return rows.mappings().all()


async def real_sittings_between(connection: AsyncConnection, own_units: Sequence[int], seconds: float) -> Sequence[str]:
    """Titles of other formal exams that people sit now or within so many seconds."""
    soon = clock.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    working = select(attempt.c.id).where(
        attempt.c.sitting_id == sitting.c.id, attempt.c.state.in_(("running", "paused"))
    )
    # `closes_at` ends the starting, not the working: whoever has started is seen by their attempt.
    waiting = and_(
        sitting.c.opens_at <= soon,
        sitting.c.starts_at >= clock.now() - text("interval '15 minutes'"),
        sitting.c.closes_at > clock.now(),
    )
    found = (
        select(sitting.c.title)
        .where(
            sitting.c.unit_id.not_in(own_units),
            sitting.c.kind == "exam",
            sitting.c.state == "confirmed",
            or_(waiting, working.exists()),
        )
        .order_by(sitting.c.starts_at)
        .limit(5)
    )
    return [str(title) for title in (await connection.execute(found)).scalars()]


async def running_jobs(connection: AsyncConnection, unit_id: int) -> int:
    """Long work for the sandbox that is under way."""
    counted = select(func.count()).where(job.c.unit_id == unit_id, job.c.state == "running")
    return int((await connection.execute(counted)).scalar_one())


async def unclosed(connection: AsyncConnection, sitting_id: int) -> int:
    """Attempts that somebody began and nobody has ended."""
    open_ = and_(attempt.c.sitting_id == sitting_id, attempt.c.state.in_(("running", "paused")))
    return int((await connection.execute(select(func.count()).where(open_))).scalar_one())


async def entries_of(connection: AsyncConnection, sitting_id: int) -> AsyncIterator[Any]:
    """Every entry of the sitting's journal, candidate by candidate."""
    statement = (
        select(candidate.c.number, journal.c.entry, journal.c.kind, journal.c.slot, journal.c.value)
        .select_from(attempt)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .join(journal, journal.c.attempt_id == attempt.c.id)
        .where(attempt.c.sitting_id == sitting_id)
        .order_by(attempt.c.id, journal.c.entry)
    )
    async with connection.stream(statement) as rows:
        async for row in rows:
            yield row
