"""The service that is loaded: its own data directory, two workers, embedded PostgreSQL; and what it uses up."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from loadtests import wal
from loadtests.own_service import OwnService
from loadtests.processes import Family
from loadtests.wal import Written

WORKERS = 2
#: As exam_engine/kit/embedded.py names them.
SUPERUSER, DATABASE, PORT = "exam_engine", "exam_engine", 5432


@dataclass
class Usage:
    """Over some time: CPU seconds of application and PostgreSQL, WAL, and memory about each second. `memory_s`: seconds
    from the beginning at which each was looked at."""

    seconds: float
    app_s: float
    database_s: float
    wal: Written
    memory_mib: list[float] = field(default_factory=list)
    memory_s: list[float] = field(default_factory=list)


class Loaded:
    """A running service. `people` files are made in its `folder` by a process that may import it."""

    def __init__(self, service: OwnService, folder: Path) -> None:
        self.folder = folder
        self.url = service.url
        self.port = int(service.url.rsplit(":", 1)[1])
        self.data_dir = service.data_dir
        self.complaints = service.complaints
        root, database = service.roots()
        self.app, self.database = Family([root], without=[database]), Family([database])

    @property
    def dsn(self) -> str:
        password = quote((self.data_dir / "postgresql-password").read_text(encoding="utf-8").strip(), safe="")
        socket = quote(str(self.data_dir / "postgresql-socket"))
        return f"postgresql://{SUPERUSER}:{password}@/{DATABASE}?host={socket}&port={PORT}"

    def sit(self, name: str, candidates: int, *, begun: bool) -> Path:
        file = self.folder / f"{name}.json"
        more = ["--begun"] if begun else []
        _world(self.data_dir, "sit", str(file), "--candidates", str(candidates), *more)
        return file

    def fill_journal(self, rows: int) -> None:
        """Until the journal holds so many."""
        _world(self.data_dir, "fill", "--rows", str(rows))

    async def usage(self, until: asyncio.Task[Any]) -> Usage:
        """What is used until the task is done."""
        log = await wal.position(self.dsn)
        app, database = self.app.cpu_seconds(), self.database.cpu_seconds()
        begun, memory, moments = time.monotonic(), [], []
        while not until.done():
            await asyncio.wait([until], timeout=1)
            moments.append(time.monotonic() - begun)
            memory.append(await asyncio.to_thread(self.app.pss_mib) + await asyncio.to_thread(self.database.pss_mib))
        seconds = time.monotonic() - begun
        app, database = self.app.cpu_seconds() - app, self.database.cpu_seconds() - database
        return Usage(seconds, app, database, await wal.written_since(self.dsn, log), memory, moments)


@contextmanager
def loaded(keep: Path | None = None) -> Iterator[Loaded]:
    """`keep`: a folder that stays, and is used again where it holds a service already."""
    folder = keep or Path(tempfile.mkdtemp(prefix="exam-engine-scale-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data = folder / "data"
        if not data.exists():
            _world(data, "found")
        with OwnService("serve", data_dir=data, settings={"EXAM_ENGINE_WORKERS": str(WORKERS)}) as service:
            yield Loaded(service, folder)
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _world(data: Path, *arguments: str) -> None:
    """Stopped with us it stops in order, as it may have started PostgreSQL."""
    command = [sys.executable, "-m", "tests.scale.world", str(data), *arguments]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        code = process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    if code:
        raise subprocess.CalledProcessError(code, command)
