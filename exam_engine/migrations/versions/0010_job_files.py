"""Files that long works make: an export of many items is written by a job and fetched when it is done."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
oldest_program = "0007"


def upgrade() -> None:
    op.create_table(
        "job_file",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["exam.job.id"], name=op.f("fk_job_file_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job_file")),
        schema="exam",
    )


def downgrade() -> None:
    op.drop_table("job_file", schema="exam")
