"""Two application nodes behind HAProxy on one database: one is killed, and comes back; both are replaced under load."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import text

from exam_engine.kit.database import transaction
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from tests.chaos.case import Found, Ground
from tests.chaos.cluster.components import binary
from tests.chaos.cluster.patroni import from_example, until_it_listens
from tests.chaos.cluster.site import CANDIDATES, Fault, Storm, hall_of, judged, settings_of
from tests.hall import Hall
from tests.live import LiveServer, free_port

AWAY_S = 5.0
#: The sweep beats once a second; the node that dies may hold the sweep at that moment.
FRESH_BEAT_S = 15.0


@dataclass
class Front:
    """HAProxy as docs/examples has it, before these nodes."""

    folder: Path
    nodes: list[Settings]
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.port = free_port()
        changes = {"0.0.0.0:8000": f"127.0.0.1:{self.port}", "maxconn 50000": "maxconn 4000"} | {
            f"10.0.0.3{number}:8000": f"127.0.0.1:{node.port}" for number, node in enumerate(self.nodes, start=1)
        }
        file = self.folder / "haproxy-service.cfg"
        file.write_text(from_example("haproxy-service.cfg", changes))
        with (self.folder / "haproxy-service.log").open("ab") as log:
            self._process = subprocess.Popen(
                [binary("haproxy"), "-db", "-f", str(file)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until_it_listens(self._process, self.port)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@dataclass
class Site:
    nodes: list[LiveServer]
    front: Front
    hall: Hall


@asynccontextmanager
async def two_nodes(ground: Ground) -> AsyncIterator[Site]:
    """One master key, one database, a folder of its own for each node."""
    ground.folder.mkdir(parents=True, exist_ok=True)
    database = Embedded(ground.folder / "database")
    await asyncio.to_thread(database.start)
    url = database.url("postgres")
    key = ground.folder / "master.key"
    settings = [settings_of(ground.folder / f"node-{n}", url, master_key_file=key) for n in (1, 2)]
    nodes = [LiveServer(one) for one in settings]
    front = Front(ground.folder, settings)
    try:
        for node in nodes:
            await asyncio.to_thread(node.start)
        front.start()
        async with hall_of(settings[0], url) as hall:
            yield Site(nodes, front, hall)
    finally:
        front.stop()
        for node in nodes:
            await asyncio.to_thread(node.stop)
        await asyncio.to_thread(database.stop)


async def one_killed(ground: Ground) -> Found:
    return await _each(ground, "killed", _kill)


async def both_replaced(ground: Ground) -> Found:
    """Stopped in an orderly way and started again, one after the other, while everybody works."""
    return await _each(ground, "replaced", _replace)


async def _each(ground: Ground, what: str, act: Callable[[LiveServer], Awaitable[None]]) -> Found:
    async with two_nodes(ground) as site:
        storm = Storm(await site.hall.sitting(CANDIDATES), [site.front.port], ground.seed, seconds=30)
        faults: dict[str, Fault] = {
            f"first node {what}": lambda: act(site.nodes[0]),
            f"second node {what}": lambda: act(site.nodes[1]),
        }
        await storm.play(faults)
        result = await judged(storm, site.hall, list(faults))
        result.differs += await swept(site.hall)
        return result


async def _kill(node: LiveServer) -> None:
    """As when the machine loses its power."""
    assert node.process is not None
    everything = [psutil.Process(node.process.pid), *psutil.Process(node.process.pid).children(recursive=True)]
    for one in everything:
        one.kill()
    await asyncio.to_thread(psutil.wait_procs, everything[1:], timeout=10)
    await asyncio.to_thread(node.process.wait)
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(node.start)


async def _replace(node: LiveServer) -> None:
    code = await asyncio.to_thread(node.stop)
    assert code == os.EX_OK, f"an orderly stop ended with {code}"
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(node.start)


async def swept(hall: Hall) -> list[str]:
    """The other node's sweep took over at once: nobody took the change for an outage."""
    async with transaction(hall.engine) as connection:
        row = (await connection.execute(text(_SWEEP))).one()
    differs = [] if row.silent_s < FRESH_BEAT_S else [f"no sweep for {row.silent_s} s"]
    return differs + ([f"{row.outages} outages were noted"] if row.outages else [])


_SWEEP = """
select extract(epoch from exam.now() - (select at from exam.heartbeat where id = 1))::float as silent_s,
       (select count(*) from exam.outage) as outages
"""
