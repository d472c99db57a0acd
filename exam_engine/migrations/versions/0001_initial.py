"""Schemas, tables, the clock, and what only triggers can promise."""

from alembic import op

from exam_engine.tables import metadata

revision = "0001"
down_revision = None


STATEMENTS = (
    "create schema if not exists item_bank",
    "create schema if not exists exam",
    "create schema if not exists proctoring",
    "create extension if not exists pg_trgm",
    "create or replace function exam.now() returns timestamptz language sql volatile as 'select clock_timestamp()'",
)

IMMUTABLE = """
create function exam.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$
"""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    metadata.create_all(op.get_bind())
    op.execute(IMMUTABLE)
    op.execute(
        "create trigger append_only before update or delete on exam.audit for each row "
        "execute function exam.refuse_change()"
    )
    op.execute(
        "create trigger no_truncate before truncate on exam.audit for each statement "
        "execute function exam.refuse_change()"
    )
    op.execute(
        "create trigger immutable before update or delete on item_bank.item_version for each row "
        "execute function exam.refuse_change()"
    )


def downgrade() -> None:
    for schema in ("proctoring", "exam", "item_bank"):
        op.execute(f"drop schema {schema} cascade")
