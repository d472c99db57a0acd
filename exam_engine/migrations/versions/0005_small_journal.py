"""The journal in half the room: one number for resume number and counter, the device's moment as an age, no padding.

Every entry is written anew, and a program that knows the older journal cannot write into this one: the service stands
still meanwhile, and nobody may be working.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0005"
down_revision = "0004"
oldest_program = "0005"
stands_still = "every entry of the journal is written anew"

_ARRIVED_MS = "floor(extract(epoch from arrived_at) * 1000)::bigint"
_AGE = f"(({_ARRIVED_MS} - client_ms) / 1000.0)::real"
_CLIENT_MS = f"{_ARRIVED_MS} - round(age::float8 * 1000)::bigint"
_VIEW = f"""
create view exam.journal_entry as select attempt_id, entry >> 20 as resume, entry & 1048575 as counter, kind, slot,
    standing, {_CLIENT_MS} as client_ms, arrived_at, value from exam.journal
"""  # noqa: S608 - constants of this file
# A receipt is made again from what the journal holds: an entry that would change with its move stays where it is.
_DOES_NOT_FIT = f"""
select count(*) from (select *, {_AGE} as age from exam.journal) as moved
where attempt_id > 2147483000 or resume > 2047 or counter > 1048575 or {_CLIENT_MS} <> client_ms
"""  # noqa: S608 - constants of this file


def _bigger() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("resume", sa.SmallInteger(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("client_ms", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "resume", "counter", name=op.f("pk_journal")),
    )


def _smaller() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("age", sa.REAL(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "entry", name=op.f("pk_journal")),
    )


def upgrade() -> None:
    _refuse_while_somebody_works()
    if count := op.get_bind().scalar(sa.text(_DOES_NOT_FIT)):
        raise CommandError(f"{count} entries of the journal do not fit into its new form: ask for help, with a backup")
    _move(_smaller(), "attempt_id, resume::int << 20 | counter, arrived_at, " + _AGE + ", slot, kind, standing, value")
    op.execute(_VIEW)
    op.add_column("ruling", sa.Column("entry", sa.Integer(), nullable=True), schema="exam")
    op.execute("update exam.ruling set entry = resume::int << 20 | counter")
    _key_of_rulings(["attempt_id", "entry"], dropped=["resume", "counter"])


def downgrade() -> None:
    _refuse_while_somebody_works()
    op.execute("drop view exam.journal_entry")
    _move(
        _bigger(),
        "attempt_id, entry >> 20, entry & 1048575, kind, slot, standing, " + _CLIENT_MS + ", arrived_at, value",
    )
    op.add_column("ruling", sa.Column("resume", sa.SmallInteger(), nullable=True), schema="exam")
    op.add_column("ruling", sa.Column("counter", sa.Integer(), nullable=True), schema="exam")
    op.execute("update exam.ruling set resume = entry >> 20, counter = entry & 1048575")
    _key_of_rulings(["attempt_id", "resume", "counter"], dropped=["entry"])


def _refuse_while_somebody_works() -> None:
    op.execute("lock table exam.attempt, exam.journal in access exclusive mode")
    question = "select count(*) from exam.attempt where state in ('running', 'paused')"
    if count := op.get_bind().scalar(sa.text(question)):
        raise CommandError(
            f"{count} attempts are open and this migration writes the journal anew: run it when nobody is working, "
            "with the service stopped"
        )


def _move(columns: tuple[sa.schema.SchemaItem, ...], selected: str) -> None:
    """The journal and its partitions into tables of the other form, one after the other."""
    bind = op.get_bind()
    parts = bind.execute(
        sa.text(
            "select c.relname, pg_get_expr(c.relpartbound, c.oid) as bounds from pg_inherits i"
            " join pg_class c on c.oid = i.inhrelid where i.inhparent = 'exam.journal'::regclass order by c.oid"
        )
    ).all()
    op.execute("alter table exam.journal rename constraint pk_journal to pk_journal_before")
    op.rename_table("journal", "journal_before", schema="exam")
    op.create_table("journal", *columns, schema="exam", postgresql_partition_by="RANGE (attempt_id)")
    for name, bounds in parts:
        op.execute(f"alter table exam.journal_before detach partition exam.{name}")
        op.rename_table(name, "journal_moving", schema="exam")
        op.execute(f"alter table exam.journal_moving rename constraint {name}_pkey to journal_moving_pkey")
        op.execute(f"create table exam.{name} partition of exam.journal {bounds}")
        op.execute(f"insert into exam.{name} select {selected} from exam.journal_moving order by 1, 2")  # noqa: S608
        op.drop_table("journal_moving", schema="exam")
    op.drop_table("journal_before", schema="exam")


def _key_of_rulings(key: list[str], dropped: list[str]) -> None:
    op.drop_constraint("pk_ruling", "ruling", schema="exam")
    for column in key:
        op.alter_column("ruling", column, nullable=False, schema="exam")
    op.create_primary_key("pk_ruling", "ruling", key, schema="exam")
    for column in dropped:
        op.drop_column("ruling", column, schema="exam")
