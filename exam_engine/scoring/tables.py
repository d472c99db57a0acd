"""Results (versions, never overwritten), scripts that a person reads, and hand marks."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.packed import PackedJSON
from exam_engine.kit.tables import created_at, id_column, metadata, public_id_column

# `marks`: per slot {"share": "1/2"|null, "points": "1/8", "detail": {…}}; `exact` the total before rounding.
result = Table(
    "result",
    metadata,
    id_column(),
    Column("attempt_id", BigInteger, ForeignKey("exam.attempt.id"), nullable=False),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("current", Boolean, nullable=False, server_default="true"),
    Column("marks", PackedJSON, nullable=False),
    Column("exact", Text, nullable=False),
    Column("rounded", Numeric, nullable=False),
    Column("pending", Integer, nullable=False, server_default="0"),  # slots that wait for hand marking
    Column("cause", Text, nullable=False),
    Column("by", BigInteger),
    Column("ruling_id", BigInteger),  # the decision about an item (`item_ruling`) that made this version
    created_at(),
    Index("uq_result_attempt_version", "attempt_id", "version", unique=True),
    Index("uq_result_current", "attempt_id", unique=True, postgresql_where=text("current")),
    Index("ix_result_sitting", "sitting_id", postgresql_where=text("current")),
    schema="exam",
)

hand_mark = Table(
    "hand_mark",
    metadata,
    id_column(),
    Column("attempt_id", BigInteger, ForeignKey("exam.attempt.id"), nullable=False),
    Column("slot", SmallInteger, nullable=False),
    Column("current", Boolean, nullable=False, server_default="true"),
    Column("points", Text, nullable=False),  # exact, of the item's own maximum
    Column("rubric", JSONB, nullable=False, server_default="{}"),
    Column("comment", Text, nullable=False, server_default=""),
    Column("response_digest", Text, nullable=False),  # what was read: a later response asks for a new mark
    Column("by", BigInteger, nullable=False),
    created_at(),
    Index("uq_hand_mark_current", "attempt_id", "slot", unique=True, postgresql_where=text("current")),
    schema="exam",
)

# A response that a person has to mark. Its public id is random and never changes: markers know a script by nothing
# else, and its order is theirs. A claim keeps a second marker away until it runs out.
script = Table(
    "script",
    metadata,
    id_column(),
    public_id_column(),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False),
    Column("version_id", BigInteger, nullable=False),
    Column("attempt_id", BigInteger, ForeignKey("exam.attempt.id"), nullable=False),
    Column("slot", SmallInteger, nullable=False),
    Column("response_digest", Text, nullable=False),
    Column("claimed_by", BigInteger),
    Column("claimed_until", DateTime(timezone=True)),
    UniqueConstraint("attempt_id", "slot"),
    Index("ix_script_queue", "sitting_id", "version_id", "public_id"),
    schema="exam",
)

# What was decided about one item of a sitting after it ran; the last decision is current, the older ones are kept.
# `interaction` is the item's interaction with the corrected key (kind "key").
item_ruling = Table(
    "item_ruling",
    metadata,
    id_column(),
    public_id_column(),
    Column("sitting_id", BigInteger, ForeignKey("exam.sitting.id"), nullable=False),
    Column("version_id", BigInteger, nullable=False),
    Column("current", Boolean, nullable=False, server_default="true"),
    Column("kind", Text, nullable=False),
    Column("interaction", JSONB),
    Column("reason", Text, nullable=False),
    Column("by", BigInteger, nullable=False),
    created_at(),
    CheckConstraint("kind in ('key', 'full_marks', 'dropped', 'as_written')", name="kind"),
    Index("uq_item_ruling_current", "sitting_id", "version_id", unique=True, postgresql_where=text("current")),
    schema="exam",
)

# Practice: the pupil has asked for the answer of this item; what is sent later is not fed back again.
feedback = Table(
    "feedback",
    metadata,
    Column("attempt_id", BigInteger, ForeignKey("exam.attempt.id"), primary_key=True, autoincrement=False),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    Column("value", JSONB, nullable=False),  # the answer that was marked
    Column("share", Text),  # exact; none: a person would have to mark it
    created_at(),
    schema="exam",
)
