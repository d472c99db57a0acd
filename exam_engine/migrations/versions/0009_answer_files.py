"""Photographs and other files that candidates hand in, in the pieces in which they came."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
oldest_program = "0007"


def upgrade() -> None:
    op.create_table(
        "answer_file",
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["exam.attempt.id"], name=op.f("fk_answer_file_attempt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("attempt_id", "digest", name=op.f("pk_answer_file")),
        schema="exam",
    )
    op.create_table(
        "answer_file_piece",
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id", "digest"],
            ["exam.answer_file.attempt_id", "exam.answer_file.digest"],
            name=op.f("fk_answer_file_piece_attempt_id_digest"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attempt_id", "digest", "at", name=op.f("pk_answer_file_piece")),
        schema="exam",
    )


def downgrade() -> None:
    op.drop_table("answer_file_piece", schema="exam")
    op.drop_table("answer_file", schema="exam")
