"""Schemas, tables, the clock, and what only triggers can promise."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


STATEMENTS = (
    "create schema if not exists item_bank",
    "create schema if not exists exam",
    "create schema if not exists proctoring",
    "create extension if not exists pg_trgm",
    "create or replace function exam.now() returns timestamptz language sql volatile as 'select clock_timestamp()'",
)

IMMUTABLE = """
create function exam.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$
"""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    make_tables()
    op.execute(IMMUTABLE)
    op.execute(
        "create trigger append_only before update or delete on exam.audit for each row "
        "execute function exam.refuse_change()"
    )
    op.execute(
        "create trigger no_truncate before truncate on exam.audit for each statement "
        "execute function exam.refuse_change()"
    )
    op.execute(
        "create trigger immutable before update or delete on item_bank.item_version for each row "
        "execute function exam.refuse_change()"
    )


def downgrade() -> None:
    for schema in ("proctoring", "exam", "item_bank"):
        op.execute(f"drop schema {schema} cascade")


def make_tables() -> None:
    """As the tables stood when this migration was written; later ones change them."""
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        schema="exam",
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False, schema="exam")
    op.create_index("ix_audit_subject", "audit", ["subject_kind", "subject_id"], unique=False, schema="exam")
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        schema="exam",
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("public_id", name=op.f("uq_job_public_id")),
        schema="exam",
    )
    op.create_table(
        "journal",
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("resume", sa.SmallInteger(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("client_ms", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "resume", "counter", name=op.f("pk_journal")),
        schema="exam",
        postgresql_partition_by="RANGE (attempt_id)",
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
        schema="exam",
    )
    op.create_table(
        "ruling",
        sa.Column("attempt_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("resume", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("counter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "resume", "counter", name=op.f("pk_ruling")),
        schema="exam",
    )
    op.create_table(
        "sign_in_limit",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_ends", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_limit")),
        schema="exam",
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("path", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("zone", sa.Text(), server_default="Asia/Ho_Chi_Minh", nullable=False),
        sa.Column("locale", sa.Text(), server_default="vi", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.CheckConstraint("kind in ('ministry', 'province', 'commune', 'school', 'class')", name=op.f("ck_unit_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["exam.unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("path", name=op.f("uq_unit_path")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unit_public_id")),
        schema="exam",
    )
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"], unique=False, schema="exam")
    op.create_table(
        "asset",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_asset")),
        schema="item_bank",
    )
    op.create_table(
        "passage",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_passage")),
        schema="item_bank",
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.Column("seen_by", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("attempt_id", "rule", "key", name=op.f("uq_flag_attempt_id_rule_key")),
        schema="proctoring",
    )
    op.create_index("ix_flag_attempt", "flag", ["attempt_id"], unique=False, schema="proctoring")
    op.create_table(
        "presence",
        sa.Column("attempt_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_presence")),
        schema="proctoring",
    )
    op.create_table(
        "signal",
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("resume", sa.SmallInteger(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("client_ms", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "resume", "counter", "position", name=op.f("pk_signal")),
        schema="proctoring",
    )
    op.create_table(
        "exam",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.CheckConstraint("status in ('draft', 'ready', 'archived')", name=op.f("ck_exam_status")),
        sa.ForeignKeyConstraint(["unit_id"], ["exam.unit.id"], name=op.f("fk_exam_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exam_public_id")),
        schema="exam",
    )
    op.create_index(op.f("ix_exam_unit_id"), "exam", ["unit_id"], unique=False, schema="exam")
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["exam.unit.id"], name=op.f("fk_person_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
        schema="exam",
    )
    op.create_index(
        "ix_person_unit_code", "person", ["unit_id", "code"], unique=True, schema="exam", postgresql_where="code <> ''"
    )
    op.create_index(op.f("ix_person_unit_id"), "person", ["unit_id"], unique=False, schema="exam")
    op.create_table(
        "unit_alias",
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["exam.unit.id"], name=op.f("fk_unit_alias_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "code", name=op.f("pk_unit_alias")),
        schema="exam",
    )
    op.create_table(
        "bank",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["exam.unit.id"], name=op.f("fk_bank_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bank_public_id")),
        schema="item_bank",
    )
    op.create_index(op.f("ix_bank_unit_id"), "bank", ["unit_id"], unique=False, schema="item_bank")
    op.create_table(
        "account",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("password_temporary", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["exam.person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
        schema="exam",
    )
    op.create_table(
        "class_member",
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["exam.person.id"], name=op.f("fk_class_member_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["exam.unit.id"], name=op.f("fk_class_member_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "person_id", name=op.f("pk_class_member")),
        schema="exam",
    )
    op.create_index(op.f("ix_class_member_person_id"), "class_member", ["person_id"], unique=False, schema="exam")
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["exam.person.id"], name=op.f("fk_role_grant_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["exam.unit.id"], name=op.f("fk_role_grant_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "unit_id", "role", name=op.f("uq_role_grant_person_id_unit_id_role")),
        schema="exam",
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False, schema="exam")
    op.create_index(op.f("ix_role_grant_unit_id"), "role_grant", ["unit_id"], unique=False, schema="exam")
    op.create_table(
        "sitting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("exam_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("timing", sa.Text(), server_default="individual", nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("seed", sa.Text(), server_default="", nullable=False),
        sa.Column("first_attempt_id", sa.BigInteger(), nullable=True),
        sa.Column("attempt_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paper_key", sa.LargeBinary(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.CheckConstraint("state in ('draft', 'confirming', 'confirmed', 'closed')", name=op.f("ck_sitting_state")),
        sa.CheckConstraint("timing in ('individual', 'common_end')", name=op.f("ck_sitting_timing")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam.id"], name=op.f("fk_sitting_exam_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["exam.unit.id"], name=op.f("fk_sitting_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sitting_public_id")),
        schema="exam",
    )
    op.create_index(op.f("ix_sitting_exam_id"), "sitting", ["exam_id"], unique=False, schema="exam")
    op.create_index(op.f("ix_sitting_unit_id"), "sitting", ["unit_id"], unique=False, schema="exam")
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["item_bank.bank.id"], name=op.f("fk_import_run_bank_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_run_public_id")),
        schema="item_bank",
    )
    op.create_index(op.f("ix_import_run_bank_id"), "import_run", ["bank_id"], unique=False, schema="item_bank")
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status in ('draft', 'in_review', 'approved', 'returned', 'retired')", name=op.f("ck_item_status")
        ),
        sa.ForeignKeyConstraint(["bank_id"], ["item_bank.bank.id"], name=op.f("fk_item_bank_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("public_id", name=op.f("uq_item_public_id")),
        schema="item_bank",
    )
    op.create_index(op.f("ix_item_bank_id"), "item", ["bank_id"], unique=False, schema="item_bank")
    op.create_table(
        "credit_proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("outage_id", sa.BigInteger(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["outage_id"], ["exam.outage.id"], name=op.f("fk_credit_proposal_outage_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_credit_proposal_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_proposal")),
        schema="exam",
    )
    op.create_index(
        op.f("ix_credit_proposal_sitting_id"), "credit_proposal", ["sitting_id"], unique=False, schema="exam"
    )
    op.create_table(
        "form",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("key_map", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("slots", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("paper_digest", sa.Text(), nullable=False),
        sa.Column("variant_version", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_form_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form")),
        sa.UniqueConstraint("public_id", name=op.f("uq_form_public_id")),
        sa.UniqueConstraint("sitting_id", "number", name=op.f("uq_form_sitting_id_number")),
        schema="exam",
    )
    op.create_table(
        "item_analysis",
        sa.Column("sitting_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("job_public_id", sa.Text(), nullable=True),
        sa.Column("found", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_item_analysis_sitting_id")),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_item_analysis")),
        schema="exam",
    )
    op.create_table(
        "room",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("invigilator_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["invigilator_id"], ["exam.person.id"], name=op.f("fk_room_invigilator_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_room_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_public_id")),
        sa.UniqueConstraint("sitting_id", "name", name=op.f("uq_room_sitting_id_name")),
        schema="exam",
    )
    op.create_index(op.f("ix_room_sitting_id"), "room", ["sitting_id"], unique=False, schema="exam")
    op.create_table(
        "roster_upload",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_roster_upload_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_roster_upload_public_id")),
        schema="exam",
    )
    op.create_index("ix_roster_upload_created_at", "roster_upload", ["created_at"], unique=False, schema="exam")
    op.create_index(op.f("ix_roster_upload_sitting_id"), "roster_upload", ["sitting_id"], unique=False, schema="exam")
    op.create_table(
        "item_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("grade", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="vi", nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("source_format", sa.Text(), nullable=True),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["item_bank.import_run.id"], name=op.f("fk_item_version_import_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item_bank.item.id"], name=op.f("fk_item_version_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_item_version_item_id_number")),
        schema="item_bank",
    )
    op.create_index(op.f("ix_item_version_digest"), "item_version", ["digest"], unique=False, schema="item_bank")
    op.create_index(
        "ix_item_version_search",
        "item_version",
        ["search"],
        unique=False,
        schema="item_bank",
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("class_name", sa.Text(), server_default="", nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("pin_hash", sa.LargeBinary(), nullable=True),
        sa.Column("pin_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ticket_hash", sa.LargeBinary(), nullable=True),
        sa.Column("ticket_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("extra_percent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("extra_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("accommodation_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("accommodation_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["exam.person.id"], name=op.f("fk_candidate_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["exam.room.id"], name=op.f("fk_candidate_room_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_candidate_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_candidate_public_id")),
        sa.UniqueConstraint("sitting_id", "number", name=op.f("uq_candidate_sitting_id_number")),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_candidate_ticket_hash")),
        schema="exam",
    )
    op.create_index(op.f("ix_candidate_person_id"), "candidate", ["person_id"], unique=False, schema="exam")
    op.create_index(op.f("ix_candidate_room_id"), "candidate", ["room_id"], unique=False, schema="exam")
    op.create_table(
        "variant",
        sa.Column("attempt_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["exam.form.id"], name=op.f("fk_variant_form_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_variant")),
        schema="exam",
    )
    op.create_index(op.f("ix_variant_form_id"), "variant", ["form_id"], unique=False, schema="exam")
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("candidate_id", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="ready", nullable=False),
        sa.Column("resume", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("device_allowed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("device_waiting", sa.Text(), server_default="", nullable=False),
        sa.Column("admitted", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grace_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("credit_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.Column("notices", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state in ('ready', 'running', 'paused', 'submitted', 'expired', 'ended', 'absent')",
            name=op.f("ck_attempt_state"),
        ),
        sa.ForeignKeyConstraint(["candidate_id"], ["exam.candidate.id"], name=op.f("fk_attempt_candidate_id")),
        sa.ForeignKeyConstraint(["form_id"], ["exam.form.id"], name=op.f("fk_attempt_form_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_attempt_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_attempt_candidate_id")),
        schema="exam",
    )
    op.create_index(
        "ix_attempt_deadline",
        "attempt",
        ["deadline"],
        unique=False,
        schema="exam",
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index("ix_attempt_sitting_state", "attempt", ["sitting_id", "state"], unique=False, schema="exam")
    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("candidate_id", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("user_agent", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(person_id is null) <> (candidate_id is null)", name=op.f("ck_session_one_principal")),
        sa.ForeignKeyConstraint(["candidate_id"], ["exam.candidate.id"], name=op.f("fk_session_candidate_id")),
        sa.ForeignKeyConstraint(["person_id"], ["exam.person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
        schema="exam",
    )
    op.create_index(op.f("ix_session_candidate_id"), "session", ["candidate_id"], unique=False, schema="exam")
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False, schema="exam")
    op.create_table(
        "hand_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("current", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("rubric", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("response_digest", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["exam.attempt.id"], name=op.f("fk_hand_mark_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_mark")),
        schema="exam",
    )
    op.create_index(
        "uq_hand_mark_current",
        "hand_mark",
        ["attempt_id", "slot"],
        unique=True,
        schema="exam",
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "intervention",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["exam.attempt.id"], name=op.f("fk_intervention_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
        schema="exam",
    )
    op.create_index(op.f("ix_intervention_attempt_id"), "intervention", ["attempt_id"], unique=False, schema="exam")
    op.create_table(
        "receipt",
        sa.Column("attempt_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["exam.attempt.id"], name=op.f("fk_receipt_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("code", name=op.f("uq_receipt_code")),
        schema="exam",
    )
    op.create_table(
        "result",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("rounded", sa.Numeric(), nullable=False),
        sa.Column("pending", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("exam.now()"), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["exam.attempt.id"], name=op.f("fk_result_attempt_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_result_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result")),
        schema="exam",
    )
    op.create_index(
        "ix_result_sitting", "result", ["sitting_id"], unique=False, schema="exam", postgresql_where=sa.text("current")
    )
    op.create_index("uq_result_attempt_version", "result", ["attempt_id", "version"], unique=True, schema="exam")
    op.create_index(
        "uq_result_current", "result", ["attempt_id"], unique=True, schema="exam", postgresql_where=sa.text("current")
    )
    op.create_table(
        "script",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sitting_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("response_digest", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["exam.attempt.id"], name=op.f("fk_script_attempt_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam.sitting.id"], name=op.f("fk_script_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script")),
        sa.UniqueConstraint("attempt_id", "slot", name=op.f("uq_script_attempt_id_slot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_script_public_id")),
        schema="exam",
    )
    op.create_index("ix_script_queue", "script", ["sitting_id", "version_id", "public_id"], unique=False, schema="exam")
