"""The release of an exam for formal use: what it holds is vouched for by two persons."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Table, Text, UniqueConstraint

from exam_engine.kit.tables import NOW, id_column, metadata

# `digest`: of the definition (`releasing.digest_of`); a changed exam is released anew.
paper_release = Table(
    "paper_release",
    metadata,
    id_column(),
    Column("exam_id", BigInteger, ForeignKey("exam.exam.id", ondelete="CASCADE"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("asked_by", BigInteger, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("released_by", BigInteger),
    Column("released_at", DateTime(timezone=True)),
    CheckConstraint("released_by <> asked_by", name="two_persons"),
    UniqueConstraint("exam_id", "digest"),
    schema="exam",
)
