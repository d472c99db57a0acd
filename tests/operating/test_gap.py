"""The slot is lost between a backup and the next: the log begins anew, and doctor, drill and restore say so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.operating import backing_up, queries, receiving
from tests.hall import found
from tests.live import LiveServer
from tests.operating.conftest import asked
from tests.operating.disaster import until_received
from tests.operating.storm import Storm

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]
CANDIDATES, ANSWERS = 4, 20


@asynccontextmanager
async def received(settings: Settings, database: Embedded) -> AsyncIterator[None]:
    """As the work process does it."""
    task = asyncio.create_task(receiving.keep(replace(settings, database_url=database.url())))
    try:
        await until_received(database.url())
        yield
        await until_received(database.url())
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def lose_the_slot(url: str) -> None:
    """As a server does whose slot has kept too much."""
    async with asyncio.timeout(20):
        while (await _slot(url))["active"]:
            await asyncio.sleep(0.05)
    async with backing_up.asked(url) as connection:
        await queries.drop_slot(connection, receiving.SLOT)


async def throw_log_away(url: str) -> None:
    for _file in range(3):
        async with backing_up.asked(url) as connection:
            await connection.execute(text("select pg_logical_emit_message(true, 'a test', 'something')"))
            await connection.execute(text("select pg_switch_wal()"))
    async with backing_up.asked(url) as connection:
        await connection.execute(text("checkpoint"))


async def _slot(url: str) -> dict[str, object]:
    async with backing_up.asked(url) as connection:
        return dict(await queries.slot(connection, receiving.SLOT))


async def test_a_gap_in_the_log_is_said_by_doctor_drill_and_restore(
    kept: Settings, own_postgres: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "AGAIN_S", 0.05)
    with LiveServer(replace(kept, backup_dir=None)):
        url = own_postgres.url()
        hall = await found(kept, url)
        storm = Storm(kept.port, (await hall.sitting(CANDIDATES)).seats)
        await storm.begin()
        async with received(kept, own_postgres):
            await storm.reach(ANSWERS)
            await asyncio.to_thread(asked, kept, "backup")
            await storm.reach(2 * ANSWERS)
            whole = await asyncio.to_thread(asked, kept, "restore", "--drill")
        assert whole["ok"], whole
        assert whole["demanded_as"] == "when the drill began"
        await lose_the_slot(url)
        await storm.reach(len(storm.acknowledged) + ANSWERS)
        await throw_log_away(url)
        async with received(kept, own_postgres):
            await storm.reach(len(storm.acknowledged) + ANSWERS)
            await storm.end()
            await until_received(url)
            levels = await asyncio.to_thread(doctor_of, kept)
            assert levels["database log"] == "ok"
            assert levels["backup and log"] == "wrong"
            drill = await asyncio.to_thread(lambda: asked(kept, "restore", "--drill", code=1))
            assert any("stood there when the drill began" in one for one in drill["problems"]), drill
            assert any("is missing" in one for one in drill["problems"]), drill
            other = replace(kept, backup_dir=tmp_path / "other")
            assert (await asyncio.to_thread(doctor_of, other))["database log"] == "wrong", (
                "another machine has the slot"
            )
        await hall.close()
    elsewhere = replace(kept, data_dir=tmp_path / "elsewhere")
    told = await asyncio.to_thread(asked, elsewhere, "restore")
    assert told["to"] == "a gap in the log"
    assert "is missing" in told["missing"]
    assert told["ended_at"] is not None


def doctor_of(settings: Settings) -> dict[str, str]:
    return {one["subject"]: one["level"] for one in asked(settings, "doctor", code=1)["findings"]}
