"""Every SQL statement of sittings, named by the question it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import account, class_member, person, role_grant, session, unit
from exam_engine.kit import clock
from exam_engine.kit.identity import public_id, within
from exam_engine.sittings.tables import candidate, form, room, roster_upload, sitting, variant

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


async def candidates_of(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    """In the order of the list that hangs at the door: room, then Vietnamese order of names."""
    rows = await connection.execute(
        select(candidate, room.c.name.label("room_name"))
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .where(candidate.c.sitting_id == sitting_id)
        .order_by(room.c.name.nulls_first(), candidate.c.sort_key, candidate.c.number)
    )
    return rows.mappings().all()


async def next_attempt_block(connection: AsyncConnection) -> int:
    """The first id of a fresh contiguous block. Callers queue on an advisory lock until the first has committed."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtext('exam.attempt block'))"))
    used = select(func.coalesce(func.max(sitting.c.first_attempt_id + sitting.c.attempt_count), 1))
    return int((await connection.execute(used)).scalar_one())


async def store_form(connection: AsyncConnection, values: dict[str, Any]) -> int:
    return int((await connection.execute(insert(form).values(values).returning(form.c.id))).scalar_one())


async def store_variants(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(variant), list(rows))


async def set_sitting(connection: AsyncConnection, sitting_id: int, **values: Any) -> None:
    await connection.execute(update(sitting).where(sitting.c.id == sitting_id).values(**values))


async def set_secrets(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """PIN and ticket of each candidate: `id`, `pin_hash`, `pin_sealed`, `ticket_hash`, `ticket_sealed`."""
    statement = text(
        "update exam.candidate set pin_hash = :pin_hash, pin_sealed = :pin_sealed,"
        " ticket_hash = :ticket_hash, ticket_sealed = :ticket_sealed where id = :id"
    )
    if rows:
        await connection.execute(statement, list(rows))


async def candidate_by_ticket(connection: AsyncConnection, ticket_hash: bytes) -> RowMapping | None:
    row = await connection.execute(_with_sitting().where(candidate.c.ticket_hash == ticket_hash))
    return row.mappings().one_or_none()


async def candidates_by_number(connection: AsyncConnection, number: str) -> Sequence[RowMapping]:
    """The candidates of that number in sittings that are open to sign-in now, the one that starts next first."""
    rows = await connection.execute(
        _with_sitting()
        .where(candidate.c.number == number, sitting.c.state == "confirmed", _open_to_sign_in())
        .order_by(sitting.c.starts_at)
    )
    return rows.mappings().all()


def _with_sitting() -> Any:
    return (
        select(
            candidate.c.id,
            candidate.c.public_id,
            candidate.c.full_name,
            candidate.c.number,
            candidate.c.birth_date,
            candidate.c.class_name,
            candidate.c.pin_hash,
            sitting.c.id.label("sitting_id"),
            sitting.c.title,
            sitting.c.state,
            sitting.c.opens_at,
            sitting.c.starts_at,
            sitting.c.closes_at,
            sitting.c.policy,
            room.c.name.label("room_name"),
            _open_to_sign_in().label("open"),
            (clock.now() < sitting.c.opens_at).label("early"),
        )
        .join(sitting, sitting.c.id == candidate.c.sitting_id)
        .outerjoin(room, room.c.id == candidate.c.room_id)
    )


def _open_to_sign_in() -> Any:
    """From the opening of the waiting room until 30 days after the close: for results, receipts and late queues."""
    return and_(clock.now() >= sitting.c.opens_at, clock.now() <= sitting.c.closes_at + text("interval '30 days'"))


async def sittings_in_scope(
    connection: AsyncConnection,
    scopes: Iterable[str],
    *,
    when: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> Sequence[RowMapping]:
    """Formal exams, newest first; `before` is the keyset cursor: start and id of the last row shown."""
    statement = (
        select(sitting, unit.c.name.label("unit_name"), unit.c.zone, _candidate_count().label("candidates"))
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(within(unit.c.path, scopes), sitting.c.kind == "exam")
        .order_by(sitting.c.starts_at.desc(), sitting.c.id.desc())
        .limit(limit)
    )
    if when in _WHEN:
        statement = statement.where(_WHEN[when]())
    if before is not None:
        statement = statement.where(tuple_(sitting.c.starts_at, sitting.c.id) < tuple_(*map(literal, before)))
    return (await connection.execute(statement)).mappings().all()


def _candidate_count() -> Any:
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
        select(sitting, unit.c.zone, _candidate_count().label("candidates"), hours.label("hours"))
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


async def rosters_with_problems(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """The last upload of drafts that still have no candidates, where the file could not be taken."""
    newest = select(func.max(roster_upload.c.id)).group_by(roster_upload.c.sitting_id)
    taken = exists().where(candidate.c.sitting_id == sitting.c.id)
    statement = (
        select(roster_upload, sitting.c.title, sitting.c.public_id.label("sitting_public_id"))
        .join(sitting, sitting.c.id == roster_upload.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(
            within(unit.c.path, scopes),
            sitting.c.state == "draft",
            roster_upload.c.id.in_(newest),
            func.jsonb_array_length(roster_upload.c.problems["problems"]) > 0,
            not_(taken),
        )
        .order_by(roster_upload.c.id.desc())
        .limit(20)
    )
    return (await connection.execute(statement)).mappings().all()


async def room_ids(connection: AsyncConnection, sitting_id: int, names: Iterable[str]) -> dict[str, int]:
    """The rooms of the sitting by name, made where they do not exist yet."""
    for name in sorted(set(names)):
        await connection.execute(
            upsert(room).values(sitting_id=sitting_id, name=name, public_id=public_id()).on_conflict_do_nothing()
        )
    rows = await connection.execute(select(room.c.name, room.c.id).where(room.c.sitting_id == sitting_id))
    return {row.name: row.id for row in rows}


async def add_candidates(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(candidate), list(rows))


async def add_candidate(connection: AsyncConnection, row: dict[str, Any]) -> int:
    return int((await connection.execute(insert(candidate).values(row).returning(candidate.c.id))).scalar_one())


async def candidate_of_person(connection: AsyncConnection, sitting_id: int, person_id: int, round_: int) -> int | None:
    statement = select(candidate.c.id).where(
        candidate.c.sitting_id == sitting_id, candidate.c.person_id == person_id, candidate.c.round == round_
    )
    return (await connection.execute(statement.order_by(candidate.c.id).limit(1))).scalar_one_or_none()


async def guest_is_in(connection: AsyncConnection, sitting_id: int, full_name: str) -> bool:
    same = func.lower(candidate.c.full_name) == func.lower(full_name)
    found = exists().where(candidate.c.sitting_id == sitting_id, candidate.c.guest, same)
    return bool((await connection.execute(select(found))).scalar_one())


async def next_place(connection: AsyncConnection, sitting_id: int) -> RowMapping:
    """`attempt`: the id after the last one that is used; `number`: the candidate's number after the highest whole
    one. Under the sitting's lock."""
    numbers = select(func.max(sql_cast(candidate.c.number, BigInteger))).where(
        candidate.c.sitting_id == sitting_id, candidate.c.number.regexp_match("^[0-9]{1,9}$")
    )
    used = select(func.max(variant.c.attempt_id)).where(
        variant.c.attempt_id >= sitting.c.first_attempt_id,
        variant.c.attempt_id < sitting.c.first_attempt_id + sitting.c.attempt_count,
    )
    attempt = func.coalesce(used.scalar_subquery() + 1, sitting.c.first_attempt_id).label("attempt")
    number = (func.coalesce(numbers.scalar_subquery(), 0) + 1).label("number")
    row = await connection.execute(select(attempt, number).where(sitting.c.id == sitting_id))
    return row.mappings().one()


async def forms_of(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    rows = await connection.execute(
        select(form.c.id, form.c.number, form.c.public_id, form.c.key_map)
        .where(form.c.sitting_id == sitting_id)
        .order_by(form.c.id)
    )
    return rows.mappings().all()


async def add_sitting(connection: AsyncConnection, values: dict[str, Any]) -> int:
    return int((await connection.execute(insert(sitting).values(values).returning(sitting.c.id))).scalar_one())


async def remove_candidates(connection: AsyncConnection, sitting_id: int) -> None:
    """Before a corrected roster comes in; only while nothing is built on them."""
    await connection.execute(delete(candidate).where(candidate.c.sitting_id == sitting_id))


async def people_by_code(connection: AsyncConnection, unit_id: int, codes: Sequence[str]) -> dict[str, int]:
    """Pupils of the unit's school (or of any unit below or above on its path) by pupil code. A code that several
    people have, in a sitting of several schools, names nobody: better no link than one to the wrong pupil. They are
    held against a merger until the transaction ends; who was merged into another meanwhile is not there."""
    own = select(unit.c.path).where(unit.c.id == unit_id).scalar_subquery()
    related = or_(unit.c.path.startswith(own), own.startswith(unit.c.path))
    rows = await connection.execute(
        select(person.c.code, func.min(person.c.id).label("id"))
        .join(unit, unit.c.id == person.c.unit_id)
        .where(person.c.code.in_(codes), related)
        .group_by(person.c.code)
        .having(func.count() == 1)
    )
    ids = {row.code: row.id for row in rows}
    still = select(person.c.id).where(person.c.id.in_(ids.values())).order_by(person.c.id)
    held = set((await connection.execute(still.with_for_update(read=True, key_share=True))).scalars())
    return {code: person_id for code, person_id in ids.items() if person_id in held}


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


async def count_candidates(connection: AsyncConnection, sitting_id: int) -> int:
    counted = select(func.count()).where(candidate.c.sitting_id == sitting_id)
    return int((await connection.execute(counted)).scalar_one())


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


# --- rosters --------------------------------------------------------------------------------------------------------


async def store_upload(connection: AsyncConnection, values: dict[str, Any]) -> str:
    made = public_id()
    await connection.execute(insert(roster_upload).values(public_id=made, **values))
    return made


async def upload_of(connection: AsyncConnection, sitting_id: int, public: str) -> RowMapping | None:
    row = await connection.execute(
        select(roster_upload).where(roster_upload.c.sitting_id == sitting_id, roster_upload.c.public_id == public)
    )
    return row.mappings().one_or_none()


async def mark_upload_taken(connection: AsyncConnection, upload_id: int) -> bool:
    """False when it was taken before."""
    statement = update(roster_upload).where(roster_upload.c.id == upload_id, roster_upload.c.confirmed.is_(False))
    return (await connection.execute(statement.values(confirmed=True))).rowcount == 1


async def members_of_classes(
    connection: AsyncConnection, classes: Iterable[str], scopes: Iterable[str]
) -> Sequence[RowMapping]:
    """Pupils of the classes named by public id, as far as they lie within the scopes; each pupil once."""
    statement = (
        select(
            person.c.id,
            person.c.full_name,
            person.c.code,
            person.c.birth_date,
            person.c.sort_key,
            unit.c.name.label("class"),
        )
        .join(class_member, class_member.c.person_id == person.c.id)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(unit.c.public_id.in_(tuple(classes)), unit.c.kind == "class", within(unit.c.path, scopes))
        .order_by(unit.c.name.desc())
    )
    found = {row["id"]: row for row in (await connection.execute(statement)).mappings()}
    return sorted(found.values(), key=lambda row: (row["class"], row["sort_key"]))


# --- candidates -----------------------------------------------------------------------------------------------------


async def candidates_found(
    connection: AsyncConnection,
    sitting_id: int,
    *,
    wanted: str = "",
    room_public: str = "",
    after: tuple[str, str] | None = None,
    limit: int = 100,
) -> Sequence[RowMapping]:
    """In Vietnamese order of names. `wanted` is folded text, each word of which must occur; `after` is the
    (sort_key, number) of the last one seen."""
    statement = (
        select(candidate, room.c.name.label("room_name"))
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .where(candidate.c.sitting_id == sitting_id)
        .order_by(candidate.c.sort_key, candidate.c.number)
        .limit(limit)
    )
    for word in wanted.split():
        statement = statement.where(candidate.c.search.contains(word, autoescape=True))
    if room_public:
        statement = statement.where(room.c.public_id == room_public)
    if after is not None:
        statement = statement.where(tuple_(candidate.c.sort_key, candidate.c.number) > tuple_(*map(literal, after)))
    return (await connection.execute(statement)).mappings().all()


async def candidate_of(connection: AsyncConnection, sitting_id: int, public: str) -> RowMapping | None:
    """With the name of who approved the accommodation."""
    row = await connection.execute(
        select(
            candidate,
            room.c.name.label("room_name"),
            room.c.public_id.label("room_public_id"),
            person.c.full_name.label("approver"),
        )
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .outerjoin(person, person.c.id == candidate.c.accommodation_by)
        .where(candidate.c.sitting_id == sitting_id, candidate.c.public_id == public)
    )
    return row.mappings().one_or_none()


async def number_is_taken(connection: AsyncConnection, sitting_id: int, number: str, but: int = 0) -> bool:
    found = select(
        exists().where(candidate.c.sitting_id == sitting_id, candidate.c.number == number, candidate.c.id != but)
    )
    return bool((await connection.execute(found)).scalar_one())


async def seat_is_taken(connection: AsyncConnection, room_id: int, seat: int, but: int = 0) -> bool:
    found = select(exists().where(candidate.c.room_id == room_id, candidate.c.seat == seat, candidate.c.id != but))
    return bool((await connection.execute(found)).scalar_one())


async def change_candidate(connection: AsyncConnection, candidate_id: int, **values: Any) -> None:
    await connection.execute(update(candidate).where(candidate.c.id == candidate_id).values(**values))


async def remove_candidate(connection: AsyncConnection, candidate_id: int) -> None:
    await connection.execute(delete(candidate).where(candidate.c.id == candidate_id))


async def sign_out_candidate(connection: AsyncConnection, candidate_id: int) -> None:
    await connection.execute(
        update(session)
        .where(session.c.candidate_id == candidate_id, session.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


# --- rooms ----------------------------------------------------------------------------------------------------------


async def rooms_of(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    counted = select(func.count()).where(candidate.c.room_id == room.c.id).correlate(room).scalar_subquery()
    rows = await connection.execute(
        select(
            room,
            person.c.full_name.label("invigilator"),
            person.c.public_id.label("invigilator_public_id"),
            counted.label("candidates"),
        )
        .outerjoin(person, person.c.id == room.c.invigilator_id)
        .where(room.c.sitting_id == sitting_id)
        .order_by(room.c.name)
    )
    return rows.mappings().all()


async def room_of(connection: AsyncConnection, sitting_id: int, public: str) -> RowMapping | None:
    rows = await connection.execute(select(room).where(room.c.sitting_id == sitting_id, room.c.public_id == public))
    return rows.mappings().one_or_none()


async def room_name_is_taken(connection: AsyncConnection, sitting_id: int, name: str, but: int) -> bool:
    found = select(exists().where(room.c.sitting_id == sitting_id, room.c.name == name, room.c.id != but))
    return bool((await connection.execute(found)).scalar_one())


async def change_room(connection: AsyncConnection, room_id: int, **values: Any) -> None:
    await connection.execute(update(room).where(room.c.id == room_id).values(**values))


async def remove_empty_room(connection: AsyncConnection, room_id: int) -> bool:
    statement = delete(room).where(room.c.id == room_id, not_(exists().where(candidate.c.room_id == room.c.id)))
    return (await connection.execute(statement)).rowcount == 1


async def possible_invigilators(
    connection: AsyncConnection, unit_path: str, roles: Iterable[str]
) -> Sequence[RowMapping]:
    """Staff with one of the roles above, at or below the unit, in the order of names."""
    holds = exists().where(
        role_grant.c.person_id == person.c.id,
        role_grant.c.role.in_(tuple(roles)),
        unit.c.id == role_grant.c.unit_id,
        or_(literal(unit_path).startswith(unit.c.path), unit.c.path.startswith(unit_path, autoescape=True)),
    )
    rows = await connection.execute(
        select(person.c.id, person.c.public_id, person.c.full_name)
        .join(account, account.c.person_id == person.c.id)
        .where(holds, account.c.disabled_at.is_(None))
        .order_by(person.c.sort_key, person.c.id)
        .limit(500)
    )
    return rows.mappings().all()
