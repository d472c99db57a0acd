"""By what questions near another one are found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0015"
down_revision = "0014"
oldest_program = "0007"


def upgrade() -> None:
    op.create_table(
        "item_signature",
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bands", ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item_bank.item.id"], name=op.f("fk_item_signature_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_signature")),
        schema="item_bank",
    )
    op.create_index(
        "ix_item_signature_bands",
        "item_signature",
        ["bands"],
        schema="item_bank",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def downgrade() -> None:
    op.drop_table("item_signature", schema="item_bank")
