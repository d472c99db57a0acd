"""The everyday path: quick quizzes and practice, pupils' own PINs, drafts of items, decisions about items."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _pupils()
    _sittings()
    _items()
    _rulings()


def _pupils() -> None:
    op.create_table(
        "pupil_secret",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pin_hash", sa.LargeBinary(), nullable=False),
        sa.Column("pin_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("ticket_hash", sa.LargeBinary(), nullable=False),
        sa.Column("ticket_sealed", sa.LargeBinary(), nullable=False),
        _created(),
        sa.ForeignKeyConstraint(["person_id"], ["exam.person.id"], name=op.f("fk_pupil_secret_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pupil_secret")),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_pupil_secret_ticket_hash")),
        schema="exam",
    )
    op.add_column("session", sa.Column("pupil", sa.Boolean(), server_default="false", nullable=False), schema="exam")
    op.drop_constraint("ck_session_one_principal", "session", schema="exam")
    op.create_check_constraint(
        "one_principal", "session", "(person_id is null) <> (candidate_id is null) or pupil", schema="exam"
    )
    op.create_check_constraint("pupil_is_a_person", "session", "person_id is not null or not pupil", schema="exam")


def _sittings() -> None:
    for column in (
        sa.Column("kind", sa.Text(), server_default="exam", nullable=False),
        sa.Column("join_code", sa.Text(), nullable=True),
        sa.Column("guests", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("marks_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marks_confirmed_by", sa.BigInteger(), nullable=True),
    ):
        op.add_column("sitting", column, schema="exam")
    op.create_unique_constraint(op.f("uq_sitting_join_code"), "sitting", ["join_code"], schema="exam")
    op.create_check_constraint("kind", "sitting", "kind in ('exam', 'quiz', 'homework', 'practice')", schema="exam")
    op.add_column("candidate", sa.Column("guest", sa.Boolean(), server_default="false", nullable=False), schema="exam")
    op.add_column("candidate", sa.Column("round", sa.SmallInteger(), server_default="1", nullable=False), schema="exam")


def _items() -> None:
    op.add_column(
        "import_run",
        sa.Column("repairs", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        schema="item_bank",
    )
    op.create_table(
        "item_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["item_bank.bank.id"], name=op.f("fk_item_draft_bank_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item_bank.item.id"], name=op.f("fk_item_draft_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_item_draft_public_id")),
        schema="item_bank",
    )
    for column in ("bank_id", "item_id", "person_id"):
        op.create_index(op.f(f"ix_item_draft_{column}"), "item_draft", [column], schema="item_bank")


def _rulings() -> None:
    op.add_column("result", sa.Column("ruling_id", sa.BigInteger(), nullable=True), schema="exam")
    op.create_table(
        "item_ruling",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("current", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("interaction", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        _created(),
        sa.CheckConstraint("kind in ('key', 'full_marks', 'dropped', 'as_written')", name=op.f("ck_item_ruling_kind")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_item_ruling_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_ruling")),
        sa.UniqueConstraint("public_id", name=op.f("uq_item_ruling_public_id")),
        schema="exam",
    )
    op.create_index(
        "uq_item_ruling_current", "item_ruling", ["sitting_id", "version_id"], unique=True, schema="exam",
        postgresql_where=sa.text("current"),
    )  # fmt: skip
    op.create_table(
        "feedback",
        sa.Column("attempt_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("share", sa.Text(), nullable=True),
        _created(),
        sa.ForeignKeyConstraint(["attempt_id"], ["exam.attempt.id"], name=op.f("fk_feedback_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "slot", name=op.f("pk_feedback")),
        schema="exam",
    )


def _created() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False)


def downgrade() -> None:
    op.drop_table("feedback", schema="exam")
    op.drop_table("item_ruling", schema="exam")
    op.drop_column("result", "ruling_id", schema="exam")
    op.drop_table("item_draft", schema="item_bank")
    op.drop_column("import_run", "repairs", schema="item_bank")
    for column in ("guest", "round"):
        op.drop_column("candidate", column, schema="exam")
    op.drop_constraint("ck_sitting_kind", "sitting", schema="exam")
    for column in ("kind", "join_code", "guests", "marks_confirmed_at", "marks_confirmed_by"):
        op.drop_column("sitting", column, schema="exam")
    # A session of a pupil has no place in the older table; whoever it belongs to signs in again.
    op.execute("delete from exam.session where pupil")
    for name in ("pupil_is_a_person", "one_principal"):
        op.drop_constraint(f"ck_session_{name}", "session", schema="exam")
    op.create_check_constraint(
        "one_principal", "session", "(person_id is null) <> (candidate_id is null)", schema="exam"
    )
    op.drop_column("session", "pupil", schema="exam")
    op.drop_table("pupil_secret", schema="exam")
