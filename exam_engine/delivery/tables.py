"""Attempts, the journal, heartbeats, outages, receipts, what staff did to an attempt."""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.tables import created_at, id_column, metadata

# `deadline` is set at the start and moved only by accommodations known then, credits, pauses and reopening.
attempt = Table(
    "attempt",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False),
    Column("candidate_id", BigInteger, ForeignKey("exam.candidate.id"), nullable=False, unique=True),
    Column("form_id", BigInteger, ForeignKey("exam.form.id"), nullable=False),
    Column("state", Text, nullable=False, server_default="ready"),
    Column("resume", SmallInteger, nullable=False, server_default="0"),
    Column("device", Text, nullable=False, server_default=""),
    Column("device_allowed", Boolean, nullable=False, server_default="false"),  # staff allowed the next device
    Column("device_waiting", Text, nullable=False, server_default=""),  # a second device that asks
    Column("admitted", Boolean, nullable=False, server_default="true"),
    Column("started_at", DateTime(timezone=True)),
    Column("deadline", DateTime(timezone=True)),
    Column("grace_s", Integer, nullable=False, server_default="0"),
    Column("credit_s", Integer, nullable=False, server_default="0"),
    Column("paused_at", DateTime(timezone=True)),
    Column("held_until", DateTime(timezone=True)),  # an outage touched the deadline: the sweep waits
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", Text, nullable=False, server_default=""),  # candidate, deadline, staff
    Column("notices", Integer, nullable=False, server_default="0"),
    CheckConstraint("state in ('ready', 'running', 'paused', 'submitted', 'expired', 'ended', 'absent')", name="state"),
    Index("ix_attempt_sitting_state", "sitting_id", "state"),
    Index("ix_attempt_deadline", "deadline", postgresql_where=text("state = 'running'")),
    schema="exam",
)

# Partitioned by range of attempt_id, one partition per sitting's block; no foreign key by design
# (docs/decisions); `exam-engine verify` proves that there are no orphans. `value` is JSON text as sent. `entry` is
# resume number and counter (`entry_number`), `age` the seconds from the change on the device to its arrival. Every
# byte of a row is paid sixty times per attempt: types and order leave no gap (docs/decisions/small-journal.md), and
# the view exam.journal_entry shows people what they mean.
journal = Table(
    "journal",
    metadata,
    Column("attempt_id", Integer, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("arrived_at", DateTime(timezone=True), nullable=False),
    Column("age", REAL, nullable=False),
    Column("slot", SmallInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("standing", SmallInteger, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("attempt_id", "entry"),
    schema="exam",
    postgresql_partition_by="RANGE (attempt_id)",
)

# A file that answers of the attempt name by its digest. It comes in pieces, which are written once and stay as they
# are; the media type is told by the bytes once all of them are there.
answer_file = Table(
    "answer_file",
    metadata,
    Column("attempt_id", BigInteger, ForeignKey("exam.attempt.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", Text),
    created_at(),
    schema="exam",
)

answer_file_piece = Table(
    "answer_file_piece",
    metadata,
    Column("attempt_id", BigInteger, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("at", Integer, primary_key=True),  # of its first byte
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["attempt_id", "digest"], ["exam.answer_file.attempt_id", "exam.answer_file.digest"], ondelete="CASCADE"
    ),
    schema="exam",
)

# An officer's ruling over an entry that did not count.
ruling = Table(
    "ruling",
    metadata,
    Column("attempt_id", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("counts", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", BigInteger, nullable=False),
    created_at(),
    schema="exam",
)

# What staff did, with the reason, as the candidate sees it (pause, time, end …).
intervention = Table(
    "intervention",
    metadata,
    id_column(),
    Column("attempt_id", BigInteger, ForeignKey("exam.attempt.id"), nullable=False, index=True),
    Column("action", Text, nullable=False),
    Column("seconds", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False),
    Column("by", BigInteger),
    created_at(),
    schema="exam",
)

receipt = Table(
    "receipt",
    metadata,
    Column("attempt_id", BigInteger, ForeignKey("exam.attempt.id"), primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, unique=True),
    Column("answers", Integer, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("signature", Text, nullable=False),
    created_at(),
    schema="exam",
)

# One row. The gap between two beats is how the service learns that it was down.
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    schema="exam",
)

outage = Table(
    "outage",
    metadata,
    id_column(),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    schema="exam",
)

# The credit that an outage suggests for one sitting; an officer decides, a sitting without one grants by itself.
credit_proposal = Table(
    "credit_proposal",
    metadata,
    id_column(),
    Column("outage_id", BigInteger, ForeignKey("exam.outage.id"), nullable=False),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False, index=True),
    Column("seconds", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="proposed"),  # proposed, granted, declined
    Column("decided_by", BigInteger),
    Column("decided_at", DateTime(timezone=True)),
    Column("attempts", JSONB, nullable=False, server_default="[]"),
    schema="exam",
)
