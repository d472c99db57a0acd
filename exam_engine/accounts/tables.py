"""Units, people, staff accounts, grants, sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from exam_engine.kit.tables import created_at, id_column, metadata, public_id_column

#: A row; its attributes are the columns that the statement names.
Found = Any

# `path` is the chain of ids "1.5.23." (collation C): everything below a unit starts with its path.
unit = Table(
    "unit",
    metadata,
    id_column(),
    public_id_column(),
    Column("parent_id", BigInteger, ForeignKey("exam.unit.id"), index=True),
    Column("path", Text(collation="C"), nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("zone", Text, nullable=False, server_default="Asia/Ho_Chi_Minh"),
    Column("locale", Text, nullable=False, server_default="vi"),
    Column("valid_from", Date),
    Column("valid_to", Date),
    created_at(),
    CheckConstraint("kind in ('ministry', 'province', 'commune', 'school', 'class')", name="kind"),
    schema="exam",
)

# Codes that a unit carried before a merger or renaming.
unit_alias = Table(
    "unit_alias",
    metadata,
    Column("unit_id", BigInteger, ForeignKey("exam.unit.id"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("valid_to", Date),
    schema="exam",
)

# Staff and pupils. `sort_key` orders by given, family, middle name in Vietnamese; `search` is accent-folded.
person = Table(
    "person",
    metadata,
    id_column(),
    public_id_column(),
    Column("unit_id", BigInteger, ForeignKey("exam.unit.id"), nullable=False, index=True),
    Column("code", Text, nullable=False, server_default=""),
    Column("full_name", Text, nullable=False),
    Column("sort_key", Text(collation="C"), nullable=False),
    Column("search", Text, nullable=False),
    Column("birth_date", Date),
    Column("gender", Text),
    created_at(),
    Index("ix_person_unit_code", "unit_id", "code", unique=True, postgresql_where="code <> ''"),
    Index("ix_person_upper_code", text("upper(code)")),  # pupils sign in by code, in any school and any case
    schema="exam",
)

class_member = Table(
    "class_member",
    metadata,
    Column("unit_id", BigInteger, ForeignKey("exam.unit.id"), primary_key=True),
    Column("person_id", BigInteger, ForeignKey("exam.person.id"), primary_key=True, index=True),
    schema="exam",
)

account = Table(
    "account",
    metadata,
    Column("person_id", BigInteger, ForeignKey("exam.person.id"), primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("locale", Text),
    Column("password_temporary", Boolean, nullable=False, server_default="false"),
    Column("disabled_at", DateTime(timezone=True)),
    created_at(),
    schema="exam",
)

role_grant = Table(
    "role_grant",
    metadata,
    id_column(),
    Column("person_id", BigInteger, ForeignKey("exam.person.id"), nullable=False, index=True),
    Column("unit_id", BigInteger, ForeignKey("exam.unit.id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("granted_by", BigInteger),
    created_at(),
    UniqueConstraint("person_id", "unit_id", "role"),
    schema="exam",
)

# A pupil's own PIN and slip, kept from test to test; as sealed as a candidate's.
pupil_secret = Table(
    "pupil_secret",
    metadata,
    Column("person_id", BigInteger, ForeignKey("exam.person.id"), primary_key=True, autoincrement=False),
    Column("pin_hash", LargeBinary, nullable=False),
    Column("pin_sealed", LargeBinary, nullable=False),
    Column("ticket_hash", LargeBinary, nullable=False, unique=True),
    Column("ticket_sealed", LargeBinary, nullable=False),
    created_at(),
    schema="exam",
)

# One table for every principal: staff (a person), a pupil (`pupil`, and the candidate as whom the pupil is just
# taking a test), or a candidate alone (ticket, guest). Only the token's SHA-256 is stored.
session = Table(
    "session",
    metadata,
    id_column(),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("person_id", BigInteger, ForeignKey("exam.person.id"), index=True),
    Column("candidate_id", BigInteger, ForeignKey("exam.candidate.id"), index=True),
    Column("pupil", Boolean, nullable=False, server_default="false"),
    Column("device", Text, nullable=False, server_default=""),
    Column("user_agent", Text, nullable=False, server_default=""),
    created_at(),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("(person_id is null) <> (candidate_id is null) or pupil", name="one_principal"),
    CheckConstraint("person_id is not null or not pupil", name="pupil_is_a_person"),
    schema="exam",
)

# Counts failures per ticket, number or user name, never per network address alone.
sign_in_limit = Table(
    "sign_in_limit",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("window_ends", DateTime(timezone=True), nullable=False),
    schema="exam",
)
