"""From which banks a teacher takes questions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_USED = text("""
select bank_id from (
  select i.bank_id, tests.changed_at as at
  from (
    select definition, changed_at from exam.exam where created_by = :person order by changed_at desc limit 50
  ) as tests
  cross join lateral jsonb_path_query(tests.definition, '$.sections[*].items[*].version') as pinned(version)
  join item_bank.item_version v on v.id = pinned.version::text::bigint
  join item_bank.item i on i.id = v.item_id
  union all
  select bank_id, created_at from item_bank.import_run where created_by = :person and confirmed
) as used
group by bank_id
order by max(at) desc, bank_id
""")


async def banks_used(connection: AsyncConnection, person_id: int) -> Sequence[int]:
    """Banks of which this person has put questions into one of the newest tests, or imported some; last used first."""
    return list((await connection.execute(_USED, {"person": person_id})).scalars())
