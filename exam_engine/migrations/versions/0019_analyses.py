"""Every analysis of a sitting is kept, and the pages of the last one are stored."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
oldest_program = "0007"


def upgrade() -> None:
    op.create_table(
        "analysis",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("told", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_analysis_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
        sa.UniqueConstraint("sitting_id", "number", name=op.f("uq_analysis_sitting_id_number")),
        schema="exam",
    )
    op.create_table(
        "analysis_page",
        sa.Column("sitting_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_analysis_page_sitting_id")),
        sa.PrimaryKeyConstraint("sitting_id", "locale", "name", name=op.f("pk_analysis_page")),
        schema="exam",
    )


def downgrade() -> None:
    op.drop_table("analysis_page", schema="exam")
    op.drop_table("analysis", schema="exam")
