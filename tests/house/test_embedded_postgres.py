"""The embedded PostgreSQL: set up safely whoever starts it, keeps its data, says in one line why it cannot start."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import asyncpg
import psutil
import pytest

from exam_engine.kit import embedded
from exam_engine.kit.embedded import DatabaseUnavailable, Embedded

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


async def connect(server: Embedded, **changed: str) -> asyncpg.Connection:
    return await asyncpg.connect(server.url("postgres").replace("+asyncpg", ""), **changed)


async def value(server: Embedded, question: str) -> object:
    connection = await connect(server)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.pitfall("O8")
async def test_nobody_enters_without_the_password(own_postgres: Embedded) -> None:
    own_postgres.start()
    rules = [
        line for line in (own_postgres.cluster / "pg_hba.conf").read_text().splitlines() if not line.startswith("#")
    ]
    assert rules
    assert all(line.split()[-1] == "scram-sha-256" for line in rules)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect(own_postgres, password="guess")
    assert await value(own_postgres, "show listen_addresses") == ""


@pytest.mark.pitfall("O8")
async def test_the_callers_locale_does_not_matter(own_postgres: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.ISO-8859-1")
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    own_postgres.start()
    found = await value(
        own_postgres,
        "select array[pg_encoding_to_char(encoding), datlocprovider::text, datlocale] "
        "from pg_database where datname = 'postgres'",
    )
    assert found == ["UTF8", "b", "C.UTF-8"]
    assert await value(own_postgres, "select lower('ĐƯỜNG ỨNG')") == "đường ứng"


async def test_what_is_secret_is_closed_to_others(own_postgres: Embedded) -> None:
    own_postgres.start()
    assert mode(own_postgres.password_file) == 0o600
    assert mode(own_postgres.cluster) == 0o700
    assert mode(own_postgres.socket_dir) == 0o700
    assert mode(own_postgres.log) == 0o600
    assert not own_postgres.data_dir.joinpath("postgresql-password.new").exists()


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [("data_checksums", "on"), ("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")],
)
async def test_durability_is_on(own_postgres: Embedded, setting: str, wanted: str) -> None:
    own_postgres.start()
    assert await value(own_postgres, f"show {setting}") == wanted


async def test_a_restart_keeps_the_data(own_postgres: Embedded) -> None:
    own_postgres.start()
    await value(own_postgres, "create table kept as select 42 as answer")
    own_postgres.stop()
    assert own_postgres.pid is None
    again = Embedded(own_postgres.data_dir)
    again.start()
    assert await value(again, "select answer from kept") == 42


async def test_a_running_server_is_found_again(own_postgres: Embedded) -> None:
    own_postgres.start()
    other = Embedded(own_postgres.data_dir)
    other.start()
    assert other.pid == own_postgres.pid
    other.stop()
    assert own_postgres.pid is None


@pytest.mark.chaos
async def test_starts_again_after_kill_9(own_postgres: Embedded) -> None:
    own_postgres.start()
    await value(own_postgres, "create table kept as select 42 as answer")
    os.kill(own_postgres.pid or 0, signal.SIGKILL)
    while own_postgres.pid is not None:
        await asyncio.sleep(0.01)
    own_postgres.start()
    assert await value(own_postgres, "select answer from kept") == 42


async def test_a_pid_that_is_somebody_elses_now_is_not_taken_for_a_server(own_postgres: Embedded) -> None:
    own_postgres.start()
    pid_file = own_postgres.cluster / "postmaster.pid"
    told = pid_file.read_text().splitlines()
    own_postgres.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *told[1:]]))  # as after a power cut
    assert own_postgres.pid is None
    own_postgres.start()
    assert own_postgres.pid is not None


async def test_a_path_too_long_for_a_socket_is_no_obstacle(own_postgres: Embedded) -> None:
    deep = own_postgres.data_dir / ("đường-dẫn-" * 6) / ("x" * 60)
    server = Embedded(deep)
    server.start()
    try:
        assert len(os.fsencode(server.socket_dir)) < 90
        assert mode(server.socket_dir) == 0o700
        assert await value(server, "select 1") == 1
    finally:
        server.stop()
    assert not server.socket_dir.exists()


def test_a_first_start_that_was_cut_off_leaves_nothing_half_made(own_postgres: Embedded) -> None:
    half = own_postgres.data_dir / "postgresql.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    own_postgres.start()
    assert own_postgres.pid is not None
    assert not half.exists()


def test_another_versions_data_is_refused_in_one_line(own_postgres: Embedded) -> None:
    own_postgres.cluster.mkdir()
    (own_postgres.cluster / "PG_VERSION").write_text("14\n")
    with pytest.raises(DatabaseUnavailable, match="written by PostgreSQL 14") as refused:
        own_postgres.start()
    assert "\n" not in str(refused.value)


def test_a_full_disk_is_told_in_one_line(own_postgres: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 0))
    with pytest.raises(DatabaseUnavailable, match="no room left on the disk") as refused:
        own_postgres.start()
    assert "\n" not in str(refused.value)


def test_a_disk_that_fills_during_initdb_is_told_in_one_line(own_postgres: Embedded) -> None:
    told = "creating directory ... ok\ninitdb: error: could not write file: No space left on device\ninitdb: removing\n"
    assert embedded._one_line(told, own_postgres.data_dir) == f"no room left on the disk of {own_postgres.data_dir}"


def test_a_folder_that_cannot_be_made_is_told_in_one_line(own_postgres: Embedded) -> None:
    (own_postgres.data_dir / "file").write_text("")
    with pytest.raises(DatabaseUnavailable) as refused:
        Embedded(own_postgres.data_dir / "file" / "data").start()
    assert "\n" not in str(refused.value)


@as_root
def test_root_hands_postgresql_to_an_account_that_gets_no_further(own_postgres: Embedded) -> None:
    own_postgres.data_dir.chmod(0o700)
    own_postgres.start()
    assert psutil.Process(own_postgres.pid).uids().effective != 0
    others = own_postgres.data_dir.stat().st_mode & stat.S_IRWXO
    assert others == 0
    assert own_postgres.password_file.stat().st_uid == 0


# Becomes an ordinary user after Python has loaded what it needs: it may itself lie where only root may look.
START_AND_STOP = """
import os, pwd, sys
from pathlib import Path
from exam_engine.kit import postgres_account
from exam_engine.kit.embedded import Embedded, DatabaseUnavailable
nobody = pwd.getpwnam("nobody")
os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
if not os.access(postgres_account.PACKAGE / postgres_account.INSTALLATION / "postgres", os.X_OK):
    sys.exit(77)
server = Embedded(Path(sys.argv[1]))
try:
    server.start()
except DatabaseUnavailable as reason:
    sys.exit(str(reason))
print(server.pid is not None)
server.stop()
"""
NOT_REACHABLE = 77


def as_nobody(folder: Path) -> subprocess.CompletedProcess[str]:
    folder.parent.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", START_AND_STOP, str(folder)],
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == NOT_REACHABLE:
        pytest.skip("PostgreSQL lies where only root may look")
    return done


@as_root
def test_an_ordinary_user_runs_it_too(own_postgres: Embedded) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(own_postgres.data_dir, nobody.pw_uid, nobody.pw_gid)
    done = as_nobody(own_postgres.data_dir)
    assert done.stdout.strip() == "True", done.stderr


@as_root
def test_a_folder_one_may_not_write_is_told_in_one_line(own_postgres: Embedded) -> None:
    own_postgres.data_dir.chmod(0o755)
    done = as_nobody(own_postgres.data_dir)
    assert done.returncode == 1
    assert done.stderr.strip().startswith("cannot write in the data directory")
    assert len(done.stderr.strip().splitlines()) == 1
