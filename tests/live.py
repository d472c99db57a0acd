"""A service as people start it: `exam-engine serve` in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import psutil

from exam_engine.kit.settings import Settings

PROGRAM = Path(__file__).parents[1]
STARTS_WITHIN = 60
STOPS_WITHIN = 40
#: For short questions to a service. One for all, as each takes 40 ms of work to make; it holds no connection open.
ASKING = httpx.Client(timeout=2, limits=httpx.Limits(max_keepalive_connections=0))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_part(process: psutil.Process, role: str) -> bool:
    try:
        return f"exam-engine: {role} " in " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return False


class LiveServer:
    """`program`: the folder of another version of the program than this one. It is the working directory, too, where
    Python looks first."""

    def __init__(self, settings: Settings, *arguments: str, program: Path = PROGRAM) -> None:
        self.program = program
        self.settings = settings
        self.url = settings.public_url
        self.arguments = arguments or ("serve",)
        self.log = settings.data_dir / "service.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
        environment |= self.settings.to_environment() | {"PYTHONPATH": str(self.program)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "exam_engine.cli", *self.arguments],
                env=environment, cwd=self.program, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.wait_until_ready()

    def wait_until_ready(self, within: float = STARTS_WITHIN) -> None:
        end = time.monotonic() + within
        while time.monotonic() < end:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the service ended with {self.process.returncode}:\n{self.told()}")
            try:
                if ASKING.get(f"{self.url}/readyz").status_code == 200 and self._listens_for_https():
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the service was not ready within {within} s:\n{self.told()}")

    def _listens_for_https(self) -> bool:
        if not self.settings.tls:
            return True
        try:
            socket.create_connection(("127.0.0.1", self.settings.tls_port), timeout=2).close()
        except OSError:
            return False
        return True

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ends the service and everything it started; returns its exit code."""
        if self.process is None:
            return 0
        started = psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            for process in (*started, psutil.Process(self.process.pid)):
                if process.is_running():
                    process.kill()
            self.process.wait()
            raise AssertionError(f"the service did not stop within {STOPS_WITHIN} s:\n{self.told()}") from None
        finally:
            self.process = None

    def parts(self, role: str) -> list[psutil.Process]:
        """The service's processes of one role: "web" or "work"."""
        assert self.process is not None
        return [child for child in psutil.Process(self.process.pid).children() if _is_part(child, role)]

    def told(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-5000:]
