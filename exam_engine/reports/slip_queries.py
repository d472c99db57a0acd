"""What result slips need to know."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, Select, and_, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import unit
from exam_engine.delivery.tables import attempt
from exam_engine.scoring.tables import result
from exam_engine.sittings.tables import candidate, form, sitting


def _slips() -> Select[tuple[object, ...]]:
    """Whole results of released sittings, guests' not among them."""
    return (
        select(
            candidate.c.number,
            candidate.c.full_name,
            candidate.c.birth_date,
            candidate.c.class_name,
            candidate.c.id.label("candidate_id"),
            attempt.c.form_id,
            form.c.public_id.label("form"),
            sitting.c.id.label("sitting_id"),
            sitting.c.public_id.label("sitting"),
            sitting.c.title,
            sitting.c.starts_at,
            sitting.c.definition,
            unit.c.name.label("unit_name"),
            unit.c.zone,
            result.c.version,
            result.c.rounded,
            result.c.marks,
            result.c.created_at,
        )
        .join(attempt, attempt.c.candidate_id == candidate.c.id)
        .join(form, form.c.id == attempt.c.form_id)
        .join(sitting, sitting.c.id == candidate.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .join(result, and_(result.c.attempt_id == attempt.c.id, result.c.current))
        .where(sitting.c.released_at.is_not(None), result.c.pending == 0, not_(candidate.c.guest))
    )


async def slip_of_candidate(connection: AsyncConnection, candidate_id: int) -> RowMapping | None:
    row = await connection.execute(_slips().where(candidate.c.id == candidate_id))
    return row.mappings().one_or_none()


async def slips_of_sitting(
    connection: AsyncConnection, sitting_id: int, limit: int, *, class_name: str = "", public: str = ""
) -> Sequence[RowMapping]:
    """By name; of one class, or of the candidate with that public id."""
    statement = _slips().where(sitting.c.id == sitting_id).order_by(candidate.c.sort_key, candidate.c.id).limit(limit)
    if class_name:
        statement = statement.where(candidate.c.class_name == class_name)
    if public:
        statement = statement.where(candidate.c.public_id == public)
    return (await connection.execute(statement)).mappings().all()


async def current_version(connection: AsyncConnection, public: str, number: str) -> RowMapping | None:
    """Of the candidate with that number in the sitting: version and day of the result that counts now."""
    row = await connection.execute(
        select(result.c.version, result.c.created_at, unit.c.zone, sitting.c.title, unit.c.name.label("unit_name"))
        .join(attempt, attempt.c.id == result.c.attempt_id)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .join(sitting, sitting.c.id == candidate.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(sitting.c.public_id == public, candidate.c.number == number, result.c.current)
    )
    return row.mappings().one_or_none()
