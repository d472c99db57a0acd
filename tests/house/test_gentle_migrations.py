"""What a migration may do to tables that candidates write to while it runs: lint of the SQL that the history makes.

Every migration is rendered offline by Alembic; statements that rewrite a table or shut it for long are refused. An
exception is a migration with a reason; the released ones from before this rule are the first.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.script import Script

from exam_engine import migrations

BEFORE_THE_RULE = {"0001", "0002", "0003", "0004"}
EXCEPTIONS = {
    "0005": "writes the journal anew; refuses while an attempt is open (docs/decisions/small-journal.md)",
    "0007": "writes variants and marks anew; refuses while an attempt is open (docs/decisions/small-journal.md)",
}

#: Tables that an exam day writes to or reads at every request.
HOT = (
    r"(exam\.)?(attempt|journal\w*|candidate|session|receipt|result|audit|variant|form|sitting|heartbeat)"
    r"|proctoring\.\w+"
)
_ON_HOT = rf"\balter table (if exists )?(only )?({HOT})\b.*"

REFUSED: dict[str, str] = {
    "rewrites the table": rf"{_ON_HOT}\balter (column )?\S+ (set data )?type\b",
    "reads the whole table under an exclusive lock (add a check not valid, validate it later)": (
        rf"{_ON_HOT}\balter (column )?\S+ set not null"
    ),
    "a volatile default rewrites the table": (
        rf"{_ON_HOT}\badd (column )?.*\bdefault\b.*(now\(|clock_timestamp|random|gen_random_uuid|nextval|exam\.now)"
    ),
    "an identity or stored column rewrites the table": rf"{_ON_HOT}\badd (column )?.*\bgenerated\b",
    "is checked against every row (add it not valid, validate it later)": (
        rf"{_ON_HOT}\badd (constraint \S+ )?(check|foreign key)(?!.*\bnot valid\b)"
    ),
    "builds its index under an exclusive lock (build it concurrently, then: using index)": (
        rf"{_ON_HOT}\badd (constraint \S+ )?(primary key|unique)(?!.*\busing index\b)"
    ),
    "builds an index while nobody may write": (
        rf"\bcreate (unique )?index (?!concurrently)(if not exists )?\S+ on (?!only )({HOT})\b"
    ),
    "shuts the table (drop it concurrently)": r"\bdrop index (?!concurrently)",
    "rewrites the table, and shuts it": r"^(cluster|vacuum full|reindex (?!.*concurrently)|truncate)\b",
    "changes every row in one transaction (do it in batches, in a job)": (
        rf"^(update|delete from) ({HOT})\b(?!.*\bwhere\b)"
    ),
    "waits for, and shuts, whatever it names": r"^lock table\b",
    "is one release too early, or forgets who still uses it (name it as an exception)": (
        rf"{_ON_HOT}\b(drop column|rename)\b"
    ),
}


def problems(sql: str) -> list[str]:
    """Why a statement may not stand in a migration that runs beside candidates."""
    flat = " ".join(sql.lower().split())
    return [why for why, pattern in REFUSED.items() if re.search(pattern, flat)]


def rendered(script: Script) -> Iterator[str]:
    """The statements of one migration's upgrade, as Alembic writes them offline."""
    written = io.StringIO()
    config = migrations.config(alone=not getattr(script.module, "transaction", True))
    config.output_buffer = written
    command.upgrade(config, f"{script.down_revision or 'base'}:{script.revision}", sql=True)
    return iter(statements(written.getvalue()))


def statements(written: str) -> list[str]:
    plain = re.sub(r"--[^\n]*", "", written)
    return [part.strip() for part in plain.split(";") if part.strip() and "alembic_version" not in part]


HISTORY = {one.revision: one for one in migrations.scripts().walk_revisions()}
LINTED = sorted(HISTORY.keys() - BEFORE_THE_RULE - EXCEPTIONS.keys())


@pytest.mark.parametrize("revision", LINTED)
def test_no_migration_stops_who_works(revision: str) -> None:
    for statement in rendered(HISTORY[revision]):
        assert not problems(statement), statement


@pytest.mark.parametrize("revision", sorted(HISTORY.keys() - BEFORE_THE_RULE))
def test_a_migration_says_which_programs_may_stay(revision: str) -> None:
    said = getattr(HISTORY[revision].module, "oldest_program", None)
    assert said in HISTORY, f"{revision}: oldest_program names the oldest program that may run beside it"
    assert said <= revision


def test_exceptions_stand_still_and_say_why() -> None:
    assert HISTORY.keys() >= EXCEPTIONS.keys()
    for revision in EXCEPTIONS:
        assert HISTORY[revision].module.stands_still
        assert HISTORY[revision].module.oldest_program == revision, "nothing older may run beside an exception"


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE exam.attempt ALTER COLUMN resume TYPE BIGINT",
        "ALTER TABLE exam.attempt ALTER COLUMN deadline SET NOT NULL",
        "ALTER TABLE exam.attempt ADD COLUMN touched TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL",
        "ALTER TABLE exam.session ADD COLUMN number BIGINT GENERATED ALWAYS AS IDENTITY",
        "ALTER TABLE exam.attempt ADD CONSTRAINT ck_x CHECK (grace_s >= 0)",
        "ALTER TABLE exam.attempt ADD CONSTRAINT fk_x FOREIGN KEY(form_id) REFERENCES exam.form (id)",
        "ALTER TABLE exam.candidate ADD CONSTRAINT uq_x UNIQUE (code)",
        "CREATE INDEX ix_x ON exam.journal (arrived_at)",
        "CREATE UNIQUE INDEX ix_x ON exam.attempt (form_id)",
        "DROP INDEX exam.ix_attempt_deadline",
        "update exam.attempt set notices = 0",
        "ALTER TABLE exam.attempt DROP COLUMN device",
        "ALTER TABLE exam.attempt RENAME device TO machine",
        "lock table exam.attempt in access exclusive mode",
        "VACUUM FULL exam.journal",
    ],
)
def test_the_lint_sees(statement: str) -> None:
    assert problems(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE exam.attempt ADD COLUMN seen INTEGER",
        "ALTER TABLE exam.attempt ADD COLUMN seen INTEGER DEFAULT '0' NOT NULL",
        "ALTER TABLE exam.attempt ADD CONSTRAINT ck_x CHECK (grace_s >= 0) NOT VALID",
        "ALTER TABLE exam.attempt VALIDATE CONSTRAINT ck_x",
        "ALTER TABLE exam.attempt ADD CONSTRAINT uq_x UNIQUE USING INDEX uq_x",
        "create index concurrently ix_x on exam.attempt (form_id)",
        "create index if not exists ix_x on only exam.journal (arrived_at)",
        "DROP INDEX CONCURRENTLY exam.ix_attempt_deadline",
        "CREATE INDEX ix_x ON exam.unit_alias (code)",
        "CREATE TABLE exam.other (id BIGINT NOT NULL, at TIMESTAMP WITH TIME ZONE DEFAULT exam.now() NOT NULL)",
    ],
)
def test_the_lint_lets_through(statement: str) -> None:
    assert not problems(statement)
