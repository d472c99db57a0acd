"""SQL about candidates at the door: by ticket or by number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    RowMapping,
    Select,
    and_,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.session_queries import ADD_FOR_CANDIDATE
from exam_engine.accounts.tables import session
from exam_engine.kit import clock
from exam_engine.kit.audit import RECORD
from exam_engine.sittings.tables import candidate, room, sitting

# Plain text for the raw connections (`kit.asking`): thousands open their tickets within minutes.
_OPEN = "exam.now() between sitting.opens_at and sitting.closes_at + interval '30 days'"

#: The candidate of a ticket, given its hash.
OF_TICKET = f"""
select candidate.id, candidate.full_name, candidate.number, candidate.class_name, sitting.id as sitting_id,
  sitting.title, sitting.state, sitting.starts_at, room.name as room_name,
  {_OPEN} as open, exam.now() < sitting.opens_at as early
from exam.candidate join exam.sitting on sitting.id = candidate.sitting_id
left join exam.room on room.id = candidate.room_id where candidate.ticket_hash = $1
"""  # noqa: S608 - constants of this program

#: The same, and where the ticket can be used a session (hash of its token, browser, lifetime) with its trace in the
#: audit log: one statement, one commit.
SIGN_IN = f"""
with who as ({OF_TICKET}),
opened as (
  {ADD_FOR_CANDIDATE} select $2, id, $3, exam.now() + $4 from who where state = 'confirmed' and open
  returning candidate_id),
noted as (
  {RECORD} select 'candidate', candidate_id, 'signed_in', 'candidate', candidate_id, '{{"way": "ticket"}}' from opened)
select * from who
"""  # noqa: S608


async def set_secrets(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """PIN and ticket of each candidate: `id`, `pin_hash`, `pin_sealed`, `ticket_hash`, `ticket_sealed`."""
    statement = text(
        "update exam.candidate set pin_hash = :pin_hash, pin_sealed = :pin_sealed,"
        " ticket_hash = :ticket_hash, ticket_sealed = :ticket_sealed where id = :id"
    )
    if rows:
        await connection.execute(statement, list(rows))


async def candidates_by_number(connection: AsyncConnection, number: str) -> Sequence[RowMapping]:
    """The candidates of that number in sittings that are open to sign-in now, the one that starts next first."""
    rows = await connection.execute(_by_number(), {"number": number})
    found: Sequence[RowMapping] = rows.mappings().all()
    return found


@cache
def _by_number() -> Select[Any]:
    return (
        _with_sitting()
        .where(candidate.c.number == bindparam("number"), sitting.c.state == "confirmed", _open_to_sign_in())
        .order_by(sitting.c.starts_at)
    )


def _with_sitting() -> Select[Any]:
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


async def sign_out_candidate(connection: AsyncConnection, candidate_id: int) -> None:
    await connection.execute(
        update(session)
        .where(session.c.candidate_id == candidate_id, session.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
