"""SIGTERM in mid-storm: a load balancer is told first, what was read is answered, the flush empties, exit code 0."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from tests.hall import found
from tests.live import LiveServer
from tests.operating.storm import Storm, stored

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]
CANDIDATES, BEFORE = 16, 150


async def test_a_stop_in_mid_storm_loses_nothing_and_leaves_nothing_unsaid(
    kept: Settings, own_postgres: Embedded, tmp_path: Path
) -> None:
    settings = replace(kept, workers=2, stop_delay_seconds=2, backup_dir=None)
    with LiveServer(settings) as service:
        hall = await found(settings, own_postgres.url())
        room = await hall.sitting(CANDIDATES)
        await hall.close()
        storm = Storm(settings.port, room.seats)
        await storm.begin()
        await storm.reach(BEFORE)
        assert service.process is not None
        async with httpx.AsyncClient() as balancer:
            service.process.terminate()
            told, before = await _until_stopping(balancer, service.url), len(storm.acknowledged)
            assert told == "stopping\n"
            await storm.reach(before + 50)  # it serves on, so that the balancer has time
        assert await asyncio.to_thread(service.process.wait, 40) == 0
        everything = await storm.end()
        assert storm.cut_off, "the storm had ended before the service did"
    own_postgres.start()
    assert sorted(await stored(own_postgres.url())) == sorted(everything)


async def _until_stopping(balancer: httpx.AsyncClient, url: str) -> str:
    async with asyncio.timeout(10):
        while True:
            reply = await balancer.get(f"{url}/readyz")
            if reply.status_code == 503:
                return reply.text
            await asyncio.sleep(0.01)
