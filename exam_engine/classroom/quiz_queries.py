"""Every SQL statement about the tests of a class, named by the question it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import class_member, person, session, unit
from exam_engine.authoring.tables import exam
from exam_engine.delivery.tables import attempt, intervention
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.sittings.tables import candidate, sitting
from item_bank.storage.tables import item, item_version

KINDS = ("quiz", "homework", "practice")
WORKING = ("running", "paused")
DONE = ("submitted", "expired", "ended")
#: How a device's request begins that waits at the door, without a session (second_device).
DOOR = "door-"
#: The revision of an exam that was made and not changed since.
UNTOUCHED = 1


async def quiz_in_scope(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> RowMapping | None:
    row = await connection.execute(
        select(
            sitting,
            unit.c.path,
            unit.c.name.label("unit_name"),
            unit.c.public_id.label("unit_public_id"),
            unit.c.zone,
            person.c.full_name.label("confirmed_by_name"),
        )
        .join(unit, unit.c.id == sitting.c.unit_id)
        .outerjoin(person, person.c.id == sitting.c.marks_confirmed_by)
        .where(sitting.c.public_id == public, sitting.c.kind.in_(KINDS), within(unit.c.path, scopes))
    )
    return row.mappings().one_or_none()


async def quizzes_in_scope(
    connection: AsyncConnection,
    scopes: Iterable[str],
    *,
    unit_public: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = 30,
) -> Sequence[RowMapping]:
    """Newest first, with how many are in, working and done. `dated`: when a test began, when a draft was changed last;
    `before`: that and the id of the last one shown."""
    dated = case((sitting.c.state == "draft", exam.c.changed_at), else_=sitting.c.starts_at)
    counted = (
        select(
            func.count().label("pupils"),
            func.count().filter(attempt.c.state.in_(WORKING)).label("working"),
            func.count().filter(attempt.c.state.in_(DONE)).label("done"),
        )
        .where(attempt.c.sitting_id == sitting.c.id)
        .lateral()
    )
    statement = (
        select(
            sitting,
            unit.c.name.label("unit_name"),
            unit.c.zone,
            *counted.c,
            func.jsonb_array_length(_items()).label("items"),
            (sitting.c.closes_at > clock.now()).label("open"),
            dated.label("dated"),
        )
        .join(unit, unit.c.id == sitting.c.unit_id)
        .join(exam, exam.c.id == sitting.c.exam_id)
        .join(counted, literal(True))
        .where(sitting.c.kind.in_(KINDS), within(unit.c.path, scopes))
        .order_by(dated.desc(), sitting.c.id.desc())
        .limit(limit)
    )
    if unit_public:
        statement = statement.where(unit.c.public_id == unit_public)
    if before is not None:
        statement = statement.where(tuple_(dated, sitting.c.id) < tuple_(*map(literal, before)))
    return (await connection.execute(statement)).mappings().all()


def _items() -> ColumnElement[Any]:
    """All items of a test, whatever its sections, as one JSON array."""
    return func.jsonb_path_query_array(sitting.c.definition, cast("$.sections[*].items[*]", JSONPATH))


async def pupils_of_class(connection: AsyncConnection, unit_id: int) -> Sequence[RowMapping]:
    """Held against a merger until the transaction ends."""
    rows = await connection.execute(
        select(person, unit.c.name.label("class_name"))
        .join(class_member, class_member.c.person_id == person.c.id)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(class_member.c.unit_id == unit_id)
        .order_by(person.c.sort_key, person.c.id)
        .with_for_update(read=True, key_share=True, of=person)
    )
    return rows.mappings().all()


async def titles_beside(connection: AsyncConnection, unit_id: int, title: str) -> set[str]:
    """Titles of the class's tests that begin like this one."""
    statement = select(sitting.c.title).where(
        sitting.c.unit_id == unit_id, sitting.c.kind.in_(KINDS), sitting.c.title.startswith(title, autoescape=True)
    )
    return set((await connection.execute(statement)).scalars())


async def store_exam(connection: AsyncConnection, exam_id: int, **values: Any) -> None:
    """The exam of a quiz has no editor of its own, so no revision to compare: the sitting's lock is held."""
    changed = {"revision": exam.c.revision + 1, "changed_at": clock.now(), **values}
    await connection.execute(update(exam).where(exam.c.id == exam_id).values(changed))


async def untouched_draft(connection: AsyncConnection, unit_id: int, person_id: int) -> RowMapping | None:
    """The newest draft of this person for the class in which nothing was kept yet, locked. One at a time of a person:
    of two presses of the button the second one waits here for the first one's draft."""
    await connection.execute(select(person.c.id).where(person.c.id == person_id).with_for_update(key_share=True))
    row = await connection.execute(
        select(sitting)
        .join(exam, exam.c.id == sitting.c.exam_id)
        .where(
            sitting.c.unit_id == unit_id,
            sitting.c.kind == "quiz",
            sitting.c.state == "draft",
            exam.c.created_by == person_id,
            exam.c.revision == UNTOUCHED,
            func.jsonb_array_length(_items()) == 0,
        )
        .order_by(sitting.c.id.desc())
        .limit(1)
        .with_for_update(of=sitting)
    )
    return row.mappings().one_or_none()


async def code_is_used(connection: AsyncConnection, code: str) -> bool:
    return bool((await connection.execute(select(exists().where(sitting.c.join_code == code)))).scalar_one())


async def code_of(connection: AsyncConnection, sitting_id: int) -> str | None:
    code: str | None = (
        await connection.execute(select(sitting.c.join_code).where(sitting.c.id == sitting_id))
    ).scalar()
    return code


# --- coming in ------------------------------------------------------------------------------------------------------


def _at_the_door() -> Select[Any]:
    """`early`: the window has not begun."""
    early = (clock.now() < sitting.c.opens_at).label("early")
    return (
        select(sitting, unit.c.name.label("unit_name"), unit.c.path, unit.c.zone, unit.c.locale, early)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(sitting.c.state == "confirmed", sitting.c.kind.in_(KINDS))
    )


async def quiz_of_code(connection: AsyncConnection, code: str) -> RowMapping | None:
    """The code is taken away when the test ends; until then it also brings back who changes the device."""
    rows = await connection.execute(_at_the_door().where(sitting.c.join_code == code))
    found: RowMapping | None = rows.mappings().one_or_none()
    return found


async def names_at_the_door(connection: AsyncConnection, sitting_id: int, unit_id: int) -> Sequence[RowMapping]:
    """Who may come in by name: the class as it is now, and who was in it when the quiz began."""
    own = exists().where(candidate.c.sitting_id == sitting_id, candidate.c.person_id == person.c.id)
    member = exists().where(class_member.c.unit_id == unit_id, class_member.c.person_id == person.c.id)
    rows = await connection.execute(
        select(person.c.id, person.c.public_id, person.c.full_name, person.c.search, person.c.birth_date, person.c.code)
        .where(or_(own, member))
        .order_by(person.c.sort_key, person.c.id)
    )
    return rows.mappings().all()


async def pupil_at_the_door(
    connection: AsyncConnection, sitting_id: int, unit_id: int, person_id: int
) -> RowMapping | None:
    """None where the entry was merged into another one meanwhile: a merger is waited for, and waits for whoever comes
    in."""
    own = exists().where(candidate.c.sitting_id == sitting_id, candidate.c.person_id == person.c.id)
    member = exists().where(class_member.c.unit_id == unit_id, class_member.c.person_id == person.c.id)
    statement = select(person).where(person.c.id == person_id, or_(own, member))
    return (await connection.execute(statement.with_for_update(key_share=True))).mappings().one_or_none()


async def held_person(connection: AsyncConnection, person_id: int) -> RowMapping | None:
    """Waits for a merger and holds off the next one; None where the entry was merged into another one. In the weakest
    mode: whoever comes in by name holds the person in a stronger one and may wait for the sitting."""
    statement = select(person).where(person.c.id == person_id).with_for_update(read=True, key_share=True)
    return (await connection.execute(statement)).mappings().one_or_none()


async def last_round(connection: AsyncConnection, sitting_id: int, person_id: int) -> RowMapping | None:
    """The pupil's newest candidate of this sitting, with the state of the attempt."""
    row = await connection.execute(
        select(candidate.c.id, candidate.c.round, attempt.c.state)
        .outerjoin(attempt, attempt.c.candidate_id == candidate.c.id)
        .where(candidate.c.sitting_id == sitting_id, candidate.c.person_id == person_id)
        .order_by(candidate.c.round.desc(), candidate.c.id.desc())
        .limit(1)
    )
    return row.mappings().one_or_none()


async def own_round(connection: AsyncConnection, candidate_id: int) -> RowMapping | None:
    row = await connection.execute(
        select(candidate.c.sitting_id, candidate.c.full_name, candidate.c.guest, candidate.c.round)
        .add_columns(sitting.c.kind, attempt.c.state)
        .join(sitting, sitting.c.id == candidate.c.sitting_id)
        .join(attempt, attempt.c.candidate_id == candidate.c.id)
        .where(candidate.c.id == candidate_id)
    )
    return row.mappings().one_or_none()


def _guests(sitting_id: int) -> Select[Any]:
    return (
        select(candidate, attempt.c.id.label("attempt_id"), attempt.c.state, attempt.c.device_allowed)
        .join(attempt, attempt.c.candidate_id == candidate.c.id)
        .where(candidate.c.sitting_id == sitting_id, candidate.c.guest)
        .order_by(candidate.c.round.desc(), candidate.c.id.desc())
        .limit(1)
    )


async def guest_of_name(connection: AsyncConnection, sitting_id: int, full_name: str) -> RowMapping | None:
    """In the newest round; names are compared as `guest_is_in` does."""
    same = func.lower(candidate.c.full_name) == func.lower(full_name)
    row = await connection.execute(_guests(sitting_id).where(same))
    found: RowMapping | None = row.mappings().one_or_none()
    return found


async def guest_waiting(connection: AsyncConnection, sitting_id: int, waiting: str) -> RowMapping | None:
    mine = attempt.c.device_waiting == waiting
    row = await connection.execute(_guests(sitting_id).where(mine))
    found: RowMapping | None = row.mappings().one_or_none()
    return found


# --- while it runs --------------------------------------------------------------------------------------------------

# `answered`: slots whose last counting value holds something.
_BOARD = text("""
select c.id, c.public_id, c.full_name, c.code, c.birth_date, c.number, c.guest, c.round, c.person_id,
  p.public_id as person, a.id as attempt_id, a.state, a.started_at, a.ended_at, a.ended_by,
  greatest(a.deadline, a.held_until) as deadline, jsonb_array_length(f.slots) as items, exam.now() as now,
  r.rounded, r.exact, r.pending,
  case when c.guest and not a.device_allowed and a.device_waiting like 'door-%'
    then substr(a.device_waiting, 6) else '' end as asked,
  exists (select from exam.session s where s.candidate_id = c.id and s.revoked_at is null) as joined,
  (select count(*) filter (where value not in ('null', '""', '[]', '{}')) from (
     select distinct on (j.slot) j.value from exam.journal j
     left join exam.ruling u using (attempt_id, entry)
     where j.attempt_id = a.id and j.kind = 0 and coalesce(u.counts, j.standing = 0)
     order by j.slot, j.entry desc
   ) as counting) as answered
from exam.candidate c
join exam.attempt a on a.candidate_id = c.id
join exam.form f on f.id = a.form_id
left join exam.person p on p.id = c.person_id
left join exam.result r on r.attempt_id = a.id and r.current
where c.sitting_id = :sitting
order by c.guest, c.sort_key, c.round, c.id
""")


async def board(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    """Everybody with state, answers and mark, in Vietnamese order of names; guests last."""
    return (await connection.execute(_BOARD, {"sitting": sitting_id})).mappings().all()


async def candidate_in(connection: AsyncConnection, sitting_id: int, public: str) -> RowMapping | None:
    row = await connection.execute(
        select(candidate, attempt.c.id.label("attempt_id"), attempt.c.state)
        .join(attempt, attempt.c.candidate_id == candidate.c.id)
        .where(candidate.c.sitting_id == sitting_id, candidate.c.public_id == public)
    )
    return row.mappings().one_or_none()


async def pupils_not_in(connection: AsyncConnection, sitting_id: int, unit_id: int) -> Sequence[RowMapping]:
    """Pupils of the class whom a guest may turn out to be: no attempt of theirs has begun."""
    begun = (
        exists()
        .where(
            candidate.c.sitting_id == sitting_id,
            candidate.c.person_id == person.c.id,
            attempt.c.candidate_id == candidate.c.id,
            attempt.c.state != "ready",
        )
        .correlate(person)
    )
    rows = await connection.execute(
        select(person)
        .join(class_member, class_member.c.person_id == person.c.id)
        .where(class_member.c.unit_id == unit_id, not_(begun))
        .order_by(person.c.sort_key, person.c.id)
    )
    return rows.mappings().all()


async def over_and_open(connection: AsyncConnection) -> Sequence[int]:
    """Tests of classes that ended more than a day ago and were never ended: their codes come free."""
    running = exists().where(attempt.c.sitting_id == sitting.c.id, attempt.c.state.in_(WORKING))
    rows = await connection.execute(
        select(sitting.c.id).where(
            and_(
                sitting.c.kind.in_(KINDS),
                sitting.c.state == "confirmed",
                sitting.c.closes_at < clock.now() - text("interval '1 day'"),
                not_(running),
            )
        )
    )
    return list(rows.scalars())


async def newest_of(connection: AsyncConnection, versions: Sequence[int]) -> dict[int, int]:
    """Version → the newest version of the same item, where the item is still in use."""
    old, new = item_version.alias("old"), item_version.alias("new")
    rows = await connection.execute(
        select(old.c.id, func.max(new.c.id).label("newest"))
        .join(new, new.c.item_id == old.c.item_id)
        .join(item, item.c.id == old.c.item_id)
        .where(old.c.id.in_(list(versions)), item.c.status != "retired")
        .group_by(old.c.id)
    )
    return {row.id: row.newest for row in rows}


async def places_of(connection: AsyncConnection, sitting_id: int, person_id: int) -> Sequence[int]:
    """The pupil's candidates in this sitting."""
    rows = await connection.execute(
        select(candidate.c.id).where(candidate.c.sitting_id == sitting_id, candidate.c.person_id == person_id)
    )
    return list(rows.scalars())


async def vacate(connection: AsyncConnection, candidate_id: int) -> bool:
    """Takes away a place that nobody has used; false where the attempt has begun. The variant stays, so that no later
    attempt gets the same id."""
    statement = select(attempt.c.id).where(attempt.c.candidate_id == candidate_id, attempt.c.state == "ready")
    attempt_id = (await connection.execute(statement.with_for_update())).scalar_one_or_none()
    if attempt_id is None:
        return False
    await connection.execute(delete(intervention).where(intervention.c.attempt_id == attempt_id))
    await connection.execute(delete(attempt).where(attempt.c.id == attempt_id))
    await connection.execute(delete(session).where(session.c.candidate_id == candidate_id))
    await connection.execute(delete(candidate).where(candidate.c.id == candidate_id))
    return True
