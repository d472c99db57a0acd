"""Forms that were assembled by an exam's blueprint."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
oldest_program = "0007"


def upgrade() -> None:
    op.create_table(
        "assembly",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("exam_id", sa.BigInteger(), nullable=False),
        sa.Column("asked", JSONB(), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("job_public_id", sa.Text()),
        sa.Column("found", JSONB()),
        sa.Column("made_at", sa.DateTime(timezone=True)),
        sa.Column("taken", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_by", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam.id"], name=op.f("fk_assembly_exam_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assembly_public_id")),
        schema="exam",
    )
    op.create_index(op.f("ix_assembly_exam_id"), "assembly", ["exam_id"], schema="exam")


def downgrade() -> None:
    op.drop_table("assembly", schema="exam")
