"""SQL about sittings themselves: found, held, changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import unit
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.kit.tables import audit
from exam_engine.sittings.tables import candidate, form, room, roster_upload, sitting

#: Attempt ids of a sitting are one block; room is left for those who come later (`joining`).
SPARE_ATTEMPTS = 64


#: Practice is done again and again.
ROUNDS, MOST_SPARE = 50, 5000


def spare_attempts(kind: str, candidates: int) -> int:
    return min(max(SPARE_ATTEMPTS, candidates * ROUNDS), MOST_SPARE) if kind == "practice" else SPARE_ATTEMPTS


async def sitting_in_scope(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> RowMapping | None:
    row = await connection.execute(
        select(sitting, unit.c.path, unit.c.name.label("unit_name"), unit.c.zone)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(sitting.c.public_id == public, within(unit.c.path, scopes))
    )
    return row.mappings().one_or_none()


async def locked_sitting(connection: AsyncConnection, sitting_id: int) -> RowMapping:
    """The sitting's row, held against every other change of the sitting until the transaction ends."""
    row = await connection.execute(select(sitting).where(sitting.c.id == sitting_id).with_for_update())
    return row.mappings().one()


async def next_attempt_block(connection: AsyncConnection) -> int:
    """The first id of a fresh contiguous block. Callers queue on an advisory lock until the first has committed."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtext('exam.attempt block'))"))
    used = select(func.coalesce(func.max(sitting.c.first_attempt_id + sitting.c.attempt_count), 1))
    # Rehearsals that are gone: their audit lines name attempts, and no attempt of later may look like one of them.
    gone = select(func.coalesce(func.max(audit.c.subject_id) + 1, 1)).where(audit.c.subject_kind == "attempt_block")
    first = select(func.greatest(used.scalar_subquery(), gone.scalar_subquery()))
    return int((await connection.execute(first)).scalar_one())


async def set_sitting(connection: AsyncConnection, sitting_id: int, **values: Any) -> None:
    await connection.execute(update(sitting).where(sitting.c.id == sitting_id).values(**values))


async def sittings_in_scope(
    connection: AsyncConnection,
    scopes: Iterable[str],
    *,
    when: str = "",
    exam_id: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> Sequence[RowMapping]:
    """Formal exams, newest first; `before` is the keyset cursor: start and id of the last row shown. `exam_id`: of that
    exam alone."""
    statement = (
        select(sitting, unit.c.name.label("unit_name"), unit.c.zone, candidate_count().label("candidates"))
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(within(unit.c.path, scopes), sitting.c.kind == "exam")
        .order_by(sitting.c.starts_at.desc(), sitting.c.id.desc())
        .limit(limit)
    )
    if exam_id is not None:
        statement = statement.where(sitting.c.exam_id == exam_id)
    if when in _WHEN:
        statement = statement.where(_WHEN[when]())
    if before is not None:
        statement = statement.where(tuple_(sitting.c.starts_at, sitting.c.id) < tuple_(*map(literal, before)))
    return (await connection.execute(statement)).mappings().all()


def candidate_count() -> Any:
    return select(func.count()).where(candidate.c.sitting_id == sitting.c.id).correlate(sitting).scalar_subquery()


_WHEN: dict[str, Callable[[], ColumnElement[bool]]] = {
    "upcoming": lambda: sitting.c.starts_at > clock.now(),
    "running": lambda: and_(sitting.c.starts_at <= clock.now(), sitting.c.closes_at >= clock.now()),
    "over": lambda: sitting.c.closes_at < clock.now(),
}


async def drafts_that_start_soon(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """Not confirmed and due within a week, the next first; `hours` until the start, `candidates` on the roster."""
    hours = func.extract("epoch", sitting.c.starts_at - clock.now()) / 3600
    statement = (
        select(sitting, unit.c.zone, candidate_count().label("candidates"), hours.label("hours"))
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(
            within(unit.c.path, scopes),
            sitting.c.kind == "exam",
            sitting.c.state == "draft",
            sitting.c.closes_at > clock.now(),
            sitting.c.starts_at < clock.now() + text("interval '7 days'"),
        )
        .order_by(sitting.c.starts_at)
        .limit(20)
    )
    return (await connection.execute(statement)).mappings().all()


async def add_sitting(connection: AsyncConnection, values: dict[str, Any]) -> int:
    return int((await connection.execute(insert(sitting).values(values).returning(sitting.c.id))).scalar_one())


async def back_to_draft(connection: AsyncConnection, sitting_id: int) -> None:
    """After a confirmation that failed."""
    await connection.execute(
        update(sitting).where(sitting.c.id == sitting_id, sitting.c.state == "confirming").values(state="draft")
    )


async def remove_sitting(connection: AsyncConnection, sitting_id: int) -> None:
    """A draft with everything that hangs on it."""
    for table in (roster_upload, candidate, room):
        await connection.execute(delete(table).where(table.c.sitting_id == sitting_id))
    await connection.execute(delete(sitting).where(sitting.c.id == sitting_id))


async def facts(connection: AsyncConnection, sitting_id: int) -> RowMapping:
    """What the first page of a sitting counts."""
    extra = or_(candidate.c.extra_percent > 0, candidate.c.extra_minutes > 0)
    forms = select(func.count()).where(form.c.sitting_id == sitting_id).scalar_subquery()
    rooms = select(func.count()).where(room.c.sitting_id == sitting_id).scalar_subquery()
    watched = select(func.count()).where(room.c.sitting_id == sitting_id, room.c.invigilator_id.is_not(None))
    statement = select(
        func.count().label("candidates"),
        func.count().filter(extra).label("accommodations"),
        forms.label("forms"),
        rooms.label("rooms"),
        watched.scalar_subquery().label("watched"),
    ).where(candidate.c.sitting_id == sitting_id)
    return (await connection.execute(statement)).mappings().one()
