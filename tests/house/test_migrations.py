"""One linear history that goes up and down, with and without data, and ends at the schema the code declares."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import asyncpg
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine import migrations
from exam_engine.app import make_state
from exam_engine.demo import school
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.tables import metadata

OUR_SCHEMAS = {"item_bank", "exam", "proctoring"}
numbers = count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def empty(postgres: Embedded) -> AsyncIterator[AsyncEngine]:
    name = f"empty_{id(postgres)}_{next(numbers)}"
    admin = await asyncpg.connect(postgres.url("postgres").replace("+asyncpg", ""))
    await admin.execute(f"create database {name}")
    engine = make_engine(postgres.url(name), pool_size=2)
    yield engine
    await engine.dispose()
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    async with transaction(engine) as connection:
        await migrations.upgrade(connection, revision)


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    async with transaction(engine) as connection:
        await migrations.downgrade(connection, revision)


async def tables(engine: AsyncEngine) -> set[str]:
    question = "select table_schema || '.' || table_name from information_schema.tables where table_schema = any(:ours)"
    async with transaction(engine) as connection:
        found = set((await connection.execute(text(question), {"ours": [*OUR_SCHEMAS, "jobs"]})).scalars())
    return {name for name in found if not name.startswith("exam.journal_")}  # partitions, made as sittings need them


async def test_up_and_down_on_an_empty_database(empty: AsyncEngine) -> None:
    await upgrade(empty)
    made = await tables(empty)
    assert len(made) > 20
    await downgrade(empty, "base")
    assert await tables(empty) == set()
    await upgrade(empty)
    assert await tables(empty) == made


async def test_up_and_down_on_a_seeded_database(real_engine: AsyncEngine, settings: Settings) -> None:
    state = make_state(settings)
    await school._found(state)
    await state.engine.dispose()
    made = await tables(real_engine)
    async with transaction(real_engine) as connection:
        assert (await connection.execute(text("select count(*) from item_bank.item"))).scalar_one() > 0
    await downgrade(real_engine, "base")
    assert await tables(real_engine) == set()
    await upgrade(real_engine)
    assert await tables(real_engine) == made


def difference(connection: Connection) -> list[object]:
    def ours(_object: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
        # Partitions of the journal are made as sittings need them; the declaration does not know them.
        return not (kind == "table" and reflected and compared is None and str(name).startswith("journal_"))

    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _parents: kind != "schema" or name in OUR_SCHEMAS,
        "include_object": ours,
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_the_history_ends_at_what_the_code_declares(real_engine: AsyncEngine) -> None:
    async with real_engine.connect() as connection:
        found = await connection.run_sync(difference)
    assert not found, "\n".join(map(str, found))


async def test_nothing_depends_on_the_servers_collation(real_engine: AsyncEngine) -> None:
    """Vietnamese order is stored; an index that needs ICU could not be restored on another server."""
    question = (
        "select collname from pg_collation where collprovider = 'i' and oid in (select attcollation from pg_attribute)"
    )
    async with transaction(real_engine) as connection:
        assert (await connection.execute(text(question))).all() == []
