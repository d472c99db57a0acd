"""Comments on items are answered, resolved, changed and taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
oldest_program = "0007"

TIMES = ("edited_at", "deleted_at", "resolved_at")
PERSONS = ("resolved_by", "last_by")


def upgrade() -> None:
    op.add_column("item_comment", sa.Column("thread_id", sa.BigInteger()), schema="item_bank")
    for name in TIMES:
        op.add_column("item_comment", sa.Column(name, sa.DateTime(timezone=True)), schema="item_bank")
    for name in PERSONS:
        op.add_column("item_comment", sa.Column(name, sa.BigInteger()), schema="item_bank")
    op.create_foreign_key(
        op.f("fk_item_comment_thread_id"),
        "item_comment",
        "item_comment",
        ["thread_id"],
        ["id"],
        source_schema="item_bank",
        referent_schema="item_bank",
    )
    op.create_index(op.f("ix_item_comment_thread_id"), "item_comment", ["thread_id"], schema="item_bank")
    op.create_index(
        "ix_item_comment_open",
        "item_comment",
        ["version_id"],
        schema="item_bank",
        postgresql_where=sa.text("thread_id is null and resolved_at is null"),
    )


def downgrade() -> None:
    for name in ("ix_item_comment_open", op.f("ix_item_comment_thread_id")):
        op.drop_index(name, "item_comment", schema="item_bank")
    op.drop_constraint(op.f("fk_item_comment_thread_id"), "item_comment", schema="item_bank")
    for name in (*PERSONS, *TIMES, "thread_id"):
        op.drop_column("item_comment", name, schema="item_bank")
