"""SQL of operating: what a backup is of, how far the log has flowed, how the server is set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import proof_queries


async def identity(connection: AsyncConnection) -> Mapping[str, Any]:
    """Which database server this is, of which version, and how long one file of its log is."""
    row = await connection.execute(
        text(
            "select system_identifier::text as system, current_setting('server_version_num')::int / 10000 as server,"
            " pg_size_bytes(current_setting('wal_segment_size')) as segment_bytes, current_user as user_name,"
            " current_database() as database from pg_control_system()"
        )
    )
    return dict(row.mappings().one())


async def slot(connection: AsyncConnection, name: str) -> Mapping[str, Any] | None:
    """How far behind the receiver of the log is; None where nobody receives."""
    row = await connection.execute(
        text(
            "select active, wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint as kept_bytes,"
            " (select write_lsn::text from pg_stat_replication r where r.pid = s.active_pid) as received,"
            " (select extract(epoch from reply_time) from pg_stat_replication r where r.pid = s.active_pid) as heard"
            " from pg_replication_slots s where slot_name = :name"
        ),
        {"name": name},
    )
    found = row.mappings().one_or_none()
    return None if found is None else dict(found)


async def drop_slot(connection: AsyncConnection, name: str) -> None:
    await connection.execute(
        text(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = :n and not active"
        ),
        {"n": name},
    )


async def new_password(connection: AsyncConnection, user: str, password: str) -> None:
    """ALTER ROLE takes no parameters: the server itself quotes."""
    made = text("select format('alter role %I password %L', cast(:user as text), cast(:password as text))")
    statement = (await connection.execute(made, {"user": user, "password": password})).scalar_one()
    await connection.exec_driver_sql(statement)


async def counts(connection: AsyncConnection) -> Mapping[str, int]:
    """What a drill compares; rows that are never taken back while a sitting lasts."""
    return await proof_queries.counts(connection)


async def last_answer(connection: AsyncConnection) -> datetime | None:
    found = await connection.execute(text("select max(arrived_at) from exam.journal"))
    last: datetime | None = found.scalar_one()
    return last


async def real_time(connection: AsyncConnection) -> float:
    """Whatever exam.now() says."""
    return float((await connection.execute(text("select extract(epoch from clock_timestamp())"))).scalar_one())
