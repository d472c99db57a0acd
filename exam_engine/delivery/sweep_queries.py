"""SQL of the sweep: the heartbeat and what is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.attempt_queries import NOW
from exam_engine.delivery.tables import (
    heartbeat,
)

#: Rows of the heartbeat: until when the service is known to have been there, and a web worker's sign of life.
SWEEP, WEB = 1, 2
SERVING = f"""
insert into exam.heartbeat (id, at) values ({WEB}, exam.now()) on conflict (id) do update set at = excluded.at
"""  # noqa: S608 - a constant of this program


async def take_the_sweep(connection: AsyncConnection) -> bool:
    """True for the one worker that sweeps now; given back with the transaction."""
    found = await connection.execute(text("select pg_try_advisory_xact_lock(hashtextextended('exam.sweep', 0))"))
    return bool(found.scalar())


async def last_beats(connection: AsyncConnection) -> tuple[datetime, datetime | None, datetime | None]:
    """(now, the heartbeat before, when a web worker last gave a sign of life)."""
    beats = (select(heartbeat.c.at).where(heartbeat.c.id == number).scalar_subquery() for number in (SWEEP, WEB))
    row = (await connection.execute(select(NOW, *beats))).one()
    return row[0], row[1], row[2]


async def beat(connection: AsyncConnection, at: datetime) -> None:
    await connection.execute(
        upsert(heartbeat).values(id=1, at=at).on_conflict_do_update(index_elements=[heartbeat.c.id], set_={"at": at})
    )


async def attempts_to_expire(
    connection: AsyncConnection, settling_s: float, most: int, but: Sequence[int] = ()
) -> list[int]:
    statement = text(
        "select id from exam.attempt where state = 'running' and deadline < exam.now()"
        " and greatest(deadline, held_until) + make_interval(secs => grace_s + :settling) < exam.now()"
        " and id <> all(cast(:but as bigint[])) order by id limit :most"
    )
    values = {"settling": settling_s, "most": most, "but": list(but)}
    return list((await connection.execute(statement, values)).scalars())
