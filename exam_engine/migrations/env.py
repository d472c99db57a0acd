"""Alembic's entry: runs in the connection and transaction of the caller (`exam_engine.migrations`)."""

from typing import Any

from alembic import context
from alembic.script import ScriptDirectory
from sqlalchemy import text

from exam_engine.migrations import oldest_program
from exam_engine.tables import metadata

_KNOWN = text("select to_regclass('exam.compatibility') is not null")
_REMEMBER = text(
    "insert into exam.compatibility (id, oldest_program) values (1, :oldest)"
    " on conflict (id) do update set oldest_program = excluded.oldest_program"
)


def remember_who_may_stay(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """The database itself says which programs may go on: an older one does not know the newer migrations."""
    if heads and not ctx.as_sql and ctx.connection.scalar(_KNOWN):
        applied = list(ScriptDirectory.from_config(context.config).iterate_revisions(tuple(heads), "base"))
        ctx.connection.execute(_REMEMBER, {"oldest": oldest_program(applied)})


context.configure(
    connection=context.config.attributes["connection"],
    dialect_name="postgresql",
    target_metadata=metadata,
    include_schemas=True,
    version_table_schema="public",
    on_version_apply=remember_who_may_stay,
    transactional_ddl=not context.config.attributes["alone"],
)
with context.begin_transaction():
    context.run_migrations()
