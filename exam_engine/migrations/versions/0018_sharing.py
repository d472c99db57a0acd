"""Who reads a bank, what is said of its items where others use them, and of what an item is a copy."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
oldest_program = "0007"

SAID = ("credit", "source", "licence")


def upgrade() -> None:
    op.add_column("bank", sa.Column("reach", sa.Text(), nullable=False, server_default="unit"), schema="item_bank")
    op.add_column("bank", sa.Column("owner_id", sa.BigInteger()), schema="item_bank")
    for name in SAID:
        op.add_column("bank", sa.Column(name, sa.Text(), nullable=False, server_default=""), schema="item_bank")
    reach = "reach in ('owner', 'unit', 'commune', 'province', 'ministry')"
    op.create_check_constraint(op.f("ck_bank_reach"), "bank", reach, schema="item_bank")
    owner = "(reach = 'owner') = (owner_id is not null)"
    op.create_check_constraint(op.f("ck_bank_owner"), "bank", owner, schema="item_bank")
    wider = sa.text("reach in ('commune', 'province', 'ministry')")
    op.create_index("ix_bank_reach", "bank", ["reach"], schema="item_bank", postgresql_where=wider)
    op.add_column("item", sa.Column("copied_from", sa.BigInteger()), schema="item_bank")


def downgrade() -> None:
    op.drop_column("item", "copied_from", schema="item_bank")
    op.drop_index("ix_bank_reach", "bank", schema="item_bank")
    for name in ("reach", "owner"):
        op.drop_constraint(op.f(f"ck_bank_{name}"), "bank", schema="item_bank")
    for name in ("reach", "owner_id", *SAID):
        op.drop_column("bank", name, schema="item_bank")
