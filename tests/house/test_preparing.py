"""Only what is meant to begin an installation begins one: a setting that was not read must not look like a good one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner

from exam_engine import preparing, serving
from exam_engine.cli import main
from exam_engine.kit.database import dsn
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.keys import KeyMissing
from exam_engine.kit.settings import Settings
from exam_engine.preparing import CannotStart
from tests.hall import found


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


async def test_no_key_is_made_beside_data_that_was_begun_with_one(settings: Settings) -> None:
    """As after a restore without keys: each of these made a new one, and the right one was refused afterwards."""
    assert settings.database_url is not None
    hall = await found(settings, settings.database_url)
    await hall.close()
    settings.master_key_file.unlink()
    for command in ("serve", "work", "verify", "demo", "rehearse --remove"):
        runner = CliRunner(env=settings.to_environment())
        done = await asyncio.to_thread(runner.invoke, main, command.split())
        assert done.exit_code == 2, done.output
        told = done.stderr.splitlines()[-1]
        assert told.startswith("exam-engine: the master key")
        assert "restore --keys FILE --only-keys" in told
        assert not settings.master_key_file.exists()


def test_a_part_that_is_started_again_makes_no_other_key(settings: Settings) -> None:
    settings.master_key_file.unlink()
    for part in serving.PARTS.values():
        with pytest.raises(KeyMissing, match="is gone"):
            asyncio.run(part(settings))
    assert not settings.master_key_file.exists()


def test_who_fails_where_nothing_was_leaves_nothing(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, data_dir=tmp_path / "data")
    with pytest.raises(CannotStart), preparing.only_service(settings, as_found=True):
        raise CannotStart("half-way")
    assert not settings.data_dir.exists()
    settings.data_dir.mkdir()
    (settings.data_dir / "somebody's").touch()
    with pytest.raises(CannotStart), preparing.only_service(settings, as_found=True):
        raise CannotStart("half-way")
    assert [path.name for path in settings.data_dir.iterdir()] == ["somebody's"]
