"""Lists of a bank: what they filter by stands in the item's own row; filters of a person; changes of many items."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0012"
down_revision = "0011"
oldest_program = "0007"

LABELS = ("type", "subject", "grade", "topic", "level", "language")

#: What an item asks and how it is marked: two versions that differ in nothing else have the same figures.
ASKED = """
create function item_bank.asked(content jsonb) returns jsonb language sql immutable as $$
    select content - '{title,subject,grade,topic,level,author,licence,points,tags,extra,rationale}'::text[]
$$
"""
NEWEST = """
create function item_bank.list_newest() returns trigger language plpgsql as $$
declare
    same boolean := item_bank.asked(new.content) = (select item_bank.asked(v.content)
        from item_bank.item i join item_bank.item_version v on v.id = i.version_id where i.id = new.item_id);
begin
    update item_bank.item set version_id = new.id, type = new.type, subject = new.subject, grade = new.grade,
        topic = new.topic, level = new.level, language = new.language, tags = new.tags, author_id = new.created_by,
        answered = case when same then answered else 0 end, facility = case when same then facility end,
        flagged = coalesce(same, false) and flagged
    where id = new.item_id;
    return null;
end $$
"""
TRIGGER = (
    "create trigger list_newest after insert on item_bank.item_version for each row"
    " execute function item_bank.list_newest()"
)


def upgrade() -> None:
    for name in LABELS:
        op.add_column("item", sa.Column(name, sa.Text(), server_default="", nullable=False), schema="item_bank")
    for column in (
        sa.Column("version_id", sa.BigInteger()),
        sa.Column("tags", ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("author_id", sa.BigInteger()),
        sa.Column("answered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("facility", sa.Float()),
        sa.Column("flagged", sa.Boolean(), server_default="false", nullable=False),
    ):
        op.add_column("item", column, schema="item_bank")
    for statement in (ASKED, NEWEST, TRIGGER):
        op.execute(statement)
    _figures()
    _of_persons()


def _figures() -> None:
    op.create_table(
        "item_figure",
        sa.Column("sitting_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("facility", sa.Float(), nullable=False),
        sa.Column("flagged", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_item_figure_sitting_id")),
        sa.ForeignKeyConstraint(["version_id"], ["item_bank.item_version.id"], name=op.f("fk_item_figure_version_id")),
        sa.PrimaryKeyConstraint("sitting_id", "version_id", name=op.f("pk_item_figure")),
        schema="exam",
    )
    op.create_index(op.f("ix_item_figure_version_id"), "item_figure", ["version_id"], schema="exam")


def _of_persons() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["item_bank.bank.id"], name=op.f("fk_saved_filter_bank_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_filter_public_id")),
        sa.UniqueConstraint("bank_id", "person_id", "name", name=op.f("uq_saved_filter_bank_id_person_id_name")),
        schema="item_bank",
    )
    op.create_table(
        "bulk_edit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("change", JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state in ('proposed', 'applied', 'undone')", name=op.f("ck_bulk_edit_state")),
        sa.ForeignKeyConstraint(["bank_id"], ["item_bank.bank.id"], name=op.f("fk_bulk_edit_bank_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_edit")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_edit_public_id")),
        schema="item_bank",
    )
    op.create_index("ix_bulk_edit_bank_id_person_id", "bulk_edit", ["bank_id", "person_id"], schema="item_bank")
    op.create_table(
        "bulk_edit_item",
        sa.Column("edit_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("before_id", sa.BigInteger(), nullable=False),
        sa.Column("before_status", sa.Text(), nullable=False),
        sa.Column("approvals", ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("after_id", sa.BigInteger()),
        sa.Column("after_status", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.ForeignKeyConstraint(
            ["edit_id"], ["item_bank.bulk_edit.id"], name=op.f("fk_bulk_edit_item_edit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item_bank.item.id"], name=op.f("fk_bulk_edit_item_item_id")),
        sa.PrimaryKeyConstraint("edit_id", "item_id", name=op.f("pk_bulk_edit_item")),
        schema="item_bank",
    )
    op.create_index(op.f("ix_bulk_edit_item_item_id"), "bulk_edit_item", ["item_id"], schema="item_bank")


def downgrade() -> None:
    for name in ("bulk_edit_item", "bulk_edit", "saved_filter"):
        op.drop_table(name, schema="item_bank")
    op.drop_table("item_figure", schema="exam")
    op.execute("drop trigger list_newest on item_bank.item_version")
    op.execute("drop function item_bank.list_newest()")
    op.execute("drop function item_bank.asked(jsonb)")
    for name in ("flagged", "facility", "answered", "author_id", "tags", "version_id", *reversed(LABELS)):
        op.drop_column("item", name, schema="item_bank")
