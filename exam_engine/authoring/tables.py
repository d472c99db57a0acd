"""Exam definitions. The definition is JSON of `exam_engine.authoring.definition.ExamDefinition`."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.tables import NOW, created_at, id_column, metadata, public_id_column

exam = Table(
    "exam",
    metadata,
    id_column(),
    public_id_column(),
    Column("unit_id", BigInteger, ForeignKey("exam.unit.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="vi"),
    Column("definition", JSONB, nullable=False),
    # Raised with every change: an editor that saves over a newer one is told (409), nothing is overwritten.
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("status", Text, nullable=False, server_default="draft"),
    Column("created_by", BigInteger),
    created_at(),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    CheckConstraint("status in ('draft', 'ready', 'archived')", name="status"),
    schema="exam",
)
