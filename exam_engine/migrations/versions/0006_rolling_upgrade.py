"""Which programs may stay beside this schema: `serve` of the version before goes on while the new one comes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
oldest_program = "0006"  # older programs refuse every schema but their own


def upgrade() -> None:
    op.create_table(
        "compatibility",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("oldest_program", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compatibility")),
        schema="exam",
    )


def downgrade() -> None:
    op.drop_table("compatibility", schema="exam")
