"""A migration with candidates sitting: saves commit every few milliseconds, before, while and after it changes their
tables; where somebody holds them, the migration steps aside and the saves go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine import migrations
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from exam_engine.migrations import applying
from tests.delivery.conftest import app, client, keys, served, world  # noqa: F401 - fixtures
from tests.delivery.world import Device, World, build

pytestmark = pytest.mark.race

COLUMNS = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, oldest_program = "9001", "{head}", "{head}"
def upgrade():
    for table in ("attempt", "journal"):
        op.add_column(table, sa.Column("remark", sa.Text(), nullable=True), schema="exam")
def downgrade():
    for table in ("attempt", "journal"):
        op.drop_column(table, "remark", schema="exam")
"""
INDEXES = """
from exam_engine.migrations.gently import add_index, add_partitioned_index
revision, down_revision, oldest_program, transaction = "9002", "9001", "{head}", False
def upgrade():
    add_index("ix_attempt_remark", "attempt", ["remark"])
    add_partitioned_index("ix_journal_remark", "journal", ["remark"])
def downgrade():
    pass
"""
IN_PLACE = """
select bool_and(indisvalid) as valid, count(*) as built from pg_index
where indexrelid in ('exam.ix_attempt_remark'::regclass, 'exam.ix_journal_remark'::regclass)
   or indexrelid in (select inhrelid from pg_inherits where inhparent = 'exam.ix_journal_remark'::regclass)
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    for name, source in (("9001_columns.py", COLUMNS), ("9002_indexes.py", INDEXES)):
        (tmp_path / name).write_text(source.format(head=migrations.head()))
    return str(tmp_path)


class Working:
    """Candidates who save without a pause. `events`: what happened, in order."""

    def __init__(self, devices: list[Device]) -> None:
        self.devices = devices
        self.events: list[str] = []
        self.asides = asyncio.Semaphore(0)
        self.going = True

    def tell(self, _line: str) -> None:
        self.events.append("aside")
        self.asides.release()

    async def save(self, device: Device) -> None:
        while self.going:
            saved = await device.answer(0, "k1")
            assert saved.status_code == 200, saved.text
            assert saved.json()["a"] == [[device.counter, 0]]
            self.events.append("saved")


@pytest_asyncio.fixture(loop_scope="session")
async def working(client: AsyncClient, world: World) -> AsyncIterator[Working]:  # noqa: F811
    devices = [Device(client, cookie) for cookie in world.cookies]
    for device in devices:
        await device.start()
    made = Working(devices)
    async with asyncio.TaskGroup() as group:
        for device in devices:
            group.create_task(made.save(device))
        yield made
        made.going = False
    rows = [await world.journal(position) for position in range(len(devices))]
    assert [len(found) for found in rows] == [device.counter for device in devices], "acknowledged = stored"


@pytest_asyncio.fixture(loop_scope="session")
async def migrator(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """As `exam-engine migrate` has it."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=2)
    yield engine
    await engine.dispose()


async def test_a_migration_steps_aside_until_nobody_is_in_its_way(
    working: Working, real_engine: AsyncEngine, migrator: AsyncEngine, folder: str
) -> None:
    migrating = asyncio.create_task(
        applying.migrate(migrator, "head", down=False, tell=working.tell, folder=folder), name="migrate"
    )
    async with transaction(real_engine) as report:
        await report.execute(text("select count(*) from exam.attempt"))
        for _try in range(3):
            tried = asyncio.create_task(working.asides.acquire())
            await asyncio.wait({migrating, tried}, return_when=asyncio.FIRST_COMPLETED)
            assert not migrating.done(), migrating.result()
    await migrating
    between = "".join(event[0] for event in working.events).split("a")[1:-1]
    assert len(between) >= 2
    assert all(between), "between two tries somebody saved: nobody waits longer than one try"
    async with transaction(real_engine) as connection:
        found = (await connection.execute(text(IN_PLACE))).mappings().one()
        schema = await migrations.schema(connection)
    assert (found["valid"], found["built"]) == (True, 3), "on the attempt, the journal and its partition"
    assert (schema.found, schema.serves) == ("9002", True), "the program that runs may stay"


async def test_a_partition_that_comes_later_has_the_index_too(
    real_engine: AsyncEngine,
    migrator: AsyncEngine,
    folder: str,
    keys: Keys,  # noqa: F811
) -> None:
    await applying.migrate(migrator, "head", down=False, tell=print, folder=folder)
    await build(real_engine, keys)
    async with transaction(real_engine) as connection:
        found = (await connection.execute(text(IN_PLACE))).mappings().one()
    assert (found["valid"], found["built"]) == (True, 3)


ENDLESS = """
from alembic import op
revision, down_revision, oldest_program = "9001", "{head}", "{head}"
def upgrade():
    op.execute("alter table exam.attempt add column remark text")
    for _statement in range({statements}):
        op.execute("select pg_sleep({seconds})")
def downgrade():
    pass
"""


@pytest.mark.parametrize(("statements", "seconds"), [(1, 3600), (100_000, 0.03)])
async def test_a_migration_that_holds_its_locks_for_too_long_lets_them_go(
    working: Working,
    real_engine: AsyncEngine,
    migrator: AsyncEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    statements: int,
    seconds: float,
) -> None:
    """On the server, too: a client that has gone away ends no statement there, and candidates would wait for it."""
    monkeypatch.setattr(applying, "HOLDS_MS", 200)
    source = ENDLESS.format(head=migrations.head(), statements=statements, seconds=seconds)
    (tmp_path / "9001_endless.py").write_text(source)
    migrating = asyncio.create_task(
        applying.migrate(migrator, "head", down=False, tell=working.tell, folder=str(tmp_path)), name="migrate"
    )
    for _try in range(2):
        tried = asyncio.create_task(working.asides.acquire())
        await asyncio.wait({migrating, tried}, return_when=asyncio.FIRST_COMPLETED)
        assert not migrating.done(), migrating.result()
    migrating.cancel()
    await asyncio.wait({migrating})
    async with transaction(real_engine) as connection:
        await connection.execute(text("set local lock_timeout = '5s'"))
        await connection.execute(text("lock table exam.attempt in access exclusive mode"))


NOTED = """
from alembic import op
from exam_engine.migrations.gently import add_index
revision, down_revision, oldest_program, transaction = "9001", "{head}", "{head}", False
def upgrade():
    add_index("ix_attempt_remark", "attempt", ["ended_at"])
    op.execute("create table exam.noted as select current_setting('lock_timeout') as value")
def downgrade():
    pass
"""


async def test_what_follows_an_index_steps_aside_again(
    real_engine: AsyncEngine, migrator: AsyncEngine, tmp_path: Path
) -> None:
    (tmp_path / "9001_noted.py").write_text(NOTED.format(head=migrations.head()))
    await applying.migrate(migrator, "head", down=False, tell=print, folder=str(tmp_path))
    async with transaction(real_engine) as connection:
        assert (await connection.execute(text("select value from exam.noted"))).scalar_one() == "250ms"


@pytest.mark.parametrize(
    ("found", "oldest", "serves"),
    [
        ("0007", None, True),
        ("0008", "0007", True),
        ("0009", "0006", True),
        ("0008", "0008", False),
        ("0008", None, False),
        ("0006", None, False),
        (None, None, False),
    ],
)
def test_who_may_serve_which_schema(found: str | None, oldest: str | None, serves: bool) -> None:
    schema = migrations.Schema(found, "0007", oldest)
    assert schema.serves is serves
    assert schema.refusal.startswith(f"the database is at migration {found}, this program needs 0007")
