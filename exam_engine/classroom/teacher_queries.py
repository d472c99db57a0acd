"""What a teacher's first page asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import RowMapping, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import class_member, unit
from exam_engine.classroom.quiz_queries import DONE, WORKING
from exam_engine.delivery.tables import attempt
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.sittings.tables import candidate, sitting

MOST_CLASSES, MOST_TESTS = 24, 12


async def classes_with_the_next_thing(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """Classes of today with their pupils counted, and what is open or comes next in each."""
    coming = (
        select(
            sitting.c.title,
            sitting.c.kind,
            sitting.c.public_id.label("sitting"),
            sitting.c.starts_at,
            (sitting.c.opens_at <= clock.now()).label("open"),
        )
        .where(
            sitting.c.unit_id == unit.c.id,
            sitting.c.kind != "practice",
            sitting.c.state == "confirmed",
            sitting.c.closes_at > clock.now(),
        )
        .order_by(sitting.c.starts_at)
        .limit(1)
        .lateral("coming")
    )
    pupils = select(func.count()).where(class_member.c.unit_id == unit.c.id).scalar_subquery()
    today = func.coalesce(unit.c.valid_to, text("'infinity'::date")) >= func.date(clock.now())
    rows = await connection.execute(
        select(unit.c.public_id, unit.c.name, pupils.label("pupils"), *coming.c)
        .outerjoin(coming, literal(True))
        .where(unit.c.kind == "class", today, within(unit.c.path, scopes))
        .order_by(unit.c.name, unit.c.id)
        .limit(MOST_CLASSES)
    )
    return rows.mappings().all()


async def open_tests(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """Quizzes, homework and practice that run now. `pupils` counts persons, `done` those who have handed in."""
    counted = (
        select(
            func.count(candidate.c.person_id.distinct()).label("pupils"),
            func.count(candidate.c.person_id.distinct()).filter(attempt.c.state.in_(DONE)).label("done"),
            func.count().filter(attempt.c.state.in_(WORKING)).label("working"),
        )
        .join(attempt, attempt.c.candidate_id == candidate.c.id)
        .where(candidate.c.sitting_id == sitting.c.id)
        .lateral("counted")
    )
    rows = await connection.execute(
        select(
            sitting.c.public_id,
            sitting.c.title,
            sitting.c.kind,
            sitting.c.opens_at,
            sitting.c.closes_at,
            unit.c.name.label("unit_name"),
            unit.c.zone,
            *counted.c,
        )
        .join(unit, unit.c.id == sitting.c.unit_id)
        .join(counted, literal(True))
        .where(
            sitting.c.kind != "exam",
            sitting.c.state == "confirmed",
            (sitting.c.closes_at > clock.now()) | (counted.c.working > 0),
            within(unit.c.path, scopes),
        )
        .order_by((sitting.c.kind == "quiz").desc(), sitting.c.closes_at)
        .limit(MOST_TESTS)
    )
    return rows.mappings().all()


async def marks_to_confirm(connection: AsyncConnection, scopes: Iterable[str]) -> tuple[int, str]:
    """How many tests wait, and the public id of one: their marks count, they are over, were taken, and nobody has
    confirmed them."""
    taken = select(attempt.c.id).where(attempt.c.sitting_id == sitting.c.id, attempt.c.state.in_(DONE)).exists()
    running = select(attempt.c.id).where(attempt.c.sitting_id == sitting.c.id, attempt.c.state.in_(WORKING)).exists()
    over = (sitting.c.state == "closed") | (sitting.c.closes_at <= clock.now())
    statement = (
        select(func.count().label("n"), func.min(sitting.c.public_id).label("one"))
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(
            sitting.c.kind.in_(("quiz", "homework")),
            sitting.c.marks_confirmed_at.is_(None),
            over,
            taken,
            ~running,
            within(unit.c.path, scopes),
        )
    )
    row = (await connection.execute(statement)).one()
    return row.n, row.one or ""
