"""Migrating a database that works: one migration after the other, none of which makes a candidate wait.

A lock that is not there at once is given up after a moment and asked for again, because everybody who comes after
the one that waits for a lock waits with it. What a migration may do at all, tests/house/test_gentle_migrations.py says.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from alembic import command
from alembic.script import Script
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine import migrations
from exam_engine.kit.database import gone, transaction

#: How long a save may stand behind a migration that waits; then the migration steps aside.
LOCK_TIMEOUT_MS = 250
#: And how long a migration may hold its locks once it has them. The server itself ends a statement that takes longer,
#: and a little later the whole transaction: a client that has gone away stops nothing there.
HOLDS_MS = 2000
LEFT_ALONE_MS = 500
LONGEST_PAUSE_S = 5.0
PATIENCE_S = 600.0
BASE, HEAD = "base", "head"

Tell = Callable[[str], None]

# Of the session, in no transaction: an index that is built concurrently would wait for that one.
_ONE_AT_A_TIME = text("select pg_advisory_lock(hashtext('exam_engine.migrations'))")
_NEXT_PLEASE = text("select pg_advisory_unlock(hashtext('exam_engine.migrations'))")
# The last of them from PostgreSQL 17 on.
_STEP_ASIDE = text(
    "select set_config(name, given, true)"
    " from (values ('lock_timeout', :waits), ('statement_timeout', :holds), ('transaction_timeout', :in_all))"
    " as limits(name, given) where current_setting(name, true) is not null"
)
_STEP_ASIDE_ALWAYS = text(f"set lock_timeout = {LOCK_TIMEOUT_MS}")
_LONGEST = text(
    "select pid, application_name, state, extract(epoch from clock_timestamp() - xact_start)::int as seconds"
    " from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    " and backend_type in ('client backend', 'autovacuum worker') and state <> 'idle'"
    " and xact_start < clock_timestamp() - interval '1 s' order by xact_start limit 3"
)


class GaveUp(RuntimeError):
    """Somebody held a lock for longer than anybody should; the message is one line."""


class NoWay(RuntimeError):
    """From the migration that is there none leads to the one that is wanted; the message is one line."""


@dataclass(frozen=True, slots=True)
class Step:
    """One migration, upward or downward. `alone`: without a transaction, for what is built beside the writers;
    `still`: why it needs the service to stand still; then it may wait, and hold, as long as it takes."""

    revision: str
    target: str
    down: bool
    alone: bool
    still: str | None

    @staticmethod
    def of(script: Script, *, down: bool) -> Step:
        before = script.down_revision
        return Step(
            revision=script.revision,
            target=str(before or BASE) if down else script.revision,
            down=down,
            alone=not getattr(script.module, "transaction", True),
            still=getattr(script.module, "stands_still", None),
        )


async def migrate(engine: AsyncEngine, revision: str, *, down: bool, tell: Tell, folder: str | None = None) -> None:
    """`engine` has room for two connections: one keeps everybody else from migrating meanwhile."""
    async with _only_one(engine):
        async with transaction(engine) as connection:
            found = await migrations.current(connection)
            wanted = steps(found, revision, down=down, folder=folder)
            if found is None and wanted:
                await connection.run_sync(_run, revision, False, False, folder)
                return
        for step in wanted:
            await _apply(engine, step, tell, folder)


@asynccontextmanager
async def _only_one(engine: AsyncEngine) -> AsyncIterator[None]:
    async with transaction(engine.execution_options(isolation_level="AUTOCOMMIT")) as guard:
        await guard.execute(_ONE_AT_A_TIME)
        try:
            yield
        finally:
            await guard.execute(_NEXT_PLEASE)


def steps(found: str | None, revision: str, *, down: bool, folder: str | None = None) -> list[Step]:
    """On the one line from nothing (`base`) to the newest migration (`head`), in the order in which they are run."""
    line = [*migrations.scripts(folder).walk_revisions()][::-1]
    names = [BASE, *(script.revision for script in line)]
    here, there = _stands(names, found), _named_by(names, revision)
    if (there > here) if down else (there < here):
        way = f"exam-engine migrate {revision}" if down else f"exam-engine migrate {revision} --down"
        raise NoWay(f"the database is at migration {names[here]}, {revision} lies {_other_way(down)}: {way}")
    between = line[there:here][::-1] if down else line[here:there]
    return [Step.of(one, down=down) for one in between]


def _stands(names: Sequence[str], found: str | None) -> int:
    if found is not None and found not in names:
        raise NoWay(f"the database is at migration {found}, unknown here: use the program that made it")
    return names.index(found or BASE)


def _named_by(names: Sequence[str], revision: str) -> int:
    if revision == HEAD:
        return len(names) - 1
    if revision not in names:
        raise NoWay(f"there is no migration {revision}: name {names[1]} to {names[-1]}, {HEAD}, or with --down {BASE}")
    return names.index(revision)


def _other_way(down: bool) -> str:
    return "above it, without --down" if down else "below it"


async def _apply(engine: AsyncEngine, step: Step, tell: Tell, folder: str | None) -> None:
    waited, pause = 0.0, 0.1
    while not await _done(engine, step, folder):
        who = await _who(engine)
        if waited > PATIENCE_S:
            raise GaveUp(f"migration {step.revision} found no moment in {waited:.0f} s: {who}")
        tell(f"migration {step.revision} steps aside and tries again in {pause:.1f} s: {who}")
        await asyncio.sleep(pause)
        waited, pause = waited + pause, min(LONGEST_PAUSE_S, 2 * pause)


async def _done(engine: AsyncEngine, step: Step, folder: str | None) -> bool:
    try:
        await _once(engine, step, folder)
    except (DBAPIError, OSError) as error:
        if not _was_in_the_way(error):
            raise
        return False
    return True


async def _once(engine: AsyncEngine, step: Step, folder: str | None) -> None:
    if step.alone:
        async with transaction(engine.execution_options(isolation_level="AUTOCOMMIT")) as connection:
            await connection.execute(_STEP_ASIDE_ALWAYS)
            try:
                await connection.run_sync(_run, step.target, step.down, True, folder)
            finally:
                await connection.execute(text("reset lock_timeout"))
        return
    async with transaction(engine) as connection:
        if step.still is None:
            limits = {"waits": LOCK_TIMEOUT_MS, "holds": HOLDS_MS, "in_all": HOLDS_MS + LEFT_ALONE_MS}
            await connection.execute(_STEP_ASIDE, {name: str(limit) for name, limit in limits.items()})
            async with asyncio.timeout(HOLDS_MS / 1000):
                await connection.run_sync(_run, step.target, step.down, False, folder)
        else:
            await connection.run_sync(_run, step.target, step.down, False, folder)


def _run(connection: Connection, target: str, down: bool, alone: bool, folder: str | None) -> None:
    config = migrations.config(connection, folder=folder, alone=alone)
    (command.downgrade if down else command.upgrade)(config, target)


def _was_in_the_way(error: BaseException) -> bool:
    if gone(error):  # ended for taking too long; if it is the database that has gone, the next look at it says so
        return True
    cause: Any = error
    while isinstance(cause, DBAPIError) and cause.orig is not None:
        cause = cause.orig.__cause__ or cause.orig
    return isinstance(cause, asyncpg.LockNotAvailableError | asyncpg.DeadlockDetectedError)


async def _who(engine: AsyncEngine) -> str:
    async with transaction(engine) as connection:
        return _named((await connection.execute(_LONGEST)).all()) or "transactions that ended meanwhile"


def _named(rows: Iterable[Any]) -> str:
    return ", ".join(
        f"session {row.pid} ({row.application_name or 'unnamed'}) is {row.state} in a transaction of {row.seconds} s"
        for row in rows
    )
