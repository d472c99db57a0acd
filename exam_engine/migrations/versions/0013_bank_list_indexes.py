"""What lists of a bank filter by, written into the rows that there are, some at a time; then its indexes."""

import sqlalchemy as sa
from alembic import op

from exam_engine.migrations.gently import add_index, drop_index

revision = "0013"
down_revision = "0012"
oldest_program = "0007"
transaction = False

#: Every filter has one: plans of the service do not know the values, and each value may be rare.
EACH = ("id", "type", "status", "subject", "grade", "level", "language", "author_id", "answered", "facility")
INDEXES = {
    **{f"ix_item_bank_id_{name}": ["bank_id", name] if name == "id" else ["bank_id", name, "id"] for name in EACH},
    "ix_item_bank_id_topic_subject": ["bank_id", "topic", "subject"],
    "ix_item_version_id": ["version_id"],
}
AT_ONCE = 2000
ITEM, SITTING = sa.table("item", schema="item_bank"), sa.table("sitting", schema="exam")

NEWEST = """
update item_bank.item i set version_id = v.id, type = v.type, subject = v.subject, grade = v.grade, topic = v.topic,
    level = v.level, language = v.language, tags = v.tags, author_id = v.created_by
from (select distinct on (item_id) * from item_bank.item_version
    where item_id between :low and :high order by item_id, number desc) v
where v.item_id = i.id and i.version_id is null
"""
FIGURES = """
insert into exam.item_figure (sitting_id, version_id, n, facility)
select a.sitting_id, v.id, (one ->> 'n')::int, (one ->> 'facility')::float8
from exam.item_analysis a cross join jsonb_array_elements(a.found -> 'items') one
join item_bank.item_version v on v.id = (one ->> 'version')::bigint
where a.sitting_id between :low and :high and (one ->> 'n')::int > 0 and one ->> 'facility' is not null
on conflict do nothing
"""
POOLED = """
update item_bank.item i set answered = p.n, facility = p.facility
from (select v.item_id, sum(f.n) as n, sum(f.n * f.facility) / sum(f.n) as facility
    from item_bank.item o join item_bank.item_version now on now.id = o.version_id
    join item_bank.item_version v on v.item_id = o.id
        and item_bank.asked(v.content) = item_bank.asked(now.content)
    join exam.item_figure f on f.version_id = v.id
    join exam.sitting s on s.id = f.sitting_id and s.kind <> 'practice'
    where o.id between :low and :high group by v.item_id) p
where p.item_id = i.id
"""


def upgrade() -> None:
    for statement, table in ((NEWEST, ITEM), (FIGURES, SITTING), (POOLED, ITEM)):
        _some_at_a_time(statement, table)
    for name, columns in INDEXES.items():
        add_index(name, "item", columns, schema="item_bank")
    add_index("ix_item_flagged", "item", ["bank_id", "id"], schema="item_bank", where="flagged")
    add_index("ix_item_tags", "item", ["tags"], schema="item_bank", method="gin")
    drop_index("ix_item_bank_id", schema="item_bank")


def downgrade() -> None:
    add_index("ix_item_bank_id", "item", ["bank_id"], schema="item_bank")
    for name in ("ix_item_tags", "ix_item_flagged", *INDEXES):
        drop_index(name, schema="item_bank")


def _some_at_a_time(statement: str, table: sa.TableClause) -> None:
    if op.get_context().as_sql:
        op.execute(sa.text(statement).bindparams(low=0, high=2**62))
        return
    last = op.get_bind().scalar(sa.select(sa.func.max(sa.column("id"))).select_from(table))
    for low in range(0, (last or 0) + 1, AT_ONCE):
        op.execute(sa.text(statement).bindparams(low=low, high=low + AT_ONCE - 1))
