"""Every SQL statement of a pupil's own page: what belongs to the pupil as a member of a class or as a candidate."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import LateralFromClause

from exam_engine.accounts.tables import class_member, person, unit
from exam_engine.delivery.tables import attempt
from exam_engine.kit import clock
from exam_engine.scoring.tables import feedback, result
from exam_engine.sittings.tables import candidate, form, room, sitting

#: How far back the page goes, and how much it shows.
DAYS, MOST = 150, 60


async def tests_of_pupil(connection: AsyncConnection, person_id: int) -> Sequence[RowMapping]:
    """Confirmed tests of the pupil's classes, and those where the pupil is a candidate, with the newest attempt."""
    newest, rounds = _newest(person_id), _rounds(person_id)
    rows = await connection.execute(
        select(
            sitting.c.id,
            sitting.c.public_id,
            sitting.c.kind,
            sitting.c.title,
            sitting.c.state,
            sitting.c.opens_at,
            sitting.c.starts_at,
            sitting.c.closes_at,
            sitting.c.duration_s,
            sitting.c.timing,
            sitting.c.released_at,
            sitting.c.definition,
            unit.c.name.label("unit_name"),
            *newest.c,
            *rounds.c,
        )
        .join(unit, unit.c.id == sitting.c.unit_id)
        .outerjoin(newest, literal(True))
        .join(rounds, literal(True))
        .where(
            sitting.c.state.in_(("confirmed", "closed")),
            sitting.c.closes_at > clock.now() - text(f"interval '{DAYS} days'"),
            _concerns(person_id),
        )
        .order_by(sitting.c.starts_at.desc(), sitting.c.id.desc())
        .limit(MOST)
    )
    return rows.mappings().all()


def _concerns(person_id: int) -> ColumnElement[bool]:
    """A formal exam concerns whom its roster names; a test of the class whoever is in the class by now, too. As ids,
    so that the few of one pupil are found by index among the sittings of a whole country."""
    classes = select(class_member.c.unit_id).where(class_member.c.person_id == person_id)
    own = sitting.alias("own")
    named = select(candidate.c.sitting_id).where(candidate.c.person_id == person_id)
    of_class = select(own.c.id).where(own.c.unit_id.in_(classes), own.c.kind != "exam")
    return sitting.c.id.in_(named.union(of_class))


def _newest(person_id: int) -> LateralFromClause:
    """The candidate of the newest round, with attempt and mark."""
    return (
        select(
            candidate.c.public_id.label("candidate"),
            candidate.c.number,
            candidate.c.seat,
            room.c.name.label("room_name"),
            attempt.c.id.label("attempt_id"),
            attempt.c.state.label("attempt_state"),
            attempt.c.ended_at,
            result.c.rounded,
            result.c.pending,
        )
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .outerjoin(attempt, attempt.c.candidate_id == candidate.c.id)
        .outerjoin(result, (result.c.attempt_id == attempt.c.id) & result.c.current)
        .where(candidate.c.sitting_id == sitting.c.id, candidate.c.person_id == person_id)
        .order_by(candidate.c.round.desc(), candidate.c.id.desc())
        .limit(1)
        .lateral("newest")
    )


def _rounds(person_id: int) -> LateralFromClause:
    """Practice: rounds that are done, and the most items that were right at the first check in one of them."""
    checked = select(func.count()).where(feedback.c.attempt_id == attempt.c.id, feedback.c.share == "1")
    return (
        select(
            func.count().label("rounds"),
            func.max(checked.correlate(attempt).scalar_subquery()).label("best"),
            func.max(func.jsonb_array_length(form.c.slots)).label("items"),
        )
        .select_from(candidate)
        .join(attempt, attempt.c.candidate_id == candidate.c.id)
        .join(form, form.c.id == attempt.c.form_id)
        .where(
            candidate.c.sitting_id == sitting.c.id,
            candidate.c.person_id == person_id,
            sitting.c.kind == "practice",
            attempt.c.state.in_(("submitted", "expired", "ended")),
        )
        .correlate(sitting)
        .lateral("rounds")
    )


async def test_of_pupil(connection: AsyncConnection, public: str, person_id: int) -> RowMapping | None:
    """One test that the pupil may come into, as `coming_in` wants it."""
    newest = _newest(person_id)
    row = await connection.execute(
        select(
            sitting,
            unit.c.name.label("unit_name"),
            newest.c.candidate,
            newest.c.attempt_state,
            (clock.now() < sitting.c.opens_at).label("early"),
        )
        .join(unit, unit.c.id == sitting.c.unit_id)
        .outerjoin(newest, literal(True))
        .where(sitting.c.public_id == public, sitting.c.state.in_(("confirmed", "closed")), _concerns(person_id))
    )
    return row.mappings().one_or_none()


async def own_candidate(connection: AsyncConnection, public: str, person_id: int) -> int | None:
    statement = select(candidate.c.id).where(candidate.c.public_id == public, candidate.c.person_id == person_id)
    return (await connection.execute(statement)).scalar_one_or_none()


async def who(connection: AsyncConnection, person_id: int) -> RowMapping:
    """The pupil by name, with the names of the classes."""
    row = await connection.execute(
        select(person.c.full_name, func.coalesce(func.string_agg(unit.c.name, ", "), "").label("classes"))
        .outerjoin(class_member, class_member.c.person_id == person.c.id)
        .outerjoin(unit, unit.c.id == class_member.c.unit_id)
        .where(person.c.id == person_id)
        .group_by(person.c.id)
    )
    return row.mappings().one()
