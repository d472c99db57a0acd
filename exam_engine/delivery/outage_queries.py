"""SQL about outages, what they took, and the credit that is proposed for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Interval,
    RowMapping,
    and_,
    any_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import LateralFromClause

from exam_engine.accounts.tables import unit
from exam_engine.delivery.attempt import Action
from exam_engine.delivery.deadline import AFTER_OUTAGE
from exam_engine.delivery.tables import (
    attempt,
    credit_proposal,
    intervention,
    outage,
)
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.sittings.tables import sitting


async def attempts_during(connection: AsyncConnection, began_at: datetime, ended_at: datetime) -> Sequence[RowMapping]:
    """Those that an outage may have taken time from: begun before its end and not over, grace time and all, before its
    beginning; or not begun, while they might have. By id. The service may be back before the outage is noted, and staff
    act meanwhile: who is paused since then has lost time like the others, and `stood_until` says of somebody whose
    clock stood when the outage began when it was set going."""
    end = func.greatest(attempt.c.deadline, attempt.c.held_until)
    acted = _first_act(began_at, ended_at)
    working = and_(
        or_(attempt.c.state == "running", and_(attempt.c.state == "paused", attempt.c.paused_at > began_at)),
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
            attempt.c.paused_at,
            case((acted.c.action != Action.PAUSE, acted.c.created_at)).label("stood_until"),
            end.label("end"),
            sitting.c.policy,
            sitting.c.timing,
            sitting.c.starts_at,
        )
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .outerjoin(acted, true())
        .where(or_(working, waiting))
        .order_by(attempt.c.sitting_id, attempt.c.id)
    )
    return rows.mappings().all()


def _first_act(began_at: datetime, ended_at: datetime) -> LateralFromClause:
    """The first thing that staff did to an attempt's clock in that time: it tells how the clock stood before."""
    return (
        select(intervention.c.action, intervention.c.created_at)
        .where(
            intervention.c.attempt_id == attempt.c.id,
            intervention.c.action.in_((Action.PAUSE, Action.UNPAUSE, Action.REOPEN)),
            intervention.c.created_at > began_at,
            intervention.c.created_at <= ended_at,
        )
        .order_by(intervention.c.id)
        .limit(1)
        .lateral("acted")
    )


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
    """Those whose end fell into the outage or shortly after; until the later of both ends plus `beyond`. Who is paused
    is held as well: the end of the pause moves hold and deadline alike."""
    end = func.greatest(attempt.c.deadline, attempt.c.held_until)
    await connection.execute(
        update(attempt)
        .where(_among(ids), attempt.c.state.in_(("running", "paused")), end.between(began_at, ended_at + AFTER_OUTAGE))
        .values(held_until=func.greatest(end, ended_at) + beyond, notices=attempt.c.notices + 1)
    )


_HOLD_UNDECIDED = text("""
with owed as (
  select wanted.id::bigint as id, sum(seconds) as seconds
  from exam.credit_proposal, jsonb_array_elements_text(attempts) as wanted(id)
  where state = 'proposed' group by wanted.id
)
update exam.attempt set held_until = deadline + make_interval(secs => owed.seconds) + :beyond, notices = notices + 1
from owed where attempt.id = owed.id and attempt.state = 'running' and attempt.held_until is null
  and attempt.deadline between exam.now() and exam.now() + :soon
""").bindparams(bindparam("soon", type_=Interval), bindparam("beyond", type_=Interval))


async def hold_undecided(connection: AsyncConnection, soon: timedelta, beyond: timedelta) -> None:
    """Those whose end comes within `soon` while a proposal about them waits: until the proposed time and `beyond` are
    over. Once: who has been held is not held again."""
    await connection.execute(_HOLD_UNDECIDED, {"soon": soon, "beyond": beyond})


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
