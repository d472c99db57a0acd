"""Signals as pages and the service reported them, flags that pure rules made of them, and who was here when."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.tables import created_at, id_column, metadata

signal = Table(
    "signal",
    metadata,
    Column("attempt_id", BigInteger, nullable=False),
    Column("resume", SmallInteger, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("position", SmallInteger, nullable=False),  # within the entry
    Column("type", Text, nullable=False),
    Column("client_ms", BigInteger, nullable=False),
    Column("arrived_at", DateTime(timezone=True), nullable=False),
    Column("data", JSONB, nullable=False),
    PrimaryKeyConstraint("attempt_id", "resume", "counter", "position"),
    schema="proctoring",
)

flag = Table(
    "flag",
    metadata,
    id_column(),
    Column("attempt_id", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("key", Text, nullable=False),
    created_at(),
    Column("seen_by", BigInteger),
    Column("seen_at", DateTime(timezone=True)),
    Column("note", Text, nullable=False, server_default=""),
    UniqueConstraint("attempt_id", "rule", "key"),
    Index("ix_flag_attempt", "attempt_id"),
    schema="proctoring",
)

# When a page last asked for its state; each worker writes what it noticed, a few seconds at a time.
presence = Table(
    "presence",
    metadata,
    Column("attempt_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    schema="proctoring",
)
