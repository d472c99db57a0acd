"""The machine under the service, once a second: CPU by part, the disk's flushes, memory; where the service is here."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

PARTS = ("web", "work", "postgresql", "generator")
EVERY_S = 1.0


class Machine:
    """Samples in a thread between `start` and `stop`. `folder` lies on the disk of the database."""

    def __init__(self, url: str, folder: Path, postmaster: int | None, generator: int) -> None:
        self.samples: list[dict[str, Any]] = []
        self.cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._url, self._folder, self._postmaster, self._generator = url, folder, postmaster, generator
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="machine")
        self._seen: dict[int, float] = {}
        self._parents: set[psutil.Process] | None = None

    @property
    def here(self) -> bool:
        """Whether parts of the service were found on this machine."""
        return any(sample["cpu"].get("web") for sample in self.samples)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        self._spent()
        before, whole = time.monotonic(), psutil.cpu_times()
        while not self._ended.wait(EVERY_S):
            now, used = time.monotonic(), psutil.cpu_times()
            spent, seconds = self._spent(), now - before
            sample = {
                "at": time.time(),
                "cpu": {part: round(cpu / seconds, 3) for part, cpu in spent.items()},
                "idle": round((used.idle - whole.idle) / seconds, 3),
                "waiting": round((getattr(used, "iowait", 0) - getattr(whole, "iowait", 0)) / seconds, 3),
                "flush_ms": self._flush_ms(),
                "connect_ms": connect_ms(self._url),
                "memory_free": psutil.virtual_memory().available,
            }
            self.samples.append(sample)
            before, whole = now, used

    def _spent(self) -> dict[str, float]:
        """CPU seconds of each part since the last call; a process counts from the second time that it is seen."""
        found = dict.fromkeys(PARTS, 0.0)
        seen: dict[int, float] = {}
        for part, process in self._processes():
            with suppress(psutil.Error):
                times = process.cpu_times()
                seen[process.pid] = times.user + times.system
                found[part] += max(0.0, seen[process.pid] - self._seen.get(process.pid, seen[process.pid]))
        self._seen = seen
        return found

    def _processes(self) -> Iterable[tuple[str, psutil.Process]]:
        for pid, part in ((self._postmaster, "postgresql"), (self._generator, "generator")):
            with suppress(psutil.Error):
                if pid is not None:
                    root = psutil.Process(pid)
                    yield from ((part, one) for one in (root, *root.children(recursive=True)))
        for parent in self._servers():
            with suppress(psutil.Error):
                for child in parent.children():
                    name = " ".join(child.cmdline())
                    for part in ("web", "work"):
                        if f"exam-engine: {part} " in name:
                            yield part, child

    def _servers(self) -> Iterable[psutil.Process]:
        """Parents of whoever listens on the service's port."""
        if not self._parents:
            self._parents = set()
            for pid in listeners(self._url):
                with suppress(psutil.Error):
                    parent = psutil.Process(pid).parent()
                    self._parents |= {parent} if parent is not None and parent.pid > 1 else set()
        return self._parents

    def _flush_ms(self) -> float:
        """How long one small flush to the database's disk takes, as a commit waits for it."""
        with suppress(OSError), tempfile.TemporaryFile(dir=self._folder) as file:
            file.write(b"\0" * 8192)
            file.flush()
            begun = time.monotonic()
            os.fsync(file.fileno())
            return round(1000 * (time.monotonic() - begun), 2)
        return 0.0


def connect_ms(url: str) -> float:
    """How long the network takes to the service's door and back."""
    where = urlsplit(url)
    port = where.port or (443 if where.scheme == "https" else 80)
    begun = time.monotonic()
    with suppress(OSError):
        socket.create_connection((where.hostname or "127.0.0.1", port), timeout=5).close()
    return round(1000 * (time.monotonic() - begun), 2)


def listeners(url: str) -> set[int]:
    """Processes of this machine that listen where the address leads, if it leads here."""
    where = urlsplit(url)
    port = where.port or (443 if where.scheme == "https" else 80)
    try:
        return {
            one.pid
            for one in psutil.net_connections("tcp")
            if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.pid
        }
    except psutil.Error:
        return set()
