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


async def slot(connection: AsyncConnection, name: str) -> Mapping[str, Any]:
    """Of which database the log is, and how far its receiver has come; `exists` is false where nobody ever received.
    How far that is, pg_stat_replication tells pg_monitor alone; the slot tells everybody, up to a segment later."""
    row = await connection.execute(
        text(
            "select c.system_identifier::text as system,"
            " pg_size_bytes(current_setting('wal_segment_size')) as segment_bytes,"
            " s.slot_name is not null as exists, coalesce(s.active, false) as active,"
            " coalesce(s.wal_status = 'lost', false) as lost,"
            " coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn), 0)::bigint as kept_bytes,"
            " pg_wal_lsn_diff(coalesce((select write_lsn from pg_stat_replication r where r.pid = s.active_pid),"
            "  s.restart_lsn), '0/0')::bigint as received"
            " from pg_control_system() c left join pg_replication_slots s on s.slot_name = :name"
        ),
        {"name": name},
    )
    return dict(row.mappings().one())


async def flushed(connection: AsyncConnection) -> int:
    """The byte of the log to which everything is on disk that anybody has been told is committed."""
    return int(
        (await connection.execute(text("select pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')"))).scalar_one()
    )


async def replayed(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """The byte at which a replay ended, and when the last transaction in it was committed."""
    row = await connection.execute(
        text("select pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint, pg_last_xact_replay_timestamp()")
    )
    position, at = row.one()
    return int(position), at


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


async def held(connection: AsyncConnection) -> Mapping[str, int]:
    """What people would miss; in words that every migration's tables know."""
    accounts = await connection.execute(text("select count(*) from exam.account"))
    return {**await proof_queries.counts(connection), "accounts": int(accounts.scalar_one())}


async def served_ago_s(connection: AsyncConnection) -> float | None:
    """Since a web worker or the sweep of any machine last gave a sign of life."""
    row = await connection.execute(text("select extract(epoch from exam.now() - max(at)) from exam.heartbeat"))
    ago = row.scalar_one()
    return None if ago is None else float(ago)


async def last_answer(connection: AsyncConnection) -> datetime | None:
    found = await connection.execute(text("select max(arrived_at) from exam.journal"))
    last: datetime | None = found.scalar_one()
    return last


async def real_time(connection: AsyncConnection) -> float:
    """Whatever exam.now() says."""
    return float((await connection.execute(text("select extract(epoch from clock_timestamp())"))).scalar_one())
