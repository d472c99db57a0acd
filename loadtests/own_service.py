"""A service of one's own for measuring: on a free port, in a data directory that is thrown away."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from loadtests.ending import like_ctrl_c, undisturbed
from loadtests.processes import Family

READY_WITHIN_S = 300


class OwnService:
    """`command`: "serve" begins with an empty database, "demo" with the demo's school. `data_dir`: one that is there
    already, and stays. However its user ends, by SIGTERM too, it ends with them."""

    def __init__(
        self, command: str, *, data_dir: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._folder = tempfile.TemporaryDirectory(prefix="exam-engine-own-service-", ignore_cleanup_errors=True)
        self.data_dir = data_dir or Path(self._folder.name)
        self._settings = settings or {}
        self._command = [sys.executable, "-m", "exam_engine.cli", command, "--port", str(port)]

    def __enter__(self) -> Self:
        own = {"EXAM_ENGINE_DATA_DIR": str(self.data_dir), "EXAM_ENGINE_LOG_LEVEL": "warning", **self._settings}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
        self._log = Path(self._folder.name, "service.log")
        with ExitStack() as undo:
            undo.enter_context(like_ctrl_c())
            undo.callback(self._folder.cleanup)
            self._start(kept | own)
            undo.callback(self._stop)
            self._await_ready()
            self._undo = undo.pop_all()
        return self

    def _start(self, environment: Mapping[str, str]) -> None:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _await_ready(self) -> None:
        end = time.monotonic() + READY_WITHIN_S
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the service did not start:\n{self._log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._undo.close()

    def _stop(self) -> None:
        with undisturbed():
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)

    def complaints(self) -> list[str]:
        """What it logged from warnings upwards."""
        return self._log.read_text(encoding="utf-8", errors="replace").splitlines()

    def cpu_seconds(self) -> float:
        """Of application and PostgreSQL, with all their processes."""
        return Family(self.roots()).cpu_seconds()

    def roots(self) -> list[int]:
        """The service, then PostgreSQL, if it runs: process ids that all others descend from."""
        found = list(self.data_dir.rglob("postmaster.pid"))
        return [self._process.pid, *(int(one.read_text().split()[0]) for one in found[:1])]

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as reply:  # noqa: S310 - its own address
                return bool(reply.status == 200)
        except OSError:
            return False
