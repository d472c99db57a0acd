"""Forms that were assembled by an exam's blueprint: what was asked, what was found, whether it was taken."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.tables import created_at, id_column, metadata, public_id_column

# `asked` is `asking.Asked`, `definition` the exam as it was then, `found` `finding.Found` once the job is done.
assembly = Table(
    "assembly",
    metadata,
    id_column(),
    public_id_column(),
    Column("exam_id", BigInteger, ForeignKey("exam.exam.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("asked", JSONB, nullable=False),
    Column("definition", JSONB, nullable=False),
    Column("job_public_id", Text),
    Column("found", JSONB),
    Column("made_at", DateTime(timezone=True)),
    Column("taken", Boolean, nullable=False, server_default="false"),
    Column("created_by", BigInteger),
    created_at(),
    schema="exam",
)
