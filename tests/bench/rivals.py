"""What a save is compared with, in the same run: a handler that does nothing, and a database that does nothing else."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from exam_engine.kit import postgres_account
from exam_engine.kit.database import dsn
from exam_engine.kit.embedded import PORT, SUPERUSER, Embedded
from loadtests import wire
from loadtests.processes import Family
from tests.bench.measured import WORKERS, Bench
from tests.bench.scripts import Empty
from tests.live import free_port

BODY = json.dumps({"p": 1, "t": 1_790_000_000_040, "e": [[12345, 0, 17, "kabcdef", 1_790_000_000_000]]}).encode()
UPSERT_CLIENTS, UPSERTS = 8, 4_000
UPSERT = r"""
\set attempt random(1, 5000)
\set slot random(0, 39)
insert into bench_answer values (:attempt, :slot, '"kabcdef"', now())
on conflict (attempt, slot) do update set value = excluded.value, saved_at = excluded.saved_at;
"""
UPSERT_TABLE = """
create table if not exists bench_answer (
    attempt bigint, slot smallint, value text, saved_at timestamptz, primary key (attempt, slot))
"""


class EmptyHandler:
    """`Litestar([handler], openapi_config=None)` on the same server with the same settings."""

    def __init__(self, port: int, family: Family) -> None:
        self._port = port
        self._family = family

    def cost(self, connections: int, count: int) -> float:
        """Milliseconds of CPU per request."""
        scripts = [Empty(BODY, count // connections) for _n in range(connections)]
        before = self._family.cpu_seconds()
        asyncio.run(wire.play(self._port, scripts))
        return 1000 * (self._family.cpu_seconds() - before) / count


@contextmanager
def empty_handler() -> Iterator[EmptyHandler]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.empty_app", str(port)]
    processes = [subprocess.Popen(command) for _n in range(WORKERS)]
    try:
        _await(port)
        yield EmptyHandler(port, Family([process.pid for process in processes]))
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            connection.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(1)  # the second worker binds the port a moment after the first
            return
    raise RuntimeError("the empty handler did not start")


class Upsert:
    """A bare durable single-row upsert by pgbench into the same server, prepared, eight clients."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._server = Embedded(bench.settings.data_dir)
        asyncio.run(self._make_table())

    async def _make_table(self) -> None:
        connection = await asyncpg.connect(dsn(str(self._bench.settings.database_url)))
        await connection.execute(UPSERT_TABLE)
        await connection.close()

    def cost(self) -> float:
        """Milliseconds of PostgreSQL's CPU per transaction; pgbench's own is not in it."""
        return self._bench.cost(self._run, UPSERTS).database

    def _run(self) -> None:
        account = postgres_account.for_this_user(self._bench.settings.data_dir)
        reach = {
            "PGHOST": str(self._server.socket_dir),
            "PGPORT": str(PORT),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": self._server.password_file.read_text(encoding="utf-8").strip(),
        }
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "upsert.sql"
            script.write_text(UPSERT)
            often = ("-c", str(UPSERT_CLIENTS), "-t", str(UPSERTS // UPSERT_CLIENTS))
            command = [account.binary("pgbench"), "-n", "-M", "prepared", *often, "-f", str(script), "exam_engine"]
            subprocess.run(command, env=os.environ | reach, check=True, capture_output=True)
