"""The doctor finds what is wrong, says what changes it, and ends with 1; what is right it calls right."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.app import connections_of
from exam_engine.doctor import disk, examining, machine, queries, safety
from exam_engine.doctor import sitting as before_the_day
from exam_engine.doctor.finding import Finding, Level, lines, summary
from exam_engine.kit import clock
from exam_engine.kit.authority import prepare
from exam_engine.kit.database import transaction
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from exam_engine.operating import key_file
from exam_engine.operating.place import Place, now
from exam_engine.rehearsing import sandbox
from exam_engine.rehearsing.sandbox import Wish
from exam_engine.sittings.tables import sitting
from loadtests.rehearsal import capacity
from tests.hall import Hall, found

DOCS = Path(__file__).parents[2] / "docs"


def level(findings: Sequence[Finding], subject: str) -> Level:
    return {one.subject: one.level for one in findings}[subject]


async def of_database(settings: Settings, public: str | None = None, rehearsal: Path | None = None) -> list[Finding]:
    return await examining.in_database(settings, serving=True, public=public, rehearsal=rehearsal)


@pytest.fixture
def kept(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, data_dir=tmp_path / "data", backup_dir=tmp_path / "backups")


async def test_a_database_that_would_lose_answers_is_wrong(settings: Settings) -> None:
    """The one of the tests runs without fsync."""
    findings = await of_database(settings)
    assert level(findings, "fsync") is Level.WRONG
    assert level(findings, "full_page_writes") is Level.WRONG
    assert level(findings, "synchronous_commit") is Level.OK
    assert level(findings, "page checksums") is Level.OK
    assert level(findings, "schema") is Level.OK
    assert not summary(findings)["ok"]


async def test_a_replaced_clock_is_refused_but_in_the_demo(settings: Settings, real_engine: AsyncEngine) -> None:
    assert level(await of_database(settings), "exam.now()") is Level.OK
    async with transaction(real_engine) as connection:
        await clock.replace(connection, now() - timedelta(days=1))
    findings = await of_database(settings)
    assert level(findings, "exam.now()") is Level.WRONG
    assert level(findings, "clock") is Level.OK, "the offset is of real clocks"
    assert level(await of_database(replace(settings, demo=True)), "exam.now()") is Level.LOOK


async def test_more_connections_than_there_are(settings: Settings) -> None:
    told = next(one.told for one in await of_database(settings) if one.subject == "connections")
    assert f"× {connections_of(settings)}, and" in told
    beside = connections_of(settings) - settings.pool_size
    for page in ("operations.md", "province.md"):
        assert f"`EXAM_ENGINE_POOL_SIZE` + {beside}" in (DOCS / page).read_text(encoding="utf-8")
    assert level(await of_database(settings), "connections") is Level.OK
    assert level(await of_database(replace(settings, pool_size=150)), "connections") is Level.WRONG


@pytest.mark.parametrize(
    ("given", "subject"),
    [
        ({"max_slot_wal_keep_size": "-1 × MB"}, "max_slot_wal_keep_size"),
        ({"wal_level": "minimal"}, "wal_level"),
        ({"server_encoding": "SQL_ASCII"}, "encoding"),
    ],
)
async def test_a_server_that_no_backup_can_be_made_of_or_no_name_be_stored_in(
    kept: Settings, monkeypatch: pytest.MonkeyPatch, given: Mapping[str, str], subject: str
) -> None:
    assert level(await of_database(kept), subject) is Level.OK
    asked = queries.settings

    async def other(connection: AsyncConnection) -> Mapping[str, str]:
        return {**await asked(connection), **given}

    monkeypatch.setattr(queries, "settings", other)
    assert level(await of_database(kept), subject) is Level.WRONG
    without_place = {one.subject for one in await of_database(replace(kept, backup_dir=None))}
    assert (subject in without_place) is (subject == "encoding"), "the log of a server whose log nobody keeps"


def test_a_key_that_others_read_and_that_lies_nowhere_else(kept: Settings, tmp_path: Path) -> None:
    Keys.from_file(kept.master_key_file)
    kept.data_dir.mkdir()
    assert level(list(safety.examine_keys(kept)), "master key") is Level.OK
    assert level(list(safety.examine_keys(kept)), "keys elsewhere") is Level.WRONG
    kept.master_key_file.chmod(0o644)
    key_file.confirm(kept, "on a stick")
    assert level(list(safety.examine_keys(kept)), "master key") is Level.WRONG
    assert level(list(safety.examine_keys(kept)), "keys elsewhere") is Level.OK
    kept.master_key_file.write_bytes(bytes(32))
    assert level(list(safety.examine_keys(kept)), "keys elsewhere") is Level.WRONG, "another key than the one noted"


async def test_a_key_that_is_missing_beside_data(settings: Settings, hall: Hall) -> None:
    assert level(list(safety.examine_keys(replace(settings, master_key_file=Path("none")))), "master key") is Level.LOOK
    assert "master key" not in {one.subject for one in await of_database(settings)}
    settings.master_key_file.unlink()
    findings = await of_database(settings)
    assert level(findings, "master key") is Level.WRONG
    told = examining.together(list(safety.examine_keys(settings)), findings)
    assert [one.level for one in told if one.subject == "master key"] == [Level.WRONG], "each subject once"


def test_each_subject_is_told_and_counted_once(settings: Settings) -> None:
    """Of a service with a PostgreSQL of its own both looks, without the database and in it, find no backup place."""
    without = list(safety.examine_backups(replace(settings, backup_dir=None)))
    assert len(without) == 1
    assert examining.together(without, without) == without


async def test_backups_that_are_missing_failed_or_were_never_restored(kept: Settings) -> None:
    assert level(list(safety.examine_backups(replace(kept, backup_dir=None))), "backup") is Level.WRONG
    assert kept.backup_dir
    place = Place(kept.backup_dir)
    place.make()
    assert level(list(safety.examine_backups(kept)), "backup") is Level.WRONG
    assert level(list(safety.examine_backups(kept)), "restore drill") is Level.LOOK
    place.note(last_failure=now(), failure="no room", last_drill=now(), drill_ok=False, drill_told="a receipt")
    assert level(list(safety.examine_backups(kept)), "last backup") is Level.WRONG
    assert level(list(safety.examine_backups(kept)), "restore drill") is Level.WRONG
    place.note(last_success=now(), drill_ok=True)
    findings = list(safety.examine_backups(kept))
    assert level(findings, "restore drill") is Level.OK
    assert "last backup" not in {one.subject for one in findings}
    assert level(await of_database(kept), "database log") is Level.WRONG, "nobody receives it"


def test_certificates(kept: Settings) -> None:
    assert level(list(safety.examine_certificates(kept)), "https") is Level.LOOK
    secure = replace(kept, tls=True, tls_port=kept.port + 1)
    assert level(list(safety.examine_certificates(secure)), "https") is Level.WRONG
    prepare(secure)
    assert level(list(safety.examine_certificates(secure)), "https") is Level.OK
    assert level(list(safety.examine_certificates(secure)), "certificate's name") is Level.OK
    elsewhere = replace(secure, public_url="http://thi.example.vn")
    assert level(list(safety.examine_certificates(elsewhere)), "certificate's name") is Level.WRONG


def test_machine_and_disk_are_looked_at(kept: Settings) -> None:
    findings = [*machine.examine(kept), *disk.examine(kept)]
    subjects = {one.subject for one in findings}
    assert {"cores", "memory", "swap", "file limit", "backlog", "python", "disk: data", "fsync: data"} <= subjects
    assert level(list(machine.examine(replace(kept, workers=1000))), "memory") is Level.WRONG
    assert all(one.change for one in findings if one.level is Level.WRONG)
    assert lines(findings)[-1].startswith(("ready", "not ready"))


SERVICE = """
import resource, sys
from pathlib import Path
from exam_engine import preparing
from exam_engine.kit.settings import Settings
resource.setrlimit(resource.RLIMIT_NOFILE, (256, int(sys.argv[2])))
with preparing.only_service(Settings.from_environment({}, data_dir=Path(sys.argv[1]))):
    print("up", flush=True)
    sys.stdin.read()
"""


@contextmanager
def service_with(files: int, settings: Settings) -> Iterator[None]:
    """Like any service it raises its soft limit only in its workers."""
    command = [sys.executable, "-c", SERVICE, str(settings.data_dir), str(files)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == "up\n"
        yield
        service.communicate()


def unit(monkeypatch: pytest.MonkeyPatch, **given: str) -> None:
    """What `systemctl show` says on a machine where the unit is installed."""
    usual = {"LoadState": "loaded", "LimitNOFILE": "65536", "TimeoutStopUSec": "2min 30s", "Restart": "on-failure"}
    lines = "".join(f"{name}={value}\n" for name, value in (usual | {"UnitFileState": "enabled"} | given).items())
    monkeypatch.setattr(machine, "_said", lambda *_command: lines)


def test_files_are_those_of_the_service_and_not_of_the_shell(kept: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (256, 65_536))
    assert level(list(machine.examine(kept)), "file limit") is Level.OK, "workers raise the soft limit"
    unit(monkeypatch, LimitNOFILE="1024")
    assert level(list(machine.examine(kept)), "file limit") is Level.WRONG, "the unit will start it, not this shell"
    with service_with(10_000, kept):
        assert level(list(machine.examine(kept)), "file limit") is Level.LOOK, "the one that runs"
    unit(monkeypatch, LimitNOFILE="infinity")
    assert level(list(machine.examine(kept)), "file limit") is Level.OK
    with service_with(1024, kept):
        assert level(list(machine.examine(kept)), "file limit") is Level.WRONG


@pytest.mark.parametrize(
    ("stops", "expected"),
    [("1min 30s", Level.WRONG), ("20s", Level.WRONG), ("2min 30s", Level.OK), ("infinity", Level.OK)],
)
def test_systemd_must_wait_for_postgresql_too(
    kept: Settings, monkeypatch: pytest.MonkeyPatch, stops: str, expected: Level
) -> None:
    unit(monkeypatch, TimeoutStopUSec=stops)
    assert level(list(machine.examine(replace(kept, database_url=None))), "systemd") is expected
    elsewhere = level(list(machine.examine(kept)), "systemd")
    assert elsewhere is (Level.WRONG if stops == "20s" else Level.OK), "another PostgreSQL stops by itself"


def test_the_unit_that_comes_along_waits_long_enough(kept: Settings) -> None:
    text = (DOCS / "exam-engine.service").read_text(encoding="utf-8")
    given = re.search(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    assert given
    assert int(given[1]) > machine.stops_within(replace(kept, database_url=None, stop_delay_seconds=30))


@pytest_asyncio.fixture(loop_scope="session")
async def hall(settings: Settings) -> AsyncIterator[Hall]:
    assert settings.database_url
    made = await found(settings, settings.database_url)
    yield made
    await made.close()


async def test_a_sitting_before_its_day(settings: Settings, hall: Hall, tmp_path: Path) -> None:
    room = await hall.sitting(3)
    report = tmp_path / "rehearsal.json"
    findings = await of_database(settings, room.public, report)
    assert level(findings, "sitting") is Level.OK
    assert level(findings, "papers") is Level.OK
    assert level(findings, "times") is Level.OK
    assert level(findings, "load") is Level.LOOK, "nothing was rehearsed"
    assert before_the_day.RECKONED_FROM == capacity.RECKONED_FROM
    for passed, holds, expected in ((True, 3, Level.OK), (True, 2, Level.WRONG), (False, 9, Level.WRONG)):
        report.write_text(json.dumps({"passed": passed, "capacity": {"candidates": holds}}))
        assert level(await of_database(settings, room.public, report), "load") is expected
    in_shifts = {"passed": True, "capacity": {"candidates": 9}, "plan": {"arrival": "shifts"}}
    report.write_text(json.dumps(in_shifts))
    load = next(one for one in await of_database(settings, room.public, report) if one.subject == "load")
    assert load.level is Level.LOOK, "an older program divided one shift's work by the people of all"
    assert "--arrival bell" in load.change
    async with transaction(hall.engine) as connection:
        await connection.execute(update(sitting).where(sitting.c.id == room.id).values(state="draft"))
    assert level(await of_database(settings, room.public), "sitting") is Level.WRONG


@pytest.mark.parametrize(
    ("changed", "expected", "told"),
    [
        ({}, Level.OK, "of 40 candidates, found room for 4000"),
        ({"plan": {"arrival": "bell", "candidates": 3}}, Level.LOOK, "too few"),
        ({"machine": {"disturbed": True}}, Level.LOOK, "busy with other programs"),
        ({"passed": False, "ended_early": True}, Level.LOOK, "ended early"),
        ({"capacity": {"candidates": 39}}, Level.WRONG, "room for 39"),
    ],
)
def test_a_rehearsal_tells_only_of_a_day_like_its_own(
    tmp_path: Path, changed: dict[str, object], expected: Level, told: str
) -> None:
    report = tmp_path / "rehearsal.json"
    whole = {"passed": True, "plan": {"arrival": "bell", "candidates": 40}, "capacity": {"candidates": 4000}}
    report.write_text(json.dumps(whole | changed))
    found = before_the_day._load({"candidates": 30, "others": 10}, report)
    assert (found.level, told in found.told) == (expected, True), found.told


@pytest.mark.parametrize(
    ("timing", "told"), [("individual", "latest start 2026-12-02"), ("common_end", "ends for everybody 2026-12-02")]
)
def test_times_are_those_of_the_school(timing: str, told: str) -> None:
    opens = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    moments = {"opens_at": opens, "starts_at": opens, "closes_at": opens + timedelta(hours=1), "now": opens}
    found = before_the_day._times({**moments, "duration_s": 3600, "zone": "Asia/Ho_Chi_Minh", "timing": timing})
    assert found.level is Level.OK
    assert "opens 2026-12-02 01:30" in found.told
    assert told in found.told


async def test_a_rehearsal_that_runs_is_nobody_to_reckon_with(settings: Settings, hall: Hall) -> None:
    room = await hall.sitting(3)
    built = await sandbox.build(hall.state, Wish(candidates=5))
    try:
        await sandbox.open_doors(hall.state, built, 1, 600)
        async with transaction(hall.engine) as connection:
            found = await queries.sitting(connection, room.public)
            rehearsed = await queries.sitting(connection, built.sitting)
    finally:
        await sandbox.remove(hall.state)
    assert found is not None
    assert rehearsed is not None
    assert rehearsed["others"] >= 3, "they are at the same time"
    assert found["others"] + found["candidates"] == rehearsed["others"]
