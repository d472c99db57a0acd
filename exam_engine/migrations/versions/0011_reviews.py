"""Reviews of items, what a bank asks of them, comments, and the release of a formal paper by two persons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0011"
down_revision = "0010"
oldest_program = "0007"

CHECKLIST = "'{key,one_best,level,language,fairness,pictures}'"


def upgrade() -> None:
    op.add_column(
        "bank",
        sa.Column("reviews_needed", sa.SmallInteger(), server_default="0", nullable=False),
        schema="item_bank",
    )
    op.add_column(
        "bank",
        sa.Column("checklist", ARRAY(sa.Text()), server_default=sa.text(CHECKLIST), nullable=False),
        schema="item_bank",
    )
    op.add_column(
        "bank",
        sa.Column("released_by_two", sa.Boolean(), server_default="false", nullable=False),
        schema="item_bank",
    )
    op.add_column(
        "item", sa.Column("review_round", sa.Integer(), server_default="0", nullable=False), schema="item_bank"
    )
    op.add_column("item", sa.Column("sent_at", sa.DateTime(timezone=True)), schema="item_bank")
    op.create_index(
        "ix_item_waiting",
        "item",
        ["sent_at", "id"],
        schema="item_bank",
        postgresql_where=sa.text("status = 'in_review'"),
    )
    op.create_index(
        "ix_item_returned", "item", ["bank_id"], schema="item_bank", postgresql_where=sa.text("status = 'returned'")
    )
    op.create_table(
        "bank_reviewer",
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["item_bank.bank.id"], name=op.f("fk_bank_reviewer_bank_id")),
        sa.PrimaryKeyConstraint("bank_id", "person_id", name=op.f("pk_bank_reviewer")),
        schema="item_bank",
    )
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("answers", JSONB(), server_default="{}", nullable=False),
        sa.Column("reasons", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("verdict in ('approve', 'return')", name=op.f("ck_review_verdict")),
        sa.ForeignKeyConstraint(["version_id"], ["item_bank.item_version.id"], name=op.f("fk_review_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "version_id", "reviewer_id", "round", "verdict", name=op.f("uq_review_version_id_reviewer_id_round_verdict")
        ),
        schema="item_bank",
    )
    op.create_table(
        "approved_version",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["item_bank.item_version.id"], name=op.f("fk_approved_version_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_approved_version")),
        schema="item_bank",
    )
    # What an import brought as approved before there were reviews stays so.
    op.execute(
        "insert into item_bank.approved_version (version_id) select max(v.id) from item_bank.item i"
        " join item_bank.item_version v on v.item_id = i.id where i.status = 'approved' group by i.id"
    )
    op.create_table(
        "item_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["item_bank.item_version.id"], name=op.f("fk_item_comment_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_comment")),
        schema="item_bank",
    )
    op.create_index(op.f("ix_item_comment_version_id"), "item_comment", ["version_id"], schema="item_bank")
    op.create_table(
        "paper_release",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("exam_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.Column("released_by", sa.BigInteger(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("released_by <> asked_by", name=op.f("ck_paper_release_two_persons")),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exam.exam.id"], name=op.f("fk_paper_release_exam_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_release")),
        sa.UniqueConstraint("exam_id", "digest", name=op.f("uq_paper_release_exam_id_digest")),
        schema="exam",
    )


def downgrade() -> None:
    op.drop_table("paper_release", schema="exam")
    for name in ("item_comment", "approved_version", "review", "bank_reviewer"):
        op.drop_table(name, schema="item_bank")
    for name in ("ix_item_returned", "ix_item_waiting"):
        op.drop_index(name, "item", schema="item_bank")
    for table, name in (
        ("item", "sent_at"),
        ("item", "review_round"),
        ("bank", "released_by_two"),
        ("bank", "checklist"),
        ("bank", "reviews_needed"),
    ):
        op.drop_column(table, name, schema="item_bank")
