"""Alembic's entry: runs in the connection and transaction of the caller (`exam_engine.migrations`)."""

from alembic import context

from exam_engine.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    version_table_schema="public",
)
with context.begin_transaction():
    context.run_migrations()
