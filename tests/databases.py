"""Migrated databases for tests: copied from a template once, then emptied and used again.

A copy of the template takes a quarter of a second of work, emptying what a test has written a tenth of that. A database
comes back only when it then cannot be told from the template; any other is dropped."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager

import asyncpg

from exam_engine import migrations
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.embedded import Embedded

TEMPLATE = "migrated"
LEFT_WITHIN_S = 20
#: Bytes of a table from which on it is made anew, or scans would walk over what hundreds of tests have deleted.
SMALL = 128 * 1024
OURS = "pg_namespace n on n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.oid"

#: What can be told of a database besides the rows of its tables: one line for everything a test may have changed.
SHAPE = f"""
select concat_ws(' ', 'table', n.nspname, c.relname, c.relkind, c.relpersistence, c.relhasrules, c.relrowsecurity,
                 c.reloptions, c.relacl)
  from pg_class c join {OURS} = c.relnamespace
union all select concat_ws(' ', 'column', a.attrelid::regclass, a.attname, a.atttypid::regtype, a.attnotnull,
                           a.atthasdef, a.attstattarget, a.attoptions)
  from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and a.attnum > 0
  join {OURS} = c.relnamespace
union all select concat_ws(' ', 'default', adrelid::regclass, pg_get_expr(adbin, adrelid)) from pg_attrdef
union all select concat_ws(' ', 'index', indexrelid::regclass, indisvalid, indisready, indisunique)
  from pg_index join pg_class c on c.oid = indexrelid join {OURS} = c.relnamespace
union all select concat_ws(' ', 'constraint', conrelid::regclass, conname, convalidated, md5(conbin::text))
  from pg_constraint join {OURS} = connamespace
union all select concat_ws(' ', 'trigger', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal
union all select concat_ws(' ', 'function', proname, md5(prosrc)) from pg_proc join {OURS} = pronamespace
union all select concat_ws(' ', 'namespace', nspname) from pg_namespace where nspname !~ '^pg_(toast_)?temp'
union all select concat_ws(' ', 'extension', extname) from pg_extension
union all select concat_ws(' ', 'setting', setconfig) from pg_db_role_setting
    where setdatabase = (select oid from pg_database where datname = current_database())
union all select concat_ws(' ', 'statistics', starelid::regclass, staattnum)
  from pg_statistic join pg_class c on c.oid = starelid join {OURS} = c.relnamespace
union all select concat_ws(' ', 'large object', oid) from pg_largeobject_metadata
order by 1
"""
SIZES = f"""select c.oid::regclass::text, pg_relation_size(c.oid) from pg_class c join {OURS} = c.relnamespace
    where c.relkind = 'r' order by 1"""
FUNCTIONS = f"""select p.oid::regprocedure::text, pg_get_functiondef(p.oid) from pg_proc p join {OURS} = p.pronamespace
    where p.prokind in ('f', 'p')"""
COUNTED = """select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences
    where last_value is not null"""
OTHERS = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"

Locked = Callable[[str], AbstractContextManager[None]]


class Databases:
    """Of one worker on the run's server; `one_at_a_time` holds the others off meanwhile."""

    def __init__(self, server: Embedded, one_at_a_time: Locked) -> None:
        self.server, self.one_at_a_time = server, one_at_a_time
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.numbers = itertools.count(1)
        self.empty: list[str] = []
        #: Of the template: its tables and how many bytes they have, its functions, and what else can be told of it.
        self.tables: dict[str, int] = {}
        self.functions: dict[str, str] = {}
        self.untouched: list[str] = []

    async def prepare(self) -> None:
        """The template, if no other worker has made it."""
        if not await self._exists(TEMPLATE):
            await self._execute("postgres", f"create database {TEMPLATE}_new")
            engine = make_engine(self.server.url(f"{TEMPLATE}_new"), pool_size=1)
            async with transaction(engine) as connection:
                await migrations.upgrade(connection)
            await engine.dispose()
            await self._execute("postgres", f"alter database {TEMPLATE}_new rename to {TEMPLATE}")

    @asynccontextmanager
    async def one(self) -> AsyncIterator[str]:
        """The URL of a database as the migrations leave it; what is written there is nobody else's."""
        name = self.empty.pop() if self.empty else await self._copied()
        yield self.server.url(name)
        if await self._emptied(name):
            self.empty.append(name)
        else:
            await self._execute("postgres", f"drop database if exists {name} with (force)")

    async def _copied(self) -> str:
        name = f"test_{self.worker}_{next(self.numbers)}"
        # Copying the template needs nobody else connected to it, and two copies at once disturb each other.
        with self.one_at_a_time("template"):
            await self._execute("postgres", f"create database {name} template {TEMPLATE}")
        if not self.untouched:
            connection = await self._connected(name)
            self.tables = dict(await connection.fetch(SIZES))
            self.functions = dict(await connection.fetch(FUNCTIONS))
            self.untouched = await self._told(connection)
            await connection.close()
        return name

    async def _emptied(self, name: str) -> bool:
        """Whether it is as it was."""
        try:
            connection = await self._connected(name)
        except asyncpg.PostgresError:  # the test has taken it away
            return False
        try:
            await _alone(connection)
            # Triggers that forbid to take anything back hold for the service, and would hold here.
            await connection.execute("set session_replication_role = replica")
            await connection.execute(await self._forgetting(connection))
            await connection.execute(COUNTED)
            return await self._told(connection) == self.untouched
        except asyncpg.PostgresError:  # it has other tables, or takes no writes
            return False
        finally:
            await connection.close()

    async def _told(self, connection: asyncpg.Connection[asyncpg.Record]) -> list[str]:
        """Its shape, and what the migrations wrote."""
        shape = [row[0] for row in await connection.fetch(SHAPE)]
        founded = [table for table, size in self.tables.items() if size]
        rows = [f"{one} {row[0]}" for one in founded for row in await connection.fetch(f"select t::text from {one} t")]
        return [*shape, *sorted(rows)]

    async def _forgetting(self, connection: asyncpg.Connection[asyncpg.Record]) -> str:
        """Deleting a few rows takes a tenth of what making a table anew does."""
        statements = ["select"]
        for table, size in await connection.fetch(SIZES):
            if table not in self.tables:
                statements.append(f"drop table {table} cascade")
            elif size and not self.tables[table]:
                statements.append(f"delete from {table}" if size <= SMALL else f"truncate {table} cascade")
        found = dict(await connection.fetch(FUNCTIONS))
        # Tests set the service's clock, which is one of them.
        statements += [text for name, text in self.functions.items() if found.get(name) != text]
        return ";".join(statements)

    async def _execute(self, database: str, statement: str) -> None:
        connection = await self._connected(database)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _exists(self, name: str) -> bool:
        connection = await self._connected("postgres")
        try:
            return bool(await connection.fetchval("select true from pg_database where datname = $1", name))
        finally:
            await connection.close()

    async def _connected(self, database: str) -> asyncpg.Connection[asyncpg.Record]:
        return await asyncpg.connect(self.server.url(database).replace("+asyncpg", ""))


async def _alone(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Ends whoever is connected still: killed services leave somebody behind."""
    end = time.monotonic() + LEFT_WITHIN_S
    while await connection.fetchval(f"select count(pg_terminate_backend(pid)) {OTHERS}"):
        assert time.monotonic() < end, "somebody stays connected to the database of a test that has ended"
        await asyncio.sleep(0.005)
