"""An index for pupils who sign in by code: without it each of a class that does so at once reads the whole table."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_person_upper_code", "person", [sa.text("upper(code)")], schema="exam")


def downgrade() -> None:
    op.drop_index("ix_person_upper_code", "person", schema="exam")
