"""A rehearsal's sandbox: like the sitting it plays, seen by nobody, and gone without a trace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

import exam_engine.tables  # noqa: F401 - every table of the service
from exam_engine.accounts import unit_queries
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.kit.tables import metadata
from exam_engine.preparing import CannotStart
from exam_engine.rehearsing import removal_queries, sandbox
from exam_engine.rehearsing.sandbox import Wish
from exam_engine.sittings import sitting_queries
from exam_engine.sittings.policy import SittingPolicy
from tests.hall import Hall, found

CANDIDATES = 30


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def school(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    folder = tmp_path_factory.mktemp("rehearsing")
    settings = Settings.from_environment({}, database_url=database_url, data_dir=folder)
    made = await found(settings, database_url)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def hall(school: Hall) -> AsyncIterator[Hall]:
    """The school without a sandbox, before and after."""
    yield school
    await sandbox.remove(school.state)


async def rows(engine: AsyncEngine) -> dict[str, int]:
    """Of every table but the audit log, which only ever grows."""
    async with transaction(engine) as connection:
        return {
            table.fullname: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
            if table.fullname != "exam.audit"
        }


async def relations(engine: AsyncEngine) -> set[str]:
    async with transaction(engine) as connection:
        found = await connection.execute(text("select oid::regclass::text from pg_class where relkind in ('r', 'p')"))
        return set(found.scalars())


async def test_it_is_gone_without_a_trace(hall: Hall) -> None:
    real = await hall.sitting(CANDIDATES, SittingPolicy(device_change="free"))
    before, tables = await rows(hall.engine), await relations(hall.engine)
    built = await sandbox.build(hall.state, Wish(sitting=real.public, speed=10))
    assert (await rows(hall.engine))["exam.candidate"] == before["exam.candidate"] + CANDIDATES
    await sandbox.open_doors(hall.state, built, 1, 60)
    assert await sandbox.remove(hall.state) == 1
    assert await rows(hall.engine) == before
    assert await relations(hall.engine) == tables
    assert await sandbox.remove(hall.state) == 0


async def test_the_paper_that_comes_along_leaves_nothing_either(hall: Hall) -> None:
    before = await rows(hall.engine)
    built = await sandbox.build(hall.state, Wish(candidates=3))
    assert len(built.tickets) == 3
    await sandbox.remove(hall.state)
    assert await rows(hall.engine) == before


async def test_it_is_like_the_sitting_that_it_plays(hall: Hall) -> None:
    real = await hall.sitting(CANDIDATES, SittingPolicy(device_change="free", earliest_submit_s=600))
    built = await sandbox.build(hall.state, Wish(sitting=real.public, speed=10))
    assert len(built.tickets) == CANDIDATES
    assert (built.exam_seconds, built.seconds) == (45 * 60, 45 * 6)
    async with transaction(hall.engine) as connection:
        copied = await sitting_queries.sitting_in_scope(connection, built.sitting, [f"{built.unit_id}."])
        counts = text(
            "select s.id, r.name, count(*) from exam.sitting s join exam.room r on r.sitting_id = s.id"
            " join exam.candidate c on c.room_id = r.id group by 1, 2 order by 2"
        )
        filled: dict[int, list[Any]] = {}
        for sitting, room, count in await connection.execute(counts):
            filled.setdefault(sitting, []).append((room, count))
    assert copied is not None
    assert copied["policy"]["device_change"] == "free"
    assert copied["policy"]["earliest_submit_s"] == 60
    assert filled[copied["id"]] == filled[real.id]
    assert {one.role for one in built.staff} == {"exam_officer", "invigilator"}


async def test_a_second_one_is_refused(hall: Hall) -> None:
    await sandbox.build(hall.state, Wish(candidates=2))
    with pytest.raises(CannotStart, match="--remove"):
        await sandbox.build(hall.state, Wish(candidates=2))


async def test_everything_in_the_way_is_said_before_anything_is_built(hall: Hall) -> None:
    await hall.sitting(2)
    before = await rows(hall.engine)
    wish = Wish(sitting="nosuch")
    named = await sandbox.obstacles(hall.state, wish, lambda minutes: 60 * minutes)
    assert len(named) == 2
    assert "no sitting nosuch" in named[0]
    assert "--anyway" in named[1]
    assert "no exam nosuch" in (await sandbox.obstacles(hall.state, Wish(exam="nosuch", candidates=1), None))[0]
    assert await rows(hall.engine) == before
    built = await sandbox.build(hall.state, Wish(candidates=2))
    await sandbox.open_doors(hall.state, built, 1, 600)
    named = await sandbox.obstacles(hall.state, wish, lambda minutes: 60 * minutes)
    assert [part in one for part, one in zip(("--remove", "nosuch", "--anyway"), named, strict=True)] == [True] * 3
    assert "Diễn tập" not in named[2], "what is left is no real exam"
    assert not [one for one in await sandbox.obstacles(hall.state, Wish(candidates=2), None) if one != sandbox.LEFT]


async def test_nobody_of_the_school_sees_it(hall: Hall) -> None:
    async with transaction(hall.engine) as connection:
        before = await unit_queries.units_within(connection, [hall.school.province.path])
        sittings = await sitting_queries.sittings_in_scope(connection, [hall.school.province.path])
    built = await sandbox.build(hall.state, Wish(candidates=2))
    scopes = [hall.school.province.path]
    async with transaction(hall.engine) as connection:
        assert await sitting_queries.sitting_in_scope(connection, built.sitting, scopes) is None
        assert await sitting_queries.sittings_in_scope(connection, scopes) == sittings
        assert await unit_queries.units_within(connection, scopes) == before


async def test_a_unit_without_the_mark_stays(hall: Hall) -> None:
    async with transaction(hall.engine) as connection:
        code = "rehearsal-0123456789abcdef01234567"
        await connection.execute(
            text("update exam.unit set code = :code where id = :id"), {"code": code, "id": hall.school.province.id}
        )
    assert await sandbox.remove(hall.state) == 0


async def test_numbers_of_attempts_are_never_given_again(hall: Hall) -> None:
    """Audit lines and tokens of the rehearsal's attempts would fit those of a real exam."""
    built = await sandbox.build(hall.state, Wish(candidates=5))
    async with transaction(hall.engine) as connection:
        used = await sitting_queries.sitting_in_scope(connection, built.sitting, [f"{built.unit_id}."])
        assert used is not None
    await sandbox.remove(hall.state)
    real = await hall.sitting(1)
    assert real.seats[0].attempt >= used["first_attempt_id"] + used["attempt_count"]


async def test_it_refuses_while_people_sit(hall: Hall) -> None:
    built = await sandbox.build(hall.state, Wish(candidates=2))
    await hall.sitting(2)
    assert "Kiểm tra thử" in await sandbox.others_sit(hall.state, built, 600)


def test_every_table_that_hangs_on_a_sandbox_is_named() -> None:
    """A table that comes later and is forgotten here would stop the removal, or stay behind."""
    named = {table.fullname for table, _column, _whose in removal_queries.OWNED} | {"exam.journal"}
    keys = {
        "unit_id",
        "person_id",
        "sitting_id",
        "candidate_id",
        "attempt_id",
        "bank_id",
        "item_id",
        "version_id",
        "exam_id",
    }
    hanging = {table.fullname for table in metadata.sorted_tables if keys & set(table.columns.keys())} - {"exam.audit"}
    assert hanging <= named


async def test_it_refuses_while_somebody_works_though_nobody_may_start_any_more(hall: Hall) -> None:
    """With times of everybody's own, `closes_at` is the latest start."""
    built = await sandbox.build(hall.state, Wish(candidates=2))
    real = await hall.sitting(1)
    long_ago = {"opens_at": "5 hours", "starts_at": "4 hours", "closes_at": "10 minutes"}
    async with transaction(hall.engine) as connection:
        times = ", ".join(f"{name} = exam.now() - interval '{ago}'" for name, ago in long_ago.items())
        await connection.execute(text(f"update exam.sitting set {times} where unit_id <> :own"), {"own": built.unit_id})
    assert await sandbox.others_sit(hall.state, built, 600) == [], "nobody has started, and nobody may"
    async with transaction(hall.engine) as connection:
        await connection.execute(
            text("update exam.attempt set state = 'running' where id = :id"), {"id": real.seats[0].attempt}
        )
    assert await sandbox.others_sit(hall.state, built, 600) == ["Kiểm tra thử"]
    async with transaction(hall.engine) as connection:
        await connection.execute(
            text("update exam.attempt set state = 'ready' where id = :id"), {"id": real.seats[0].attempt}
        )
