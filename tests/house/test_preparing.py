"""Only what is meant to begin an installation begins one: a setting that was not read must not look like a good one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner

from exam_engine import preparing
from exam_engine.cli import main
from exam_engine.kit.database import dsn
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.preparing import CannotStart


@pytest.mark.parametrize(
    "command",
    [
        "verify",
        "work",
        "backup",
        "restore --drill",
        "rehearse --remove",
        "export PUBLIC results.csv",
        f"import --bank PUBLIC {__file__}",
    ],
)
def test_a_command_beside_the_service_founds_nothing(tmp_path: Path, command: str) -> None:
    settings = Settings.from_environment({}, data_dir=tmp_path / "data", backup_dir=tmp_path / "backups")
    done = CliRunner(env=settings.to_environment()).invoke(main, command.split())
    assert done.exit_code == 2, done.output
    assert "there is no installation" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not settings.data_dir.exists()


async def test_neither_in_a_database_that_is_empty(postgres: Embedded) -> None:
    admin = await asyncpg.connect(dsn(postgres.url("postgres")))
    await admin.execute("create database nothing_founded")
    try:
        settings = Settings.from_environment({}, database_url=postgres.url("nothing_founded"))
        with pytest.raises(CannotStart, match="no installation in that database"):
            await asyncio.to_thread(_entered, settings)
        inside = await asyncpg.connect(dsn(postgres.url("nothing_founded")))
        assert await inside.fetchval("select count(*) from pg_namespace where nspname = 'exam'") == 0
        await inside.close()
    finally:
        await admin.execute("drop database nothing_founded with (force)")
        await admin.close()


def _entered(settings: Settings) -> None:
    with preparing.existing_database(settings):
        pass
