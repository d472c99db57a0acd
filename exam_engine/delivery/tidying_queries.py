"""SQL about the room that the journal takes, sitting by sitting."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

#: As long as somebody may stand in the way.
PATIENCE = "10s"

# A place in the key's index takes 20 bytes. A half empty page costs what a full one does; a few of them, nothing.
_LOOSE = text("""
select key.oid::regclass::text
from exam.sitting
join pg_class part on part.oid = to_regclass('exam.journal_s' || sitting.id)
join pg_index on pg_index.indrelid = part.oid and pg_index.indisprimary
join pg_class key on key.oid = pg_index.indexrelid
where sitting.closes_at + make_interval(secs => sitting.duration_s) < exam.now()
  and not exists (select from exam.attempt
                  where attempt.sitting_id = sitting.id and attempt.state in ('running', 'paused'))
  and pg_relation_size(key.oid) > greatest(131072, 24 * key.reltuples)
order by sitting.id
""")

_LEFT_OVER = text("""
select broken.indexrelid::regclass::text from pg_index whole join pg_index broken using (indrelid)
where whole.indexrelid = cast(:key as regclass) and not broken.indisvalid
""")


async def loose_keys(connection: AsyncConnection) -> Sequence[str]:
    """Indexes of the journal's key, of sittings that are over, with more than a sixth of their pages empty."""
    return list((await connection.execute(_LOOSE)).scalars())


async def fill_pages(connection: AsyncConnection, key: str) -> None:
    """Beside those who read and write, outside of a transaction. What an interrupted run has left is taken away."""
    await connection.execute(text(f"set lock_timeout = '{PATIENCE}'"))
    try:
        for broken in (await connection.execute(_LEFT_OVER, {"key": key})).scalars().all():
            await connection.execute(text(f"drop index concurrently {broken}"))
        await connection.execute(text(f"alter index {key} set (fillfactor = 100)"))
        await connection.execute(text(f"reindex index concurrently {key}"))
    finally:
        await connection.execute(text("reset lock_timeout"))
