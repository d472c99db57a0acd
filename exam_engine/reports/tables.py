"""The item analysis of a sitting: the last one made, and the job that makes the next."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.tables import id_column, metadata

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

# What the analysis of a sitting says of each item version that somebody met: how many, the share of points that they
# earned, 0 to 1, and whether it has a hint (`exam_engine.reports.hints`).
item_figure = Table(
    "item_figure",
    metadata,
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), primary_key=True, autoincrement=False),
    Column(
        "version_id",
        BigInteger,
        ForeignKey("item_bank.item_version.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    Column("n", Integer, nullable=False),
    Column("facility", Float, nullable=False),
    Column("flagged", Boolean, nullable=False, server_default="false"),
    schema="exam",
)

# Every analysis that was ever made of a sitting, number 1 first. `algorithm`: of `reports.study.study`; `basis`: which
# results; `told`: the figures (`reports.study.figures.stored`).
analysis = Table(
    "analysis",
    metadata,
    id_column(),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("told", JSONB, nullable=False),
    UniqueConstraint("sitting_id", "number"),
    schema="exam",
)

# What is shown of the last one: `reports.study.pages`.
analysis_page = Table(
    "analysis_page",
    metadata,
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), primary_key=True, autoincrement=False),
    Column("locale", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("body", JSONB, nullable=False),
    schema="exam",
)
