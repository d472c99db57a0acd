"""Tables of the floor: audit log and jobs' progress; and the column helpers that every feature uses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from item_bank.storage.tables import metadata

__all__ = ["audit", "compatibility", "created_at", "id_column", "job", "job_file", "metadata", "public_id_column"]

NOW = text("exam.now()")


def id_column() -> Column[Any]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def public_id_column() -> Column[Any]:
    return Column("public_id", Text, nullable=False, unique=True)


def created_at() -> Column[Any]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=NOW)


# Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE (migrations). Ids only, no names.
audit = Table(
    "audit",
    metadata,
    id_column(),
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("actor_kind", Text, nullable=False),  # staff, candidate, system
    Column("actor_id", BigInteger),
    Column("action", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", BigInteger),
    Column("unit_id", BigInteger),
    Column("data", JSONB, nullable=False, server_default="{}"),
    Index("ix_audit_subject", "subject_kind", "subject_id"),
    Index("ix_audit_at", "at", postgresql_using="brin"),
    schema="exam",
)

# One row, kept by the migrations: the oldest program (named by its newest migration) that may serve this schema.
compatibility = Table(
    "compatibility",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("oldest_program", Text, nullable=False),
    schema="exam",
)

# What a page shows of a long work; the queue itself is PgQueuer's.
job = Table(
    "job",
    metadata,
    id_column(),
    public_id_column(),
    Column("kind", Text, nullable=False),
    Column("unit_id", BigInteger),
    Column("created_by", BigInteger),
    Column("payload", JSONB, nullable=False, server_default="{}"),
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting, running, done, failed
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("message", Text, nullable=False, server_default=""),
    Column("result", JSONB),
    created_at(),
    Column("finished_at", DateTime(timezone=True)),
    schema="exam",
)

# A file that a long work made, for whoever asked for it; kept for a day.
job_file = Table(
    "job_file",
    metadata,
    Column("job_id", BigInteger, ForeignKey("exam.job.id", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
    created_at(),
    schema="exam",
)
