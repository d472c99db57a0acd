"""Every SQL statement of delivery but the flush's (`journal_queries`), named by the question it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    RowMapping,
    Select,
    and_,
    any_,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import unit
from exam_engine.delivery.deadline import AFTER_OUTAGE
from exam_engine.delivery.journal_queries import HELD_UNTIL
from exam_engine.delivery.tables import (
    attempt,
    credit_proposal,
    heartbeat,
    intervention,
    journal,
    outage,
    receipt,
    ruling,
)
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.sittings.tables import candidate, form, room, sitting, variant

_NOW = clock.now().label("now")


def _attempts() -> Select[Any]:
    """An attempt with all that its rules ask about."""
    return (
        select(
            _NOW,
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


async def _one(connection: AsyncConnection, statement: Select[Any]) -> RowMapping | None:
    found: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return found


async def attempt_of_candidate(connection: AsyncConnection, candidate_id: int) -> RowMapping | None:
    return await _one(connection, _attempts().where(attempt.c.candidate_id == candidate_id))


async def attempt_by_id(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    return await _one(connection, _attempts().where(attempt.c.id == attempt_id))


async def id_of_candidates_attempt(connection: AsyncConnection, candidate_id: int) -> int | None:
    found = select(attempt.c.id).where(attempt.c.candidate_id == candidate_id)
    return (await connection.execute(found)).scalar_one_or_none()


async def locked_attempt(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    """The attempt under its exclusive lock: waits for flushes that hold the shared one, and reads in a new statement
    (O2). The row is locked too, against credits that are given to many attempts in one statement."""
    await connection.execute(text("select pg_advisory_xact_lock(:id)"), {"id": attempt_id})
    return await _one(connection, _attempts().where(attempt.c.id == attempt_id).with_for_update(of=attempt))


async def set_attempt(connection: AsyncConnection, attempt_id: int, **values: Any) -> None:
    await connection.execute(update(attempt).where(attempt.c.id == attempt_id).values(**values))


# --- forms, papers, variants ------------------------------------------------------------------------


async def slots_of_form(connection: AsyncConnection, form_id: int) -> list[dict[str, Any]] | None:
    return (await connection.execute(select(form.c.slots).where(form.c.id == form_id))).scalar_one_or_none()


async def paper_of_form(connection: AsyncConnection, form_id: int) -> bytes:
    return bytes((await connection.execute(select(form.c.paper).where(form.c.id == form_id))).scalar_one())


async def variant_of_attempt(connection: AsyncConnection, attempt_id: int) -> dict[str, Any]:
    found: dict[str, Any] = (
        await connection.execute(select(variant.c.body).where(variant.c.attempt_id == attempt_id))
    ).scalar_one()
    return found


# --- the journal ------------------------------------------------------------------------------------

# Last by the device's own order, whatever order the entries arrived in; an officer's ruling wins over the standing.
_LAST_VALUES = text(
    "select distinct on (j.slot) j.slot, j.value from exam.journal j"
    " left join exam.ruling r using (attempt_id, resume, counter)"
    " where j.attempt_id = :id and j.kind = :kind and coalesce(r.counts, j.standing = 0)"
    " order by j.slot, j.resume desc, j.counter desc"
)


async def last_counting_values(connection: AsyncConnection, attempt_id: int, kind: int) -> list[tuple[int, str]]:
    """(slot, JSON text) of the last entry of each slot that counts."""
    rows = await connection.execute(_LAST_VALUES, {"id": attempt_id, "kind": kind})
    return [(row.slot, row.value) for row in rows]


async def last_counter(connection: AsyncConnection, attempt_id: int, resume: int) -> int:
    found = select(func.coalesce(func.max(journal.c.counter), 0)).where(
        journal.c.attempt_id == attempt_id, journal.c.resume == resume
    )
    return int((await connection.execute(found)).scalar_one())


async def missing_counters(
    connection: AsyncConnection, attempt_id: int, resume: int, last: int, most: int = 100
) -> list[int]:
    """Counters up to `last` that the journal does not hold, the lowest first."""
    statement = text(
        "select wanted.counter from generate_series(1, :last) as wanted(counter) where not exists"
        " (select from exam.journal j where j.attempt_id = :id and j.resume = :resume and j.counter = wanted.counter)"
        " order by 1 limit :most"
    )
    values = {"last": last, "id": attempt_id, "resume": resume, "most": most}
    return list((await connection.execute(statement, values)).scalars())


async def counting_entries(connection: AsyncConnection, attempt_id: int) -> Sequence[Any]:
    """What a receipt is made of, in canonical order."""
    rows = await connection.execute(
        select(
            journal.c.resume,
            journal.c.counter,
            journal.c.kind,
            journal.c.slot,
            journal.c.client_ms,
            journal.c.arrived_at,
            journal.c.value,
        )
        .where(journal.c.attempt_id == attempt_id, journal.c.standing == 0)
        .order_by(journal.c.resume, journal.c.counter)
    )
    return rows.all()


# --- receipts ---------------------------------------------------------------------------------------


async def receipt_of_attempt(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    row = await connection.execute(select(receipt).where(receipt.c.attempt_id == attempt_id))
    return row.mappings().one_or_none()


async def attempt_of_receipt(connection: AsyncConnection, code: str, scopes: Iterable[str]) -> RowMapping | None:
    statement = _attempts().join(receipt, receipt.c.attempt_id == attempt.c.id)
    return await _one(connection, statement.where(receipt.c.code == code, within(unit.c.path, scopes)))


async def store_receipt(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(receipt).values(**values))


async def drop_receipt(connection: AsyncConnection, attempt_id: int) -> str | None:
    """The code of the receipt that a reopened attempt loses."""
    gone = receipt.delete().where(receipt.c.attempt_id == attempt_id).returning(receipt.c.code)
    return (await connection.execute(gone)).scalar_one_or_none()


# --- building ---------------------------------------------------------------------------------------


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


async def add_attempts(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(attempt), list(rows))


# --- interventions ----------------------------------------------------------------------------------


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


async def interventions_of(connection: AsyncConnection, attempt_id: int) -> Sequence[RowMapping]:
    rows = await connection.execute(
        select(intervention.c.action, intervention.c.seconds, intervention.c.reason, intervention.c.created_at)
        .where(intervention.c.attempt_id == attempt_id)
        .order_by(intervention.c.id)
    )
    return rows.mappings().all()


# --- the sweep --------------------------------------------------------------------------------------


async def take_the_sweep(connection: AsyncConnection) -> bool:
    """True for the one worker that sweeps now; given back with the transaction."""
    found = await connection.execute(text("select pg_try_advisory_xact_lock(hashtextextended('exam.sweep', 0))"))
    return bool(found.scalar())


async def last_beat(connection: AsyncConnection) -> tuple[datetime, datetime | None]:
    """(now, the heartbeat before)."""
    before = select(heartbeat.c.at).where(heartbeat.c.id == 1).scalar_subquery()
    row = (await connection.execute(select(_NOW, before.label("at")))).one()
    return row.now, row.at


async def beat(connection: AsyncConnection, at: datetime) -> None:
    await connection.execute(
        upsert(heartbeat).values(id=1, at=at).on_conflict_do_update(index_elements=[heartbeat.c.id], set_={"at": at})
    )


async def attempts_to_expire(connection: AsyncConnection, settling_s: float, most: int) -> list[int]:
    statement = text(
        "select id from exam.attempt where state = 'running' and deadline < exam.now()"
        " and greatest(deadline, held_until) + make_interval(secs => grace_s + :settling) < exam.now()"
        " order by id limit :most"
    )
    return list((await connection.execute(statement, {"settling": settling_s, "most": most})).scalars())


async def attempts_during(connection: AsyncConnection, began_at: datetime, ended_at: datetime) -> Sequence[RowMapping]:
    """Those that an outage may have taken time from: begun before its end and not over, grace time and all, before its
    beginning; or not begun, while they might have. By id."""
    end = func.greatest(attempt.c.deadline, attempt.c.held_until)
    working = and_(
        attempt.c.state == "running",
        attempt.c.started_at <= ended_at,
        end + func.make_interval(0, 0, 0, 0, 0, 0, attempt.c.grace_s) >= began_at,
    )
    waiting = and_(
        attempt.c.state == "ready",
        sitting.c.state == "confirmed",
        sitting.c.starts_at < ended_at,
        sitting.c.closes_at > began_at,
    )
    rows = await connection.execute(
        select(
            attempt.c.id,
            attempt.c.sitting_id,
            attempt.c.state,
            end.label("end"),
            sitting.c.policy,
            sitting.c.timing,
            sitting.c.starts_at,
        )
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .where(or_(working, waiting))
        .order_by(attempt.c.sitting_id, attempt.c.id)
    )
    return rows.mappings().all()


async def add_outage(connection: AsyncConnection, began_at: datetime, ended_at: datetime) -> int:
    made = insert(outage).values(began_at=began_at, ended_at=ended_at).returning(outage.c.id)
    return int((await connection.execute(made)).scalar_one())


async def add_proposal(connection: AsyncConnection, **values: Any) -> int:
    made = insert(credit_proposal).values(**values).returning(credit_proposal.c.id)
    return int((await connection.execute(made)).scalar_one())


async def open_proposals(
    connection: AsyncConnection, sitting_public: str, scopes: Iterable[str]
) -> Sequence[RowMapping]:
    rows = await connection.execute(
        select(credit_proposal, outage.c.began_at, outage.c.ended_at)
        .join(outage, outage.c.id == credit_proposal.c.outage_id)
        .join(sitting, sitting.c.id == credit_proposal.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(
            sitting.c.public_id == sitting_public, within(unit.c.path, scopes), credit_proposal.c.state == "proposed"
        )
        .order_by(credit_proposal.c.id)
    )
    return rows.mappings().all()


async def locked_proposal(connection: AsyncConnection, proposal_id: int, scopes: Iterable[str]) -> RowMapping | None:
    row = await connection.execute(
        select(credit_proposal)
        .join(sitting, sitting.c.id == credit_proposal.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(credit_proposal.c.id == proposal_id, within(unit.c.path, scopes))
        .with_for_update(of=credit_proposal)
    )
    return row.mappings().one_or_none()


def _among(ids: Sequence[int]) -> ColumnElement[bool]:
    """One array, not one parameter per id: there may be tens of thousands."""
    return attempt.c.id == any_(literal(list(ids), ARRAY(BigInteger)))


async def hold_attempts(
    connection: AsyncConnection, ids: Sequence[int], began_at: datetime, ended_at: datetime, beyond: timedelta
) -> None:
    """Those whose end fell into the outage or shortly after; until the later of both ends plus `beyond`."""
    end = func.greatest(attempt.c.deadline, attempt.c.held_until)
    await connection.execute(
        update(attempt)
        .where(_among(ids), attempt.c.state == "running", end.between(began_at, ended_at + AFTER_OUTAGE))
        .values(held_until=func.greatest(end, ended_at) + beyond, notices=attempt.c.notices + 1)
    )


async def lock_attempts(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """In the order in which everybody else locks them."""
    await connection.execute(select(attempt.c.id).where(_among(ids)).order_by(attempt.c.id).with_for_update())


async def attempts_undecided(connection: AsyncConnection, sitting_id: int, but: int) -> set[int]:
    """Those for whom another proposal still waits."""
    rows = await connection.execute(
        select(credit_proposal.c.attempts).where(
            credit_proposal.c.sitting_id == sitting_id,
            credit_proposal.c.state == "proposed",
            credit_proposal.c.id != but,
        )
    )
    return {found for attempts in rows.scalars() for found in attempts}


async def time_lost_at_the_door(connection: AsyncConnection, sitting_id: int) -> timedelta:
    """How much of the window in which the sitting may be begun fell into outages."""
    lost = func.least(outage.c.ended_at, sitting.c.closes_at) - func.greatest(outage.c.began_at, sitting.c.starts_at)
    overlaps = and_(outage.c.began_at < sitting.c.closes_at, outage.c.ended_at > sitting.c.starts_at)
    found = select(func.sum(lost)).select_from(sitting).join(outage, overlaps).where(sitting.c.id == sitting_id)
    return (await connection.execute(found)).scalar_one_or_none() or timedelta(0)


async def release_holds(connection: AsyncConnection, ids: Sequence[int]) -> None:
    await connection.execute(update(attempt).where(_among(ids)).values(held_until=None))


async def credit_attempts(connection: AsyncConnection, ids: Sequence[int], seconds: int) -> list[int]:
    """Moves deadlines without the attempts' exclusive locks: a flush that judges by the old one at this moment is
    merely stricter for one instant, and a closing in progress holds the row. Returns who got the time."""
    moved = await connection.execute(
        update(attempt)
        .where(_among(ids), attempt.c.state.in_(("ready", "running", "paused")))
        .values(
            deadline=attempt.c.deadline + timedelta(seconds=seconds),
            credit_s=attempt.c.credit_s + seconds,
            notices=attempt.c.notices + 1,
        )
        .returning(attempt.c.id)
    )
    return sorted(moved.scalars())


async def decide_proposal(connection: AsyncConnection, proposal_id: int, state: str, by: int | None) -> None:
    await connection.execute(
        update(credit_proposal)
        .where(credit_proposal.c.id == proposal_id)
        .values(state=state, decided_by=by, decided_at=clock.now())
    )


# --- proof ------------------------------------------------------------------------------------------


async def journal_orphans(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Entries of no attempt, or of a resume number that the attempt never reached."""
    rows = await connection.execute(
        select(journal.c.attempt_id, func.count().label("entries"))
        .outerjoin(attempt, and_(attempt.c.id == journal.c.attempt_id, journal.c.resume <= attempt.c.resume))
        .where(attempt.c.id.is_(None))
        .group_by(journal.c.attempt_id)
        .order_by(journal.c.attempt_id)
    )
    return rows.mappings().all()


async def ruling_orphans(connection: AsyncConnection) -> int:
    found = (
        select(func.count())
        .select_from(ruling)
        .outerjoin(
            journal,
            and_(
                journal.c.attempt_id == ruling.c.attempt_id,
                journal.c.resume == ruling.c.resume,
                journal.c.counter == ruling.c.counter,
            ),
        )
        .where(journal.c.attempt_id.is_(None))
    )
    return int((await connection.execute(found)).scalar_one())


async def sittings_without_partition(connection: AsyncConnection) -> list[int]:
    statement = text(
        "select id from exam.sitting where state in ('confirmed', 'closed')"
        " and to_regclass('exam.journal_s' || id) is null order by id"
    )
    return list((await connection.execute(statement)).scalars())


async def closed_without_receipt(connection: AsyncConnection) -> list[int]:
    found = (
        select(attempt.c.id)
        .outerjoin(receipt, receipt.c.attempt_id == attempt.c.id)
        .where(attempt.c.state.in_(("submitted", "expired", "ended")), receipt.c.attempt_id.is_(None))
        .order_by(attempt.c.id)
    )
    return list((await connection.execute(found)).scalars())


async def receipts_to_verify(
    connection: AsyncConnection, sitting_public: str | None, code: str | None
) -> list[tuple[int, str]]:
    """(attempt id, code), of one sitting, of one receipt, or of all."""
    statement = (
        select(receipt.c.attempt_id, receipt.c.code)
        .join(attempt, attempt.c.id == receipt.c.attempt_id)
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .order_by(receipt.c.attempt_id)
    )
    if sitting_public is not None:
        statement = statement.where(sitting.c.public_id == sitting_public)
    if code is not None:
        statement = statement.where(receipt.c.code == code)
    return [(row.attempt_id, row.code) for row in await connection.execute(statement)]


async def sitting_exists(connection: AsyncConnection, public: str) -> bool:
    return (await connection.execute(select(sitting.c.id).where(sitting.c.public_id == public))).first() is not None


async def counts(connection: AsyncConnection) -> Mapping[str, int]:
    row = await connection.execute(
        text(
            "select (select count(*) from exam.attempt) as attempts, (select count(*) from exam.journal) as entries,"
            " (select count(*) from exam.receipt) as receipts"
        )
    )
    return dict(row.mappings().one())
