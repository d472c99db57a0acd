"""SQL about sessions of staff, pupils and candidates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Insert,
    Interval,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.conditions import enabled, in_force
from exam_engine.accounts.tables import (
    Found,
    account,
    person,
    role_grant,
    session,
    unit,
)
from exam_engine.kit import clock


@cache
def _session_of_token() -> Select[Any]:
    """Built once: every request asks this, and building costs five times what asking does."""
    grants = (
        select(func.json_agg(func.json_build_array(role_grant.c.role, unit.c.path, unit.c.kind)))
        .join(unit, unit.c.id == role_grant.c.unit_id)
        .where(role_grant.c.person_id == session.c.person_id, in_force())
        .scalar_subquery()
    )
    return (
        select(
            session.c.id,
            session.c.person_id,
            session.c.candidate_id,
            session.c.pupil,
            person.c.full_name,
            func.coalesce(account.c.locale, unit.c.locale).label("locale"),
            func.coalesce(account.c.password_temporary, False).label("password_temporary"),
            func.coalesce(grants, func.json_build_array()).label("grants"),
        )
        .outerjoin(person, person.c.id == session.c.person_id)
        .outerjoin(account, account.c.person_id == session.c.person_id)
        .outerjoin(unit, unit.c.id == person.c.unit_id)
        .where(
            session.c.token_hash == bindparam("hashed"),
            session.c.revoked_at.is_(None),
            session.c.expires_at > clock.now(),
            or_(
                session.c.candidate_id.is_not(None), session.c.pupil, and_(account.c.person_id.is_not(None), enabled())
            ),
        )
    )


async def session_of_token(connection: AsyncConnection, hashed: bytes) -> Found | None:
    """The live session with all that a principal needs: `grants` is a list of [role, unit path, unit kind]."""
    return (await connection.execute(_session_of_token(), {"hashed": hashed})).one_or_none()


async def add_session(
    connection: AsyncConnection,
    *,
    token_hash: bytes,
    person_id: int | None,
    candidate_id: int | None,
    pupil: bool,
    device: str,
    user_agent: str,
    lifetime: timedelta,
) -> None:
    await connection.execute(
        _add_session(),
        {
            "token_hash": token_hash,
            "person_id": person_id,
            "candidate_id": candidate_id,
            "pupil": pupil,
            "device": device,
            "user_agent": user_agent,
            "lifetime": lifetime,
        },
    )


@cache
def _add_session() -> Insert:
    return insert(session).values(expires_at=clock.now() + bindparam("lifetime", type_=Interval()))


async def revoke_token(connection: AsyncConnection, hashed: bytes) -> None:
    await connection.execute(
        update(session)
        .where(session.c.token_hash == hashed, session.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


async def revoke_session(connection: AsyncConnection, session_id: int, person_id: int) -> bool:
    """Only a session of that person."""
    changed = await connection.execute(
        update(session)
        .where(session.c.id == session_id, session.c.person_id == person_id, session.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return changed.rowcount > 0


async def revoke_sessions_of(connection: AsyncConnection, person_id: int, *, but: int | None = None) -> None:
    statement = update(session).where(session.c.person_id == person_id, session.c.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(session.c.id != but)
    await connection.execute(statement.values(revoked_at=clock.now()))


async def live_sessions_of(connection: AsyncConnection, person_id: int) -> Sequence[Found]:
    statement = (
        select(session.c.id, session.c.device, session.c.user_agent, session.c.created_at, session.c.expires_at)
        .where(session.c.person_id == person_id, session.c.revoked_at.is_(None), session.c.expires_at > clock.now())
        .order_by(session.c.created_at.desc(), session.c.id.desc())
        .limit(100)
    )
    return (await connection.execute(statement)).all()
