"""The item analysis of a sitting: the last one made, and the job that makes the next."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.tables import metadata

# `found` is `exam_engine.reports.item_analysis.as_json`; `basis` tells which results it was made from.
item_analysis = Table(
    "item_analysis",
    metadata,
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), primary_key=True, autoincrement=False),
    Column("job_public_id", Text),
    Column("found", JSONB),
    Column("basis", Text, nullable=False, server_default=""),
    Column("made_at", DateTime(timezone=True)),
    schema="exam",
)
