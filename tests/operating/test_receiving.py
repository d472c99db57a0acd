"""A backup place that is away, full or somebody else's holds up nothing that candidates need."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy.exc
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from exam_engine.kit.database import make_engine
from exam_engine.kit.settings import Settings
from exam_engine.operating import facts, receiving
from exam_engine.operating.backing_up import asked
from exam_engine.operating.obstacle import CannotOperate
from exam_engine.operating.place import Place
from tests.chaos.commands import ROOT
from tests.live import free_port

STARTING = "pg_receivewal: starting log streaming at 0/5000000 (timeline 1)"
REMOVED = (
    "pg_receivewal: error: unexpected termination of replication stream: "
    "ERROR:  requested WAL segment 000000010000000000000005 has already been removed"
)
AWAY = "cannot write to the backup place"
HEARTBEAT = text("select max(at) from exam.heartbeat")


@pytest.fixture
def away(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Its mount is not there: what is in the way lets nobody make a folder, root included."""
    in_the_way = tmp_path_factory.mktemp("elsewhere") / "mount"
    in_the_way.touch()
    return replace(settings, backup_dir=in_the_way / "backups", metrics_port=free_port())


@contextmanager
def work_process(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "exam_engine.cli", "work"], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env=environment | settings.to_environment() | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.timeout(90)
async def test_sweep_and_metrics_go_on_while_the_backup_place_is_away(away: Settings, tmp_path: Path) -> None:
    log = tmp_path / "work.log"
    with work_process(away, log) as process:
        await goes_on(process, away, log)
        numbers = await scraped(away)
        assert process.poll() is None
    assert numbers["exam_engine_database_up"] == 1
    assert numbers["exam_engine_backup_ok"] == 0
    assert numbers["exam_engine_backup_log_active"] == 0


def told(log: Path) -> str:
    return log.read_text(encoding="utf-8")


async def goes_on(process: subprocess.Popen[bytes], settings: Settings, log: Path) -> None:
    """The sweep beats after the place was found away."""
    async with asyncio.timeout(60):
        while AWAY not in told(log):
            assert process.poll() is None, told(log)
            await asyncio.sleep(0.05)
        before = await heartbeat(settings)
        while await heartbeat(settings) in {None, before}:
            assert process.poll() is None, told(log)
            await asyncio.sleep(0.05)


async def scraped(settings: Settings) -> dict[str, float]:
    async with httpx.AsyncClient() as prometheus:
        reply = await prometheus.get(f"http://127.0.0.1:{settings.metrics_port}/metrics")
    families = text_string_to_metric_families(reply.text)
    return {sample.name: sample.value for family in families for sample in family.samples}


async def heartbeat(settings: Settings) -> datetime | None:
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        found: datetime | None = (await connection.execute(HEARTBEAT)).scalar()
        return found


async def test_nothing_that_receiving_meets_ends_it(
    away: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    met = iter(
        [
            CannotOperate("away"),
            CannotOperate("away"),
            CannotOperate("away"),
            OSError(28, "No space left on device"),
            sqlalchemy.exc.InterfaceError("", None, Exception("gone")),
            ValueError("a mistake of the program"),
        ]
    )
    beyond = asyncio.Event()

    async def receive(*_given: object, **_more: object) -> str:
        if (error := next(met, None)) is not None:
            raise error
        beyond.set()
        return "it ended"

    monkeypatch.setattr(receiving, "_receive", receive)
    monkeypatch.setattr(receiving, "AGAIN_S", 0.0)
    task = asyncio.create_task(receiving.keep(away))
    async with asyncio.timeout(10):
        await beyond.wait()
    assert not task.done()
    assert sum("away" in record.getMessage() for record in caplog.records) == 1, "once, and not every two seconds"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("told", "reason", "gap"),
    [
        (f"{STARTING}\n{REMOVED}\npg_receivewal: error: disconnected\n", REMOVED, True),
        (f"{STARTING}\npg_receivewal: error: disconnected\n", "pg_receivewal: error: disconnected", False),
        ("", "it ended without a word", False),
    ],
)
def test_why_a_receiver_ended(told: str, reason: str, gap: bool) -> None:
    """In the words of pg_receivewal 18 when the log that it wants to go on with is gone."""
    found = receiving._reason(told.encode())
    assert found == reason
    assert receiving._is_gap(found) is gap


async def test_a_place_that_hangs_holds_up_no_other_number(away: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    began, hangs, looks = threading.Event(), threading.Event(), []

    def of_place(place: Place, slot: facts.Slot | None) -> list[facts.Sample]:
        looks.append(place)
        began.set()
        hangs.wait(30)
        return [facts.Sample("backup_ok", 1.0)]

    monkeypatch.setattr(facts, "of_place", of_place)
    monkeypatch.setattr(facts, "PLACE_PATIENCE_S", 0.01)
    monkeypatch.setattr(facts.Facts, "EVERY_S", 0.0)
    assert away.database_url is not None
    engine = make_engine(away.database_url, pool_size=1)
    known = facts.Facts(away, engine)
    for _scrape in range(3):
        await known.refresh()
        await asyncio.to_thread(began.wait, 30)
        numbers = {family.name: family.samples[0].value for family in known.collect()}
        assert numbers["exam_engine_database_up"] == 1
        assert numbers["exam_engine_backup_ok"] == 0
    assert len(looks) == 1, "no second look while the first one hangs"
    hangs.set()
    monkeypatch.setattr(facts, "PLACE_PATIENCE_S", 30.0)
    await known.refresh()
    assert {family.name: family.samples[0].value for family in known.collect()}["exam_engine_backup_ok"] == 1
    await engine.dispose()


async def test_a_place_that_goes_away_under_the_receiver_is_noticed_and_not_made_anew(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = replace(settings, data_dir=tmp_path / "data", backup_dir=tmp_path / "backups")
    place = Place(tmp_path / "backups")
    receiving._prepare(kept, place, known=False)
    chain = place.wal / "1" / "chain"
    chain.mkdir(parents=True)
    monkeypatch.setattr(receiving, "LOOK_S", 0.01)
    process = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stderr=PIPE)
    words = asyncio.create_task(receiving._last_words(process, place, chain))
    async with asyncio.timeout(20):
        await asyncio.wait({words}, timeout=0.1)
        assert not words.done(), "nothing is the matter"
        place.root.rename(tmp_path / "moved")
        away = await words
    process.kill()
    await process.wait()
    assert away == f"the backup place {place.root} is away"
    with pytest.raises(CannotOperate, match=away):
        receiving._prepare(kept, place, known=True)
    assert not place.root.exists()
    (tmp_path / "moved").rename(place.root)
    receiving._prepare(kept, place, known=True)
