"""What every attempt has besides its journal, in less room: variants and marks compressed.

Every such row is written anew, and a program that knows the older columns can read none of the new ones: the service
stands still meanwhile, and nobody may be working.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError
from sqlalchemy.dialects.postgresql import JSONB

from exam_engine.kit.packed import packed, unpacked

revision = "0007"
down_revision = "0006"
oldest_program = "0007"
stands_still = "variants and marks are written anew"

_AT_A_TIME = 1000


def upgrade() -> None:
    _refuse_while_somebody_works()
    _change("variant", "attempt_id", "body", JSONB, sa.LargeBinary, packed)
    _change("result", "id", "marks", JSONB, sa.LargeBinary, packed)
    # The log of who did what is only added to: where a time stands in it, a summary of its pages tells.
    op.drop_index("ix_audit_at", "audit", schema="exam")
    op.create_index("ix_audit_at", "audit", ["at"], schema="exam", postgresql_using="brin")


def downgrade() -> None:
    _refuse_while_somebody_works()
    op.drop_index("ix_audit_at", "audit", schema="exam")
    op.create_index("ix_audit_at", "audit", ["at"], schema="exam")
    _change("result", "id", "marks", sa.LargeBinary, JSONB, unpacked)
    _change("variant", "attempt_id", "body", sa.LargeBinary, JSONB, unpacked)


def _refuse_while_somebody_works() -> None:
    op.execute("lock table exam.attempt in access exclusive mode")
    question = "select count(*) from exam.attempt where state in ('running', 'paused')"
    if count := op.get_bind().scalar(sa.text(question)):
        raise CommandError(
            f"{count} attempts are open and this migration writes their variants anew: run it when nobody is working, "
            "with the service stopped"
        )


def _change(
    table: str, key: str, column: str, former: type[Any], later: type[Any], change: Callable[[Any], Any]
) -> None:
    """A column of another type in the place of the former, filled row by row in the order of the key."""
    op.add_column(table, sa.Column("changed", later(), nullable=True), schema="exam")
    rows = sa.table(table, sa.column(key), sa.column(column, former()), sa.column("changed", later()), schema="exam")
    waiting = sa.select(rows.c[key], rows.c[column]).where(rows.c.changed.is_(None))
    changed = sa.update(rows).where(rows.c[key] == sa.bindparam("this")).values(changed=sa.bindparam("value"))
    bind, last = op.get_bind(), 0
    while found := bind.execute(waiting.where(rows.c[key] > last).order_by(rows.c[key]).limit(_AT_A_TIME)).all():
        bind.execute(changed, [{"this": one[0], "value": change(one[1])} for one in found])
        last = found[-1][0]
    op.drop_column(table, column, schema="exam")
    op.alter_column(table, "changed", new_column_name=column, nullable=False, schema="exam")
