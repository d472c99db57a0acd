"""Changes of tables that candidates write to, each in the form that stops no save (docs/operations.md#upgrade).

An index is built beside the writers, which needs a migration without a transaction around it (`transaction = False`).
These functions may run again: what an interrupted run has left half built is built anew. In an empty database, where
all migrations run in one transaction, an index is built the plain way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

_LOCK_TIMEOUT = sa.text("select current_setting('lock_timeout')")
_VALID = sa.text("select indisvalid from pg_index where indexrelid = to_regclass(:name)")
_WITHOUT = sa.text(
    "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
    " where i.inhparent = to_regclass(:table) and not exists (select from pg_inherits child"
    " join pg_index x on x.indexrelid = child.inhrelid where child.inhparent = to_regclass(:index)"
    " and x.indrelid = c.oid) order by c.oid"
)


def add_index(
    name: str, table: str, columns: Sequence[str], *, schema: str = "exam", method: str = "btree", where: str = ""
) -> None:
    rest = f"{name} on {schema}.{table} using {method} ({', '.join(columns)})" + (f" where {where}" if where else "")
    if not _alone():
        op.execute(f"create index {rest}")
        return
    with _waiting_for_all():
        found = _asked(_VALID, name=f"{schema}.{name}")
        if found == [False]:
            op.execute(f"drop index concurrently {schema}.{name}")
        if found != [True]:
            op.execute(f"create index concurrently {rest}")


def drop_index(name: str, *, schema: str = "exam") -> None:
    if not _alone():
        op.execute(f"drop index if exists {schema}.{name}")
        return
    with _waiting_for_all():
        op.execute(f"drop index concurrently if exists {schema}.{name}")


def add_partitioned_index(name: str, table: str, columns: Sequence[str], *, schema: str = "exam") -> None:
    """Partition by partition, each joined to the parent's; partitions that come meanwhile are found, too."""
    listed = ", ".join(columns)
    if not _alone():
        op.execute(f"create index {name} on {schema}.{table} ({listed})")
        return
    op.execute(f"create index if not exists {name} on only {schema}.{table} ({listed})")
    while parts := _asked(_WITHOUT, table=f"{schema}.{table}", index=f"{schema}.{name}"):
        for part in parts:
            own = f"{name}_{part}"
            add_index(own, part, columns, schema=schema)
            op.execute(f"alter index {schema}.{name} attach partition {schema}.{own}")


@contextmanager
def _waiting_for_all() -> Iterator[None]:
    """For what waits for every older transaction, and may: nobody waits for it. Whatever comes next steps aside again:
    `reset` would leave it without the limit that the migration began with."""
    before = _asked(_LOCK_TIMEOUT)
    op.execute("set lock_timeout = 0")
    try:
        yield
    finally:
        op.execute(f"set lock_timeout = '{before[0]}'" if before else "reset lock_timeout")


def _asked(question: sa.TextClause, **values: str) -> Sequence[Any]:
    """Nothing is there where the migration is only written out (the lint reads it)."""
    return [] if op.get_context().as_sql else op.get_bind().scalars(question, values).all()


def _alone() -> bool:
    config = op.get_context().config
    return config is not None and bool(config.attributes["alone"])
