"""PostgreSQL and its data are gone: what it takes to get there, and to look at what came back."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress

import psutil
from sqlalchemy import text

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.operating.backing_up import asked
from exam_engine.operating.receiving import SLOT
from tests.live import LiveServer
from tests.operating.storm import stored

ALL_RECEIVED = text(
    "select r.write_lsn >= pg_current_wal_flush_lsn() from pg_replication_slots s"
    " join pg_stat_replication r on r.pid = s.active_pid where s.slot_name = :name"
)


async def until_received(url: str) -> None:
    """Until the log in the backup place has caught up."""
    async with asyncio.timeout(30):
        while not await _caught_up(url):
            await asyncio.sleep(0.05)


async def _caught_up(url: str) -> bool:
    """Asked anew: who is connected stands still within a transaction."""
    async with asked(url) as connection:
        return bool((await connection.execute(ALL_RECEIVED, {"name": SLOT})).scalar())


def destroy(service: LiveServer, database: Embedded) -> None:
    """Everything is killed at once, and the database's files are lost."""
    assert service.process is not None
    parent, postmaster = psutil.Process(service.process.pid), psutil.Process(database.pid)
    everybody = {
        one.pid: one for process in (parent, postmaster) for one in (process, *process.children(recursive=True))
    }
    for process in everybody.values():
        with suppress(psutil.NoSuchProcess):  # parts whose parent has gone end by themselves
            process.kill()
    psutil.wait_procs(list(everybody.values()), timeout=20)
    service.process.wait()
    shutil.rmtree(database.cluster)


async def texts_of(settings: Settings) -> list[str]:
    """What stands in the journal of a data directory that nobody serves."""
    server = Embedded(settings.data_dir)
    await asyncio.to_thread(server.start)
    try:
        return await stored(server.url())
    finally:
        await asyncio.to_thread(server.stop)
