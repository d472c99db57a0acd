"""The one MetaData, and the tables of the schema `item_bank`. String foreign keys reach across schemas."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _created() -> Column[object]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


#: Kinds of units above a school with which a bank can be shared.
WIDER = ("commune", "province", "ministry")

bank = Table(
    "bank",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("unit_id", BigInteger, ForeignKey("exam.unit.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    # Who reads it: its owner alone, the staff of its unit, or all of a wider unit, by its kind. And what others say
    # of items that they use, where the items don't say it themselves.
    Column("reach", Text, nullable=False, server_default="unit"),
    Column("owner_id", BigInteger),
    *(Column(name, Text, nullable=False, server_default="") for name in ("credit", "source", "licence")),
    # How its items are reviewed (item_bank.review.verdicts.Rules), and whether a formal exam with one of them is
    # released by two persons.
    Column("reviews_needed", SmallInteger, nullable=False, server_default="0"),
    Column(
        "checklist",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{key,one_best,level,language,fairness,pictures}'"),
    ),
    Column("released_by_two", Boolean, nullable=False, server_default="false"),
    _created(),
    CheckConstraint("reach in ('owner', 'unit', 'commune', 'province', 'ministry')", name="reach"),
    CheckConstraint("(reach = 'owner') = (owner_id is not null)", name="owner"),
    Index("ix_bank_reach", "reach", postgresql_where=text("reach in ('commune', 'province', 'ministry')")),
    schema="item_bank",
)

# The subject team of a bank; where nobody is named, everybody who may review in its unit.
bank_reviewer = Table(
    "bank_reviewer",
    metadata,
    Column("bank_id", BigInteger, ForeignKey("item_bank.bank.id"), primary_key=True),
    Column("person_id", BigInteger, primary_key=True),
    schema="item_bank",
)

#: What a list of items tells and filters by, beside state, tags and author.
LISTED = ("type", "subject", "grade", "topic", "level", "language")
#: Every filter of a list has an index of its own: plans of the service do not know the values, and any may be rare.
FILTERED = ("type", "status", "subject", "grade", "level", "language", "author_id", "answered", "facility")

item = Table(
    "item",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("bank_id", BigInteger, ForeignKey("item_bank.bank.id"), nullable=False),
    Column("status", Text, nullable=False, server_default="draft"),
    Column("created_by", BigInteger),
    # Of which version of which bank it was made, where somebody copied it.
    Column("copied_from", BigInteger),
    # Raised whenever it is sent to review: approvals of an earlier round do not count.
    Column("review_round", Integer, nullable=False, server_default="0"),
    Column("sent_at", DateTime(timezone=True)),
    # Its newest version and what lists filter by, in rows so short that reading all of a bank stays cheap. A trigger
    # on `item_version` keeps them, whichever program writes (migrations).
    Column("version_id", BigInteger),
    *(Column(name, Text, nullable=False, server_default="") for name in LISTED),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    Column("author_id", BigInteger),
    # Of everybody who has met what it asks now: how many, the share of points that they earned, and whether the last
    # analysis has a hint. The trigger forgets them when a version asks something else.
    Column("answered", Integer, nullable=False, server_default="0"),
    Column("facility", Float),
    Column("flagged", Boolean, nullable=False, server_default="false"),
    _created(),
    Index("ix_item_bank_id_id", "bank_id", "id"),
    *(Index(f"ix_item_bank_id_{name}", "bank_id", name, "id") for name in FILTERED),
    Index("ix_item_bank_id_topic_subject", "bank_id", "topic", "subject"),
    Index("ix_item_flagged", "bank_id", "id", postgresql_where=text("flagged")),
    Index("ix_item_version_id", "version_id"),
    Index("ix_item_tags", "tags", postgresql_using="gin"),
    Index("ix_item_waiting", "sent_at", "id", postgresql_where=text("status = 'in_review'")),
    Index("ix_item_returned", "bank_id", postgresql_where=text("status = 'returned'")),
    CheckConstraint("status in ('draft', 'in_review', 'approved', 'returned', 'retired')", name="status"),
    schema="item_bank",
)

# A version never changes: a trigger refuses UPDATE and DELETE of its content (migrations).
item_version = Table(
    "item_version",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("item_id", BigInteger, ForeignKey("item_bank.item.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", Text, nullable=False, index=True),
    Column("content", JSONB, nullable=False),
    Column("type", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("grade", Text, nullable=False, server_default=""),
    Column("topic", Text, nullable=False, server_default=""),
    Column("level", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="vi"),
    Column("tags", ARRAY(Text), nullable=False, server_default="{}"),
    Column("search", Text, nullable=False, server_default=""),  # accent-folded by Python, đ → d
    Column("source", LargeBinary),
    Column("source_format", Text),
    Column("import_id", BigInteger, ForeignKey("item_bank.import_run.id")),
    Column("created_by", BigInteger),
    _created(),
    UniqueConstraint("item_id", "number"),
    Index("ix_item_version_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    schema="item_bank",
)

# Of what its newest version asks, so that questions near another one are found (item_bank.content.nearness).
item_signature = Table(
    "item_signature",
    metadata,
    Column("item_id", BigInteger, ForeignKey("item_bank.item.id"), primary_key=True, autoincrement=False),
    Column("bands", ARRAY(Integer), nullable=False),
    # A list of what is not sorted in yet would be read for every band that is looked up.
    Index("ix_item_signature_bands", "bands", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    schema="item_bank",
)

# A reviewer's verdict on a version; never changed.
review = Table(
    "review",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("version_id", BigInteger, ForeignKey("item_bank.item_version.id"), nullable=False),
    Column("reviewer_id", BigInteger, nullable=False),
    Column("round", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("answers", JSONB, nullable=False, server_default="{}"),  # name of the checklist → yes, no, not_applicable
    Column("reasons", Text, nullable=False, server_default=""),
    _created(),
    CheckConstraint("verdict in ('approve', 'return')", name="verdict"),
    UniqueConstraint("version_id", "reviewer_id", "round", "verdict"),
    schema="item_bank",
)

# The versions that a formal exam may have; a return takes its own out again.
approved_version = Table(
    "approved_version",
    metadata,
    Column("version_id", BigInteger, ForeignKey("item_bank.item_version.id"), primary_key=True, autoincrement=False),
    _created(),
    schema="item_bank",
)

# A thread is its first comment (`thread_id` empty), which says whether it is resolved and who had the last word, with
# the answers that name it. What was deleted keeps its place without its words.
item_comment = Table(
    "item_comment",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("version_id", BigInteger, ForeignKey("item_bank.item_version.id"), nullable=False, index=True),
    Column("person_id", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("thread_id", BigInteger, ForeignKey("item_bank.item_comment.id"), index=True),
    Column("edited_at", DateTime(timezone=True)),
    Column("deleted_at", DateTime(timezone=True)),
    Column("resolved_at", DateTime(timezone=True)),
    Column("resolved_by", BigInteger),
    Column("last_by", BigInteger),
    _created(),
    Index("ix_item_comment_open", "version_id", postgresql_where=text("thread_id is null and resolved_at is null")),
    schema="item_bank",
)

passage = Table(
    "passage",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("content", JSONB, nullable=False),
    _created(),
    schema="item_bank",
)

asset = Table(
    "asset",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    _created(),
    schema="item_bank",
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("bank_id", BigInteger, ForeignKey("item_bank.bank.id"), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("file", LargeBinary, nullable=False),
    Column("report", JSONB, nullable=False),
    Column("repairs", JSONB, nullable=False, server_default="{}"),  # what a person decided where the reader doubted
    Column("confirmed", Boolean, nullable=False, server_default="false"),
    Column("created_by", BigInteger),
    _created(),
    schema="item_bank",
)

# What somebody is writing in the editor: saved as it is typed, complete or not; it becomes a version when published.
item_draft = Table(
    "item_draft",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("bank_id", BigInteger, ForeignKey("item_bank.bank.id"), nullable=False, index=True),
    Column("item_id", BigInteger, ForeignKey("item_bank.item.id"), index=True),  # none: a new item
    Column("person_id", BigInteger, nullable=False, index=True),
    Column("body", JSONB, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    _created(),
    schema="item_bank",
)

# The chosen filters of a bank's list under a name of the person's own; `query` as the address has it.
saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("bank_id", BigInteger, ForeignKey("item_bank.bank.id"), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    _created(),
    UniqueConstraint("bank_id", "person_id", "name"),
    schema="item_bank",
)

# A change of many items at once: proposed with the items as they were, then applied, perhaps undone.
bulk_edit = Table(
    "bulk_edit",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("bank_id", BigInteger, ForeignKey("item_bank.bank.id"), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("change", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="proposed"),
    _created(),
    Index("ix_bulk_edit_bank_id_person_id", "bank_id", "person_id"),
    CheckConstraint("state in ('proposed', 'applied', 'undone')", name="state"),
    schema="item_bank",
)

# `before_id`, `after_id`: newest versions. `approvals`: the approved versions that a retirement took away. `outcome`:
# what became of the item (`item_bank.storage.edit_queries`), none while nothing has.
bulk_edit_item = Table(
    "bulk_edit_item",
    metadata,
    Column("edit_id", BigInteger, ForeignKey("item_bank.bulk_edit.id", ondelete="CASCADE"), primary_key=True),
    Column("item_id", BigInteger, ForeignKey("item_bank.item.id"), primary_key=True, index=True),
    Column("before_id", BigInteger, nullable=False),
    Column("before_status", Text, nullable=False),
    Column("approvals", ARRAY(BigInteger), nullable=False, server_default="{}"),
    Column("after_id", BigInteger),
    Column("after_status", Text),
    Column("outcome", Text),
    schema="item_bank",
)
