"""SQL about the candidates of a sitting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    RowMapping,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import person
from exam_engine.sittings.tables import candidate, room, sitting, variant


async def candidates_of(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    """In the order of the list that hangs at the door: room, then Vietnamese order of names."""
    rows = await connection.execute(
        select(candidate, room.c.name.label("room_name"))
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .where(candidate.c.sitting_id == sitting_id)
        .order_by(room.c.name.nulls_first(), candidate.c.sort_key, candidate.c.number)
    )
    return rows.mappings().all()


async def add_candidates(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(candidate), list(rows))


async def next_ids(connection: AsyncConnection, count: int) -> Sequence[int]:
    """For candidates to come: what is sealed for one names the id."""
    return (await connection.execute(_NEXT_IDS, {"count": count})).scalars().all()


_NEXT_IDS = text("select nextval(pg_get_serial_sequence('exam.candidate', 'id')) from generate_series(1, :count)")


async def add_candidate(connection: AsyncConnection, row: dict[str, Any]) -> int:
    return int((await connection.execute(insert(candidate).values(row).returning(candidate.c.id))).scalar_one())


async def candidate_of_person(connection: AsyncConnection, sitting_id: int, person_id: int, round_: int) -> int | None:
    statement = select(candidate.c.id).where(
        candidate.c.sitting_id == sitting_id, candidate.c.person_id == person_id, candidate.c.round == round_
    )
    return (await connection.execute(statement.order_by(candidate.c.id).limit(1))).scalar_one_or_none()


async def guest_of_round(connection: AsyncConnection, sitting_id: int, full_name: str, round_: int) -> int | None:
    same = (candidate.c.full_name == full_name) & (candidate.c.round == round_)
    statement = select(candidate.c.id).where(candidate.c.sitting_id == sitting_id, candidate.c.guest, same)
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


async def remove_candidates(connection: AsyncConnection, sitting_id: int) -> None:
    """Before a corrected roster comes in; only while nothing is built on them."""
    await connection.execute(delete(candidate).where(candidate.c.sitting_id == sitting_id))


async def count_candidates(connection: AsyncConnection, sitting_id: int) -> int:
    counted = select(func.count()).where(candidate.c.sitting_id == sitting_id)
    return int((await connection.execute(counted)).scalar_one())


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
