"""A service of one's own for measuring: on a free port, in a data directory that is thrown away."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

READY_WITHIN_S = 300


class OwnService:
    """`command`: "serve" begins with an empty database, "demo" with the demo's school."""

    def __init__(self, command: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._folder = tempfile.TemporaryDirectory(prefix="exam-engine-quick-quiz-", ignore_cleanup_errors=True)
        self._command = [sys.executable, "-m", "exam_engine.cli", command, "--port", str(port)]

    def __enter__(self) -> Self:
        own = {"EXAM_ENGINE_DATA_DIR": self._folder.name, "EXAM_ENGINE_LOG_LEVEL": "warning"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
        self._log = Path(self._folder.name, "service.log")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, env=kept | own, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + READY_WITHIN_S
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the service did not start:\n{self._log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)
        self._folder.cleanup()

    def cpu_seconds(self) -> float:
        """Of application and PostgreSQL, with all their processes."""
        roots = [psutil.Process(self._process.pid)]
        if found := list(Path(self._folder.name).rglob("postmaster.pid")):
            roots.append(psutil.Process(int(found[0].read_text().split()[0])))
        members = {one.pid: one for root in roots for one in (root, *root.children(recursive=True))}
        times = [one.cpu_times() for one in members.values()]
        return float(sum(one.user + one.system + one.children_user + one.children_system for one in times))

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False
