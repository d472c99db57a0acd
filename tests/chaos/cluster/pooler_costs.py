"""`python -m tests.chaos.cluster.pooler_costs`: what a connection costs PostgreSQL, and what PgBouncer costs a save."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy.engine import make_url

from exam_engine.kit.connecting import connect_to
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.flush import Flush
from exam_engine.kit.settings import Settings
from tests.chaos.cluster.pgbouncer import PgBouncer

CONNECTIONS, SAVES, ROUNDS = 40, 800, 3
_INSERT = "insert into written select * from unnest($1::text[])"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


async def memory_of_a_backend(url: str, server: Embedded) -> None:
    """Private memory alone: shared buffers are there once, however many connections there are."""
    connections = [await connect_to(url) for _ in range(CONNECTIONS)]
    fresh = _private(server)
    for connection in connections:
        for _ in range(3):
            await connection.fetch("select count(*) from pg_class c join pg_attribute a on a.attrelid = c.oid")
            await connection.execute("insert into written values (gen_random_uuid()::text)")
    used = _private(server)
    for connection in connections:
        await connection.close()
    without = _private(server)
    _say(f"private memory of a backend: {(fresh - without) / CONNECTIONS / 2**20:.1f} MiB fresh, "
         f"{(used - without) / CONNECTIONS / 2**20:.1f} MiB in use ({CONNECTIONS} of them)")  # fmt: skip


def _private(server: Embedded) -> float:
    parent = psutil.Process(server.pid)
    return float(sum(one.memory_full_info().uss for one in (parent, *parent.children(recursive=True))))


async def cost_of_a_save(name: str, url: str, processes: list[psutil.Process], begin: int) -> None:
    async def write(connection: FlushConnection, entries: Any, _repeat: bool) -> list[str]:
        await connection.fetch(_INSERT, list(entries))
        return list(entries)

    flush = Flush(url, write, limit=100, at_most=1, patience_s=15)
    await flush.start()
    before, cpu, began = _cpu(processes), time.process_time(), time.perf_counter()
    for number in range(SAVES):
        await flush.put([f"{begin + number}"])
    took = time.perf_counter() - began
    own, theirs = time.process_time() - cpu, [after - then for after, then in zip(_cpu(processes), before, strict=True)]
    await flush.stop()
    parts = ", ".join(f"{1e6 * one / SAVES:.0f}" for one in theirs)
    _say(f"{name}: {1e6 * took / SAVES:.0f} µs a save alone; CPU µs: program {1e6 * own / SAVES:.0f}, others {parts}")


def _cpu(processes: list[psutil.Process]) -> list[float]:
    return [sum(sum(one.cpu_times()[:2]) for one in (parent, *parent.children(recursive=True))) for parent in processes]


async def main() -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        server = Embedded(folder / "database")
        server.start()
        url = server.url("postgres")
        direct = await connect_to(url)
        await direct.execute("create table written (value text primary key)")
        found = make_url(url)
        place = str(found.query["host"]), int(str(found.query["port"]))
        pooler = PgBouncer(folder, place, str(found.username), str(found.password), database="postgres")
        pooler.start()
        try:
            await memory_of_a_backend(url, server)
            through = Settings.from_environment(
                {}, database_url=pooler.url, database_pooler="transaction", database_direct_url=url
            ).database_url
            postgresql, bouncer = psutil.Process(server.pid), psutil.Process(pooler.pid)
            for turn in range(ROUNDS):
                await cost_of_a_save("direct        ", url, [postgresql], 2 * turn * SAVES)
                await cost_of_a_save("over PgBouncer", str(through), [postgresql, bouncer], (2 * turn + 1) * SAVES)
        finally:
            await direct.close()
            pooler.kill()
            server.stop()


if __name__ == "__main__":
    asyncio.run(main())
