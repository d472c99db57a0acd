"""SQL of the doctor: how the server is set, how near to its limits, and what a sitting has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.rehearsing.marker import PREFIX

SETTINGS = (
    "server_version_num",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "data_checksums",
    "max_connections",
    "superuser_reserved_connections",
    "synchronous_standby_names",
    "server_encoding",
    "max_slot_wal_keep_size",
    "wal_level",
)


async def clock_is_real(connection: AsyncConnection) -> bool:
    found = await connection.execute(text("select prosrc from pg_proc where oid = to_regproc('exam.now')"))
    return str(found.scalar() or "").strip() == "select clock_timestamp()"


async def settings(connection: AsyncConnection) -> Mapping[str, str]:
    rows = await connection.execute(
        text("select name, setting, unit from pg_settings where name = any(:names)"), {"names": list(SETTINGS)}
    )
    return {row.name: f"{row.setting}{f' × {row.unit}' if row.unit else ''}" for row in rows}


async def bytes_of(connection: AsyncConnection, name: str) -> int:
    found = await connection.execute(text("select pg_size_bytes(current_setting(:name))"), {"name": name})
    return int(found.scalar_one())


async def connections(connection: AsyncConnection) -> Mapping[str, Any]:
    row = await connection.execute(
        text(
            "select count(*) filter (where backend_type = 'client backend') as now,"
            " (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')) as synchronous"
            " from pg_stat_activity"
        )
    )
    return dict(row.mappings().one())


async def sitting(connection: AsyncConnection, public: str) -> Mapping[str, Any] | None:
    row = await connection.execute(
        text(
            "select s.title, s.state, s.kind, s.timing, u.zone,"
            " s.opens_at, s.starts_at, s.closes_at, s.duration_s, exam.now() as now,"
            " (select count(*) from exam.candidate c where c.sitting_id = s.id) as candidates,"
            " (select count(*) from exam.candidate c where c.sitting_id = s.id and c.room_id is null) as roomless,"
            " (select count(*) from exam.candidate c where c.sitting_id = s.id and ticket_hash is null) as ticketless,"
            " (select count(*) from exam.room r where r.sitting_id = s.id) as rooms,"
            " (select count(*) from exam.room r where r.sitting_id = s.id and r.invigilator_id is null) as unwatched,"
            " (select count(*) from exam.form f where f.sitting_id = s.id) as forms,"
            " (select count(*) from exam.form f where f.sitting_id = s.id and length(f.paper) = 0) as empty_papers,"
            " (select count(*) from exam.attempt a where a.sitting_id = s.id) as attempts,"
            " (select count(*) from exam.attempt a join exam.variant v on v.attempt_id = a.id"
            "  where a.sitting_id = s.id) as variants, to_regclass('exam.journal_s' || s.id) is not null as journal,"
            " (select count(*) from exam.sitting o join exam.candidate c on c.sitting_id = o.id"
            "  join exam.unit w on w.id = o.unit_id and not (w.parent_id is null"
            "   and starts_with(w.code, :sandbox))"  # a rehearsal that runs: nobody sits there
            "  where o.id <> s.id and o.state = 'confirmed' and o.kind in ('exam', 'quiz')"
            "  and o.starts_at < s.closes_at + make_interval(secs => s.duration_s)"
            "  and o.closes_at + make_interval(secs => o.duration_s) > s.opens_at) as others"
            " from exam.sitting s join exam.unit u on u.id = s.unit_id where s.public_id = :public"
        ),
        {"public": public, "sandbox": PREFIX},
    )
    found = row.mappings().one_or_none()
    return None if found is None else dict(found)
