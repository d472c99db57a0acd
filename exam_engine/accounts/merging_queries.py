"""SQL about pupils who were entered twice. The tables of features above are found by name in the one MetaData: accounts
may not import them, and yet everything that points to a person has to move with the person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, and_, delete, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.people_queries import person_is_within
from exam_engine.accounts.tables import account, class_member, person, role_grant, session, unit
from exam_engine.kit.tables import audit, metadata

Found = Any

#: What the audit log holds of two that somebody has told apart: the subject, and `other` in its data.
TWO_PUPILS = "people_told_apart"


def _table(name: str) -> Table:
    return metadata.tables[f"exam.{name}"]


def _folded_name(one: Any) -> ColumnElement[str]:
    """`search` is the folded name and code together; the code keeps its length when it is folded."""
    return func.rtrim(func.left(one.c.search, func.length(one.c.search) - func.length(one.c.code)))


async def likely_doubles(
    connection: AsyncConnection, scopes: Iterable[str], *, class_id: int | None = None, limit: int = 100
) -> Sequence[Found]:
    """Pairs of one school with the same name but for accents, and the same birth date; or with one code missing and no
    two different birth dates. Somebody with an account is no double of another with one, and whom somebody has told
    apart is not offered again."""
    scopes = tuple(scopes)
    one, other = person.alias(), person.alias()
    days_differ = func.coalesce(one.c.birth_date != other.c.birth_date, False)
    alike = or_(
        and_(one.c.birth_date == other.c.birth_date, or_(one.c.code != other.c.code, one.c.code == "")),
        and_(or_(one.c.code == "", other.c.code == ""), ~days_differ),
    )
    accounts = [exists().where(account.c.person_id == side.c.id) for side in (one, other)]
    statement = (
        select(
            one.c.public_id.label("one"),
            other.c.public_id.label("other"),
            one.c.full_name.label("one_name"),
            other.c.full_name.label("other_name"),
            one.c.code.label("one_code"),
            other.c.code.label("other_code"),
            one.c.created_at.label("one_at"),
            other.c.created_at.label("other_at"),
            func.coalesce(one.c.birth_date, other.c.birth_date).label("birth_date"),
        )
        .join(other, and_(other.c.unit_id == one.c.unit_id, _folded_name(other) == _folded_name(one)))
        .where(one.c.id < other.c.id, alike, ~and_(*accounts), ~_told_apart(one.c.id, other.c.id))
        .where(*(side.c.id.in_(_within(scopes)) for side in (one, other)))
        .order_by(one.c.sort_key, one.c.id, other.c.id)
        .limit(limit)
    )
    if class_id is not None:
        here = select(class_member.c.person_id).where(class_member.c.unit_id == class_id)
        statement = statement.where(or_(one.c.id.in_(here), other.c.id.in_(here)))
    return (await connection.execute(statement)).all()


def _told_apart(lower: ColumnElement[int], higher: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(
        audit.c.subject_kind == "person",
        audit.c.subject_id == lower,
        audit.c.action == TWO_PUPILS,
        audit.c.data["other"].as_integer() == higher,
    )


def _within(scopes: Iterable[str]) -> Any:
    return select(person.c.id).join(unit, unit.c.id == person.c.unit_id).where(person_is_within(scopes))


async def lock_people(connection: AsyncConnection, person_ids: Iterable[int]) -> Sequence[int]:
    """In the order of their ids; those that still exist. A test that somebody joins meanwhile waits for the merger."""
    statement = select(person.c.id).where(person.c.id.in_(tuple(person_ids))).order_by(person.c.id)
    return (await connection.execute(statement.with_for_update())).scalars().all()


async def belongings(connection: AsyncConnection, person_id: int) -> Found:
    """What hangs on a person, in numbers: `classes` (names), `tests`, `started`, `sessions`; and `is_staff`."""
    candidate, attempt, room = _table("candidate"), _table("attempt"), _table("room")
    mine = candidate.c.person_id == person_id
    started = (
        select(func.count())
        .select_from(candidate.join(attempt, attempt.c.candidate_id == candidate.c.id))
        .where(mine, attempt.c.started_at.is_not(None))
    )
    classes = (
        select(func.array_agg(unit.c.name))
        .join(class_member, class_member.c.unit_id == unit.c.id)
        .where(class_member.c.person_id == person_id)
    )
    sessions = select(func.count()).select_from(session)
    statement = select(
        func.coalesce(classes.scalar_subquery(), []).label("classes"),
        select(func.count()).select_from(candidate).where(mine).scalar_subquery().label("tests"),
        started.scalar_subquery().label("started"),
        sessions.where(session.c.person_id == person_id, session.c.revoked_at.is_(None))
        .scalar_subquery()
        .label("sessions"),
        or_(
            exists().where(account.c.person_id == person_id),
            exists().where(role_grant.c.person_id == person_id),
            exists().where(room.c.invigilator_id == person_id),
        ).label("is_staff"),
    )
    return (await connection.execute(statement)).one()


async def places_in_classes(connection: AsyncConnection, person_id: int) -> Sequence[Found]:
    """`name` of each class and the person's `place` in its list."""
    place = func.row_number().over(partition_by=class_member.c.unit_id, order_by=(person.c.sort_key, person.c.id))
    here = select(class_member.c.unit_id).where(class_member.c.person_id == person_id)
    listed = (
        select(class_member.c.person_id, unit.c.name, place.label("place"))
        .join(person, person.c.id == class_member.c.person_id)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(class_member.c.unit_id.in_(here))
        .subquery()
    )
    statement = select(listed.c.name, listed.c.place).where(listed.c.person_id == person_id)
    return (await connection.execute(statement.order_by(listed.c.name))).all()


async def slip_printed_at(connection: AsyncConnection, person_id: int) -> datetime | None:
    """When a slip of this person was last printed, alone or with one of the classes of today."""
    classes = select(class_member.c.unit_id).where(class_member.c.person_id == person_id)
    alone = and_(audit.c.subject_kind == "person", audit.c.subject_id == person_id)
    with_class = and_(audit.c.subject_kind == "unit", audit.c.subject_id.in_(classes))
    entered = select(person.c.created_at).where(person.c.id == person_id).scalar_subquery()
    statement = select(func.max(audit.c.at)).where(
        audit.c.action == "slips_printed", audit.c.at > entered, or_(alone, with_class)
    )
    found: datetime | None = (await connection.execute(statement)).scalar_one()
    return found


async def shared_sittings(connection: AsyncConnection, keep: int, drop: int) -> Sequence[Found]:
    """Sittings in which both are candidates: one row for each pair of candidates, with what each has begun."""
    candidate, attempt, sitting = _table("candidate"), _table("attempt"), _table("sitting")
    mine, theirs = candidate.alias(), candidate.alias()
    statement = (
        select(
            sitting.c.title,
            sitting.c.kind,
            mine.c.id.label("keep_candidate"),
            theirs.c.id.label("drop_candidate"),
            theirs.c.round.label("drop_round"),
            _started(attempt, mine).label("keep_started"),
            _started(attempt, theirs).label("drop_started"),
        )
        .select_from(sitting.join(mine, mine.c.sitting_id == sitting.c.id))
        .join(theirs, theirs.c.sitting_id == sitting.c.id)
        .where(mine.c.person_id == keep, theirs.c.person_id == drop)
        .order_by(sitting.c.id, mine.c.id, theirs.c.id)
    )
    return (await connection.execute(statement)).all()


def _started(attempt: Table, candidate: Any) -> ColumnElement[bool]:
    return exists().where(attempt.c.candidate_id == candidate.c.id, attempt.c.started_at.is_not(None))


async def unlink_candidates(connection: AsyncConnection, candidate_ids: Iterable[int]) -> None:
    candidate = _table("candidate")
    await connection.execute(update(candidate).where(candidate.c.id.in_(tuple(candidate_ids))).values(person_id=None))


async def move_candidates(connection: AsyncConnection, keep: int, drop: int) -> int:
    """Rounds of a practice that both have done follow upon each other."""
    candidate = _table("candidate")
    own = candidate.alias()
    last = (
        select(func.coalesce(func.max(own.c.round), 0))
        .where(own.c.person_id == keep, own.c.sitting_id == candidate.c.sitting_id)
        .scalar_subquery()
    )
    moved = await connection.execute(
        update(candidate).where(candidate.c.person_id == drop).values(person_id=keep, round=candidate.c.round + last)
    )
    return moved.rowcount


async def move_memberships(connection: AsyncConnection, keep: int, drop: int) -> None:
    theirs = select(class_member.c.unit_id, literal(keep, BigInteger)).where(class_member.c.person_id == drop)
    statement = upsert(class_member).from_select(["unit_id", "person_id"], theirs)
    await connection.execute(statement.on_conflict_do_nothing())
    await connection.execute(delete(class_member).where(class_member.c.person_id == drop))


async def move_sessions(connection: AsyncConnection, keep: int, drop: int) -> None:
    """Whoever is in the middle of a test stays there."""
    await connection.execute(update(session).where(session.c.person_id == drop).values(person_id=keep))


async def complete_person(connection: AsyncConnection, keep: int, drop: Found, search: str) -> None:
    """Code, birth date and sex that only the other entry had. The other entry is gone: a code stands once."""
    await connection.execute(
        update(person)
        .where(person.c.id == keep)
        .values(
            code=func.coalesce(func.nullif(person.c.code, ""), drop.code),
            birth_date=func.coalesce(person.c.birth_date, drop.birth_date),
            gender=func.coalesce(person.c.gender, drop.gender),
            search=search,
        )
    )
