"""One linear Alembic history for all schemas; shipped in the wheel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

_OLDEST = text("select oldest_program from exam.compatibility where id = 1")


@dataclass(frozen=True, slots=True)
class Schema:
    """The database's migration beside this program's. `oldest`: the oldest program, named by its newest migration,
    that may serve a database which is ahead of it; the migrations say so (`oldest_program`), the database remembers."""

    found: str | None
    wanted: str
    oldest: str | None = None

    @property
    def serves(self) -> bool:
        """The program's own schema, or a newer one that it may stay beside: a rolling upgrade migrates first."""
        if self.found is None or self.found == self.wanted:
            return self.found is not None
        return self.found > self.wanted and self.oldest is not None and self.oldest <= self.wanted

    @property
    def refusal(self) -> str:
        said = f"the database is at migration {self.found}, this program needs {self.wanted}"
        if self.found is not None and self.found > self.wanted:
            return f"{said} and may not run beside it: install the program that made it"
        return f"{said}: back it up, then exam-engine migrate"


def config(connection: Connection | None = None, *, folder: str | None = None, alone: bool = False) -> Config:
    """`folder`: other versions than the package's own (tests). `alone`: no transaction is around the migration."""
    made = Config()
    with as_file(files("exam_engine.migrations")) as here:
        made.set_main_option("script_location", str(here))
    if folder is not None:
        made.set_main_option("path_separator", "newline")
        made.set_main_option("version_locations", f"{here / 'versions'}\n{folder}")
    made.attributes |= {"connection": connection, "alone": alone}
    return made


def scripts(folder: str | None = None) -> ScriptDirectory:
    return ScriptDirectory.from_config(config(folder=folder))


class OtherSchema(RuntimeError):
    """The program does not serve this database; one line."""


@cache
def head() -> str:
    """Reading all migrations takes a moment, and a package does not change while it runs."""
    found = scripts().get_current_head()
    assert found is not None, "the package carries no migrations"
    return found


def oldest_program(applied: Sequence[Script]) -> str:
    """One migration that nothing older may run beside keeps all older programs out, whatever follows."""
    return max(str(getattr(one.module, "oldest_program", one.revision)) for one in applied)


async def current(connection: AsyncConnection) -> str | None:
    return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def schema(connection: AsyncConnection) -> Schema:
    found, wanted = await current(connection), head()
    known = found is not None and found > wanted
    return Schema(found, wanted, (await connection.execute(_OLDEST)).scalar_one_or_none() if known else None)


async def upgrade(connection: AsyncConnection, revision: str = "head") -> None:
    """All of it in the caller's transaction: for an empty database. `applying.migrate` is for one that works."""
    await connection.run_sync(lambda sync: command.upgrade(config(sync), revision))


async def downgrade(connection: AsyncConnection, revision: str) -> None:
    await connection.run_sync(lambda sync: command.downgrade(config(sync), revision))
