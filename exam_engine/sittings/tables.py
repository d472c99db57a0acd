"""Sittings, rooms, candidates, forms, papers, variants."""

from __future__ import annotations

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
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.packed import PackedJSON
from exam_engine.kit.tables import created_at, id_column, metadata, public_id_column

# `definition` is the exam's definition at confirmation (immutable from then on), `policy` a
# `exam_engine.sittings.policy.SittingPolicy`. Attempts of a sitting are one contiguous block of ids.
sitting = Table(
    "sitting",
    metadata,
    id_column(),
    public_id_column(),
    Column("exam_id", BigInteger, ForeignKey("exam.exam.id"), nullable=False, index=True),
    Column("unit_id", BigInteger, ForeignKey("exam.unit.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="exam"),
    Column("join_code", Text, unique=True),  # what pupils type to come in; none for a formal exam
    Column("guests", Boolean, nullable=False, server_default="false"),  # may come in by a name of their own
    Column("opens_at", DateTime(timezone=True), nullable=False),  # waiting room
    Column("starts_at", DateTime(timezone=True), nullable=False),  # earliest start
    Column("closes_at", DateTime(timezone=True), nullable=False),  # latest start (individual) or common end
    Column("duration_s", Integer, nullable=False),
    Column("timing", Text, nullable=False, server_default="individual"),  # individual, common_end
    Column("state", Text, nullable=False, server_default="draft"),
    Column("policy", JSONB, nullable=False, server_default="{}"),
    Column("definition", JSONB),
    Column("seed", Text, nullable=False, server_default=""),
    Column("first_attempt_id", BigInteger),
    Column("attempt_count", Integer, nullable=False, server_default="0"),
    Column("paper_key", LargeBinary),  # wrapped by the master key (kit.keys)
    Column("released_at", DateTime(timezone=True)),
    Column("marks_confirmed_at", DateTime(timezone=True)),  # a teacher has looked at the marks and stands by them
    Column("marks_confirmed_by", BigInteger),
    Column("created_by", BigInteger),
    created_at(),
    CheckConstraint("kind in ('exam', 'quiz', 'homework', 'practice')", name="kind"),
    CheckConstraint("state in ('draft', 'confirming', 'confirmed', 'closed')", name="state"),
    CheckConstraint("timing in ('individual', 'common_end')", name="timing"),
    schema="exam",
)

room = Table(
    "room",
    metadata,
    id_column(),
    public_id_column(),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("invigilator_id", BigInteger, ForeignKey("exam.person.id")),
    UniqueConstraint("sitting_id", "name"),
    schema="exam",
)

candidate = Table(
    "candidate",
    metadata,
    id_column(),
    public_id_column(),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False),
    Column("person_id", BigInteger, ForeignKey("exam.person.id"), index=True),
    Column("number", Text, nullable=False),  # số báo danh
    Column("code", Text, nullable=False, server_default=""),
    Column("full_name", Text, nullable=False),
    Column("sort_key", Text(collation="C"), nullable=False),
    Column("search", Text, nullable=False, server_default=""),
    Column("birth_date", Date),
    Column("class_name", Text, nullable=False, server_default=""),
    Column("room_id", BigInteger, ForeignKey("exam.room.id"), index=True),
    Column("seat", Integer),
    Column("pin_hash", LargeBinary),  # keyed hash; a PIN is short, the rate limit guards it
    Column("pin_sealed", LargeBinary),  # encrypted, so that a lost slip can be printed again
    Column("ticket_hash", LargeBinary, unique=True),
    Column("ticket_sealed", LargeBinary),
    Column("extra_percent", Integer, nullable=False, server_default="0"),
    Column("extra_minutes", Integer, nullable=False, server_default="0"),
    Column("accommodation_reason", Text, nullable=False, server_default=""),
    Column("accommodation_by", BigInteger),
    Column("guest", Boolean, nullable=False, server_default="false"),
    Column("round", SmallInteger, nullable=False, server_default="1"),  # practice can be done again
    UniqueConstraint("sitting_id", "number"),
    schema="exam",
)

# `key_map`: per slot {"version": item_version id, "digest": …, "points": "1/4", "section": 0, "group": null,
# "keys": {item's own option id: opaque id}}, of a parametric item also "values": {"seed": …, "v": 1}; `slots`: the
# paper's bodies per slot, for checking saves.
form = Table(
    "form",
    metadata,
    id_column(),
    public_id_column(),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False),
    Column("number", Text, nullable=False),  # mã đề
    Column("key_map", JSONB, nullable=False),
    Column("slots", JSONB, nullable=False),
    Column("paper", LargeBinary, nullable=False),  # gzip of the JSON that a browser gets
    Column("paper_digest", Text, nullable=False),
    Column("variant_version", SmallInteger, nullable=False),
    UniqueConstraint("sitting_id", "number"),
    schema="exam",
)

variant = Table(
    "variant",
    metadata,
    Column("attempt_id", BigInteger, primary_key=True, autoincrement=False),
    Column("form_id", BigInteger, ForeignKey("exam.form.id"), nullable=False, index=True),
    Column("body", PackedJSON, nullable=False),
    schema="exam",
)

# Rows of an uploaded roster that wait for confirmation; nothing enters until the whole file is right.
roster_upload = Table(
    "roster_upload",
    metadata,
    id_column(),
    public_id_column(),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("rows", JSONB, nullable=False),
    Column("problems", JSONB, nullable=False),
    Column("confirmed", Boolean, nullable=False, server_default="false"),
    Column("created_by", BigInteger),
    created_at(),
    Index("ix_roster_upload_created_at", "created_at"),
    schema="exam",
)
