"""SQL of what only the database knows, asked once for each scrape: of sittings that are on, never of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.sweep_queries import SWEEP, WEB


async def limit_patience(connection: AsyncConnection, milliseconds: int) -> None:
    """Numbers are never worth holding up an exam."""
    await connection.execute(text("select set_config('statement_timeout', :ms, true)"), {"ms": str(milliseconds)})


async def attempts(connection: AsyncConnection) -> Sequence[tuple[str, int, int]]:
    """(state, attempts, of which an outage holds open)"""
    rows = await connection.execute(
        text(
            "select state, count(*) as attempts, count(*) filter (where held_until > exam.now()) as held"
            " from exam.attempt where sitting_id in"
            " (select id from exam.sitting where state = 'confirmed' and opens_at < exam.now()"
            "  and closes_at + make_interval(secs => duration_s) + interval '2 hours' > exam.now()) group by state"
        )
    )
    return [(row.state, row.attempts, row.held) for row in rows]


async def pulse(connection: AsyncConnection, settling_s: float) -> Mapping[str, Any]:
    row = await connection.execute(
        text(
            "select"
            " extract(epoch from exam.now() - (select at from exam.heartbeat where id = :sweep)) as heartbeat_age,"
            " extract(epoch from exam.now() - (select at from exam.heartbeat where id = :web)) as web_age,"
            " (select count(*) from exam.attempt where state = 'running' and deadline < exam.now()"
            "  and greatest(deadline, held_until) + make_interval(secs => grace_s + :settling) < exam.now())"
            " as overdue,"
            " (select count(*) from exam.credit_proposal where state = 'proposed') as credits,"
            " (select count(*) from exam.session where expires_at > exam.now() and revoked_at is null"
            "  and created_at > exam.now() - interval '12 hours') as sessions"
        ),
        {"settling": settling_s, "sweep": SWEEP, "web": WEB},
    )
    return dict(row.mappings().one())


async def jobs(connection: AsyncConnection) -> Mapping[str, int]:
    rows = await connection.execute(
        text(
            "select state, count(*) as jobs from exam.job"
            " where state in ('waiting', 'running') or created_at > exam.now() - interval '1 day' group by state"
        )
    )
    return {row.state: row.jobs for row in rows}


async def server(connection: AsyncConnection) -> Mapping[str, Any]:
    row = await connection.execute(
        text(
            "select count(*) filter (where state = 'active') as active, count(*) filter (where state = 'idle') as idle,"
            " count(*) filter (where state like 'idle in transaction%') as in_transaction,"
            " count(*) filter (where wait_event_type = 'Lock') as waiting,"
            " current_setting('max_connections')::int as most,"
            " case when pg_is_in_recovery() then null else pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') end as wal"
            " from pg_stat_activity where backend_type = 'client backend'"
        )
    )
    return dict(row.mappings().one())
