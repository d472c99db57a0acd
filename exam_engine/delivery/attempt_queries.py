"""SQL about attempts: with all that their rules ask about, their papers, what staff did to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    DateTime,
    RowMapping,
    Select,
    bindparam,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import unit
from exam_engine.delivery.journal_queries import HELD_UNTIL
from exam_engine.delivery.tables import (
    attempt,
    heartbeat,
    intervention,
    receipt,
)
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.sittings.tables import candidate, form, room, sitting, variant

NOW = clock.now().label("now")


def _attempts() -> Select[Any]:
    """An attempt with all that its rules ask about."""
    return (
        select(
            NOW,
            attempt.c.id.label("attempt_id"),
            *(column for column in attempt.c if column.name not in ("id", "held_until")),
            literal_column(HELD_UNTIL, DateTime(timezone=True)).label("held_until"),
            candidate.c.public_id.label("candidate_public_id"),
            candidate.c.full_name,
            candidate.c.number,
            candidate.c.class_name,
            candidate.c.birth_date,
            candidate.c.seat,
            candidate.c.extra_percent,
            candidate.c.extra_minutes,
            room.c.name.label("room_name"),
            sitting.c.public_id.label("sitting_public_id"),
            sitting.c.title,
            sitting.c.kind,
            sitting.c.state.label("sitting_state"),
            sitting.c.opens_at,
            sitting.c.starts_at,
            sitting.c.closes_at,
            sitting.c.duration_s,
            sitting.c.timing,
            sitting.c.policy,
            sitting.c.paper_key,
            form.c.number.label("form_number"),
            form.c.public_id.label("form_public_id"),
            unit.c.name.label("unit_name"),
            unit.c.zone,
        )
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .join(form, form.c.id == attempt.c.form_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .outerjoin(heartbeat, heartbeat.c.id == 1)
    )


# Built once each: candidates start together, and building a statement costs several times what asking it does.
@cache
def _of_candidate() -> Select[Any]:
    return _attempts().where(attempt.c.candidate_id == bindparam("candidate_id"))


@cache
def _by_id() -> Select[Any]:
    return _attempts().where(attempt.c.id == bindparam("attempt_id"))


@cache
def _held() -> Select[Any]:
    return _by_id().with_for_update(of=attempt)


@cache
def _held_together() -> Select[Any]:
    among = attempt.c.id.in_(bindparam("ids", expanding=True))
    return _attempts().where(among).order_by(attempt.c.id).with_for_update(of=attempt)


_LOCK = text("select pg_advisory_xact_lock(:attempt_id)")
_LOCKS = text(
    "select count(*) from"
    " (select pg_advisory_xact_lock(id) from unnest(cast(:ids as bigint[])) as w(id) offset 0) as held"
)
_SET = update(attempt).where(attempt.c.id == bindparam("this_id"))
_PAPER = select(form.c.paper).where(form.c.id == bindparam("form_id"))
_VARIANT = select(variant.c.body).where(variant.c.attempt_id == bindparam("attempt_id"))


async def _one(connection: AsyncConnection, statement: Select[Any], **values: Any) -> RowMapping | None:
    found: RowMapping | None = (await connection.execute(statement, values)).mappings().one_or_none()
    return found


async def attempt_of_candidate(connection: AsyncConnection, candidate_id: int) -> RowMapping | None:
    return await _one(connection, _of_candidate(), candidate_id=candidate_id)


async def attempt_by_id(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    return await _one(connection, _by_id(), attempt_id=attempt_id)


async def locked_attempt(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    """The attempt under its exclusive lock: waits for flushes that hold the shared one, and reads in a new statement
    (O2). The row is locked too, against credits that are given to many attempts in one statement."""
    await connection.execute(_LOCK, {"attempt_id": attempt_id})
    return await held_attempt(connection, attempt_id)


async def held_attempt(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    """The attempt whose exclusive lock the caller holds; its row is locked too."""
    return await _one(connection, _held(), attempt_id=attempt_id)


async def locked_attempts(connection: AsyncConnection, ids: Sequence[int]) -> Sequence[RowMapping]:
    """Likewise for many, in the order of their ids."""
    await connection.execute(_LOCKS, {"ids": sorted(ids)})
    found: Sequence[RowMapping] = (await connection.execute(_held_together(), {"ids": list(ids)})).mappings().all()
    return found


async def set_attempt(connection: AsyncConnection, attempt_id: int, **values: Any) -> None:
    """Values, no expressions: the statement depends on their names alone."""
    await connection.execute(_SET, {"this_id": attempt_id, **values})


async def set_attempts(connection: AsyncConnection, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Attempt → its values; all that set the same columns go in one message."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for attempt_id, values in changes.items():
        alike[tuple(values)].append({"this_id": attempt_id, **values})
    for rows in alike.values():
        await connection.execute(_SET, rows)


async def paper_of_form(connection: AsyncConnection, form_id: int) -> bytes:
    return bytes((await connection.execute(_PAPER, {"form_id": form_id})).scalar_one())


async def variant_of_attempt(connection: AsyncConnection, attempt_id: int) -> dict[str, Any]:
    found: dict[str, Any] = (await connection.execute(_VARIANT, {"attempt_id": attempt_id})).scalar_one()
    return found


async def attempt_of_receipt(connection: AsyncConnection, code: str, scopes: Iterable[str]) -> RowMapping | None:
    statement = _attempts().join(receipt, receipt.c.attempt_id == attempt.c.id)
    return await _one(connection, statement.where(receipt.c.code == code, within(unit.c.path, scopes)))


async def attempt_block(connection: AsyncConnection, sitting_id: int) -> RowMapping:
    row = await connection.execute(
        select(sitting.c.first_attempt_id, sitting.c.attempt_count, sitting.c.policy).where(sitting.c.id == sitting_id)
    )
    return row.mappings().one()


async def add_journal_partition(connection: AsyncConnection, sitting_id: int, first: int, count: int) -> None:
    """Made beside the journal and then attached: `create … partition of` would stop every save of every other sitting
    until this transaction ends; attaching does not. Names and bounds are whole numbers: DDL takes no parameters."""
    name, low, high = f"journal_s{int(sitting_id)}", int(first), int(first) + int(count)
    bounds = f"check (attempt_id >= {low} and attempt_id < {high})"
    statements = (
        f"create table exam.{name} (like exam.journal including all, {bounds})",
        f"alter table exam.journal attach partition exam.{name} for values from ({low}) to ({high})",
    )
    for statement in statements:
        await connection.execute(text(statement))


async def drop_journal_partition(connection: AsyncConnection, sitting_id: int) -> None:
    """Of a rehearsal. The journal is locked meanwhile: whoever asks gives up soon, before saves would wait for long."""
    name = f"journal_s{int(sitting_id)}"
    await connection.execute(text("set local lock_timeout = '500ms'"))
    await connection.execute(text(f"drop table if exists exam.{name}"))


async def add_attempts(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(attempt), list(rows))


async def attempts_in_scope(
    connection: AsyncConnection,
    sitting_public: str,
    candidate_public: str | None,
    scopes: Iterable[str],
    room_public: str | None = None,
) -> list[int]:
    """Ids in the order in which they are locked; all of the sitting, or of one of its rooms, where no candidate is
    named."""
    statement = (
        select(attempt.c.id)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(sitting.c.public_id == sitting_public, within(unit.c.path, scopes))
        .order_by(attempt.c.id)
    )
    if candidate_public is not None:
        statement = statement.where(candidate.c.public_id == candidate_public)
    if room_public is not None:
        statement = statement.join(room, room.c.id == candidate.c.room_id).where(room.c.public_id == room_public)
    return list((await connection.execute(statement)).scalars())


async def add_intervention(connection: AsyncConnection, **values: Any) -> None:
    await connection.execute(insert(intervention).values(**values))


async def add_interventions(connection: AsyncConnection, ids: Sequence[int], **values: Any) -> None:
    if ids:
        await connection.execute(insert(intervention), [{"attempt_id": found, **values} for found in ids])


_INTERVENTIONS = (
    select(intervention.c.action, intervention.c.seconds, intervention.c.reason, intervention.c.created_at)
    .where(intervention.c.attempt_id == bindparam("attempt_id"))
    .order_by(intervention.c.id)
)


async def interventions_of(connection: AsyncConnection, attempt_id: int) -> Sequence[RowMapping]:
    return (await connection.execute(_INTERVENTIONS, {"attempt_id": attempt_id})).mappings().all()
