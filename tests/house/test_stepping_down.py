"""`exam-engine migrate`: what it refuses to take back, and what it says where no way leads to what is asked for."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.cli import main
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from tests.hall import found

SERVICE = """
import sys
from pathlib import Path
from exam_engine import preparing
from exam_engine.kit.settings import Settings
with preparing.only_service(Settings.from_environment({}, data_dir=Path(sys.argv[1]))):
    print("up", flush=True)
    sys.stdin.read()
"""


async def migrate(settings: Settings, *arguments: str) -> Result:
    runner = CliRunner(env=settings.to_environment())
    return await asyncio.to_thread(runner.invoke, main, ["migrate", *arguments])


def one_line(done: Result) -> str:
    assert done.exit_code == 2, done.output
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


async def has_tables(engine: AsyncEngine) -> bool:
    async with transaction(engine) as connection:
        return bool((await connection.execute(text("select to_regclass('exam.attempt') is not null"))).scalar())


@contextmanager
def a_service(settings: Settings) -> Iterator[None]:
    command = [sys.executable, "-c", SERVICE, str(settings.data_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == "up\n"
        yield
        service.communicate()


async def seated(settings: Settings) -> None:
    assert settings.database_url is not None
    hall = await found(settings, settings.database_url)
    await hall.sitting(2)
    await hall.close()


async def test_a_school_is_not_removed_without_a_word(settings: Settings, real_engine: AsyncEngine) -> None:
    await seated(settings)
    told = one_line(await migrate(settings, "base", "--down"))
    assert "removes everything" in told
    assert "2 attempts" in told
    assert "--yes" in told
    assert await has_tables(real_engine)
    assert "an older schema cannot hold" in one_line(await migrate(settings, "0007", "--down"))
    assert (await migrate(settings, "base", "--down", "--yes")).exit_code == 0
    assert not await has_tables(real_engine)


async def test_nothing_is_taken_back_under_a_service(settings: Settings, real_engine: AsyncEngine) -> None:
    with a_service(settings):
        assert "a service already runs" in one_line(await migrate(settings, "base", "--down", "--yes"))
    async with transaction(real_engine) as connection:
        await connection.execute(text("insert into exam.heartbeat (id, at) values (1, exam.now())"))
    assert "on every machine" in one_line(await migrate(settings, "base", "--down", "--yes")), "one elsewhere"
    assert await has_tables(real_engine)
    async with transaction(real_engine) as connection:
        await connection.execute(text("update exam.heartbeat set at = exam.now() - interval '1 minute'"))
    assert (await migrate(settings, "base", "--down")).exit_code == 0, "nobody would miss anything"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("base",), "exam-engine migrate base --down"),
        (("0003",), "exam-engine migrate 0003 --down"),
        (("nosuch",), "there is no migration nosuch"),
        (("nosuch", "--down"), "there is no migration nosuch"),
    ],
)
async def test_what_no_way_leads_to_is_one_line(settings: Settings, arguments: tuple[str, ...], told: str) -> None:
    assert told in one_line(await migrate(settings, *arguments))


async def test_a_way_up_is_not_taken_as_a_way_down(settings: Settings) -> None:
    assert (await migrate(settings, "0006", "--down")).exit_code == 0
    assert "exam-engine migrate 0008" in one_line(await migrate(settings, "0008", "--down"))
    assert (await migrate(settings)).exit_code == 0
