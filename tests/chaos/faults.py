"""What may happen to a service in mid-exam, each as one act that returns when the service is up again or coming up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

import psutil

from exam_engine.kit.embedded import Embedded
from tests.live import LiveServer

Fault = Callable[[LiveServer, Embedded, Random], None]


def kill_a_web_worker(server: LiveServer, _database: Embedded, random: Random) -> None:
    """The parent starts it again."""
    random.choice(server.parts("web")).kill()


def kill_postgresql(_server: LiveServer, database: Embedded, _random: Random) -> None:
    """Postmaster and all backends: the parent starts it again, and it recovers from its log."""
    postmaster = psutil.Process(database.pid)
    _kill([postmaster, *postmaster.children(recursive=True)])


def kill_the_parent(server: LiveServer, _database: Embedded, _random: Random) -> None:
    """Workers end with their parent, PostgreSQL goes on; whoever starts the service again finds it running."""
    assert server.process is not None
    parts = psutil.Process(server.process.pid).children(recursive=True)
    server.process.kill()
    server.process.wait()
    web = [part for part in parts if "exam-engine: " in " ".join(_arguments(part))]
    _gone, alive = psutil.wait_procs(web, timeout=20)
    assert not alive, "a worker outlived its parent"
    server.start()


def cut_the_power(server: LiveServer, database: Embedded, _random: Random) -> None:
    """Everything at once, PostgreSQL too, then a start on what the disk holds."""
    assert server.process is not None
    parent, postmaster = psutil.Process(server.process.pid), psutil.Process(database.pid)
    _kill([parent, postmaster, *parent.children(recursive=True), *postmaster.children(recursive=True)])
    server.process.wait()
    server.start()


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    end = time.monotonic() + 20
    while any(_lives(process) for process in processes) and time.monotonic() < end:
        time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


FAULTS: dict[str, Fault] = {
    "web worker": kill_a_web_worker,
    "postgresql": kill_postgresql,
    "parent": kill_the_parent,
    "power cut": cut_the_power,
}
