"""SQL about sessions of staff, pupils and candidates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import (
    Insert,
    Interval,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import (
    Found,
    session,
)
from exam_engine.kit import clock

# Plain text for the raw connections (`kit.asking`): every request asks, and candidates' requests ask about more in the
# same statement. `$1` is the hash of the token.
SESSION = """
session.id as session_id, session.person_id, session.candidate_id, session.pupil, person.full_name as person_name,
coalesce(account.locale, home.locale) as locale
"""
OF_SESSION = """
exam.session
left join exam.person on person.id = session.person_id
left join exam.account on account.person_id = session.person_id
left join exam.unit as home on home.id = person.unit_id
"""
ALIVE = "session.revoked_at is null and session.expires_at > exam.now()"
LIVES = f"session.token_hash = $1 and {ALIVE}"

#: The live session with all that a principal needs: `grants` is JSON, a list of [role, unit path, unit kind], of
#: grants that hold today in the unit's own zone.
SESSION_OF_TOKEN = f"""
select {SESSION}, coalesce(account.password_temporary, false) as password_temporary,
  case when session.candidate_id is null and not session.pupil then coalesce((
    select json_agg(json_build_array(role_grant.role, unit.path, unit.kind))
    from exam.role_grant join exam.unit on unit.id = role_grant.unit_id
    where role_grant.person_id = session.person_id
      and coalesce(role_grant.valid_from <= (exam.now() at time zone unit.zone)::date, true)
      and coalesce(role_grant.valid_to >= (exam.now() at time zone unit.zone)::date, true)), '[]') else '[]' end
  as grants
from {OF_SESSION}
where {LIVES} and (session.candidate_id is not null or session.pupil
                   or (account.person_id is not null and account.disabled_at is null))
"""  # noqa: S608 - constants of this program


#: The head of a session that a larger statement opens for a candidate.
ADD_FOR_CANDIDATE = "insert into exam.session (token_hash, candidate_id, user_agent, expires_at)"


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
