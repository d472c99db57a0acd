"""The service as a family of processes: one web worker per core, one worker for jobs and the sweep, PostgreSQL.

granian serves the requests, one instance in each of our own processes: its own manager waits 3.5 s between two
respawns and gives up when one worker dies twice in 5.5 s (docs/decisions/serving.md).
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from exam_engine.kit.embedded import DatabaseUnavailable, Embedded
from exam_engine.kit.settings import EVERYWHERE, Settings

if TYPE_CHECKING:
    from granian.server.embed import Server

    from exam_engine.doors import Door

BACKLOG = 4096
STEADY_SECONDS = 5.0
LONGEST_PAUSE = 5.0
WORK_DRAIN_SECONDS = 15
DATABASE_CHECK_SECONDS = 1.0


class Signals:
    """Signals as something one can wait for, so that nothing happens inside a handler."""

    STOP = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})

    def __init__(self) -> None:
        self._reading, writing = socket.socketpair()
        self._writing = writing
        self._reading.setblocking(False)
        writing.setblocking(False)
        signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        for number in (*self.STOP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)

    def stop_asked_within(self, seconds: float) -> bool:
        """Returns early when a child has ended, too."""
        readable, _, _ = select.select([self._reading], [], [], seconds)
        return bool(readable) and bool(self.STOP.intersection(self._reading.recv(4096)))

    def close(self) -> None:
        """From here on a second and third Ctrl-C are heard by nobody: the stop is under way."""
        signal.set_wakeup_fd(-1)
        self._reading.close()
        self._writing.close()


@dataclass
class Part:
    """One child process that is started again, at once, whenever it ends."""

    role: str
    number: int
    environment: dict[str, str]
    lifeline: int
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    quick_ends: int = 0

    def tend(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        now = time.monotonic()
        if self.process is not None:
            self._note_end(now)
        if now >= self.started + self.pause:
            self._start()

    def _note_end(self, now: float) -> None:
        assert self.process is not None
        click.echo(
            f"exam-engine: {self.role} worker {self.number} ended ({self.process.returncode}), starting it again",
            err=True,
        )
        # Killed: again at once. Unable to start: slower and slower, or the log would fill the disk.
        self.quick_ends = (
            self.quick_ends + 1 if now - self.started < STEADY_SECONDS and self.process.returncode > 0 else 0
        )
        self.pause = min(LONGEST_PAUSE, 0.25 * 2**self.quick_ends) if self.quick_ends else 0.0
        self.process = None

    def _start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "exam_engine.serving", f"--part={self.role}", str(self.lifeline)],
            env=self.environment, pass_fds=(self.lifeline,), stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop_by(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Service:
    """The parent: starts everything in order, keeps it alive, stops it in the opposite order."""

    settings: Settings
    database: Embedded | None
    web: list[Part] = field(default_factory=list)
    work: list[Part] = field(default_factory=list)
    database_again_at: float = 0.0

    def run(self, when_up: Callable[[], None]) -> None:
        signals = Signals()
        lifeline, _held = (
            os.pipe()
        )  # the children read it; when this process is gone, however it went, they see its end
        environment = os.environ | self.settings.to_environment()
        # Only Linux shares one port among processes so that each gets its part of the requests.
        workers = self.settings.workers if sys.platform == "linux" else 1
        self.web = [Part("web", number, environment, lifeline) for number in range(1, workers + 1)]
        self.work = [Part("work", 1, environment, lifeline)]
        try:
            self._tend()
            threading.Thread(target=self._announce, args=(when_up,), daemon=True).start()
            while not signals.stop_asked_within(self._pause()):
                self._tend()
        finally:
            signals.close()
            self._stop()

    def _pause(self) -> float:
        waiting = any(part.process is None for part in (*self.web, *self.work))
        return 0.1 if waiting else DATABASE_CHECK_SECONDS

    def _tend(self) -> None:
        self._tend_database()
        for part in (*self.web, *self.work):
            part.tend()

    def _tend_database(self) -> None:
        if self.database is None or self.database.pid is not None or time.monotonic() < self.database_again_at:
            return
        self.database_again_at = time.monotonic() + DATABASE_CHECK_SECONDS
        click.echo("exam-engine: PostgreSQL ended, starting it again", err=True)
        try:
            self.database.start()
        except DatabaseUnavailable as reason:
            click.echo(f"exam-engine: {reason}", err=True)

    def _announce(self, when_up: Callable[[], None]) -> None:
        host = "127.0.0.1" if self.settings.host in EVERYWHERE else self.settings.host
        ports = [self.settings.port, *([self.settings.tls_port] if self.settings.tls else [])]
        while ports:
            try:
                socket.create_connection((host, ports[0]), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                ports.pop(0)
        when_up()

    def _stop(self) -> None:
        """Web workers finish what they have begun, then the work process, PostgreSQL (by the caller) last."""
        for parts, patience in ((self.web, self.settings.drain_seconds + 2), (self.work, WORK_DRAIN_SECONDS)):
            deadline = time.monotonic() + patience
            for part in parts:
                part.ask_to_stop()
            for part in parts:
                part.stop_by(deadline)


def serve(settings: Settings, when_up: Callable[[], None]) -> None:
    """Serves until SIGTERM or SIGINT; ``settings`` name a database that answers and has this program's schema."""
    database = Embedded(settings.data_dir)
    own = database.pid is not None and settings.database_url == database.url()
    Service(settings, database if own else None).run(when_up)
    for number in Signals.STOP:  # everything is stopped: a signal more must not make an orderly end look like a kill
        signal.signal(number, signal.SIG_IGN)


# --- the children --------------------------------------------------------------------------------------------


def follow_parent(lifeline: int, drain_seconds: int) -> None:
    """Ends this process, in an orderly way, as soon as the parent is gone."""

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(drain_seconds + 2)
        os._exit(1)

    threading.Thread(target=wait, daemon=True, name="lifeline").start()


async def serve_web(settings: Settings) -> None:
    from exam_engine import doors

    servers = [server_of(door, settings.host) for door in doors.of(settings)]
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for server in servers:
            server.stop()  # type: ignore[no-untyped-call]
        # Live pages hold their stream open for ever; whatever is left then is cut off.
        loop.call_later(settings.drain_seconds, os._exit, 0)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    serving = [asyncio.ensure_future(server.serve()) for server in servers]
    ended, others = await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    if others:  # one way in must not stay shut while the other is open: the parent starts both again
        stop()
        await asyncio.wait(others)
    for one in (*ended, *others):
        one.result()


def server_of(door: Door, host: str) -> Server:
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    return Server(
        door.app,
        address=host,
        port=door.port,
        interface=Interfaces.ASGI if door.lifespan else Interfaces.ASGINL,
        http=HTTPModes.http1,
        backlog=BACKLOG,
        websockets=False,
        log_level=LogLevels.error,
        ssl_cert=door.certificate,
        ssl_key=door.key,
    )


async def do_work(settings: Settings) -> None:
    from exam_engine.working import work

    await work(settings)


PARTS = {"web": serve_web, "work": do_work}


def main() -> None:
    import logging

    import uvloop

    role, lifeline = sys.argv[1].removeprefix("--part="), int(sys.argv[2])
    settings = Settings.from_environment()
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    follow_parent(lifeline, settings.drain_seconds)
    uvloop.run(PARTS[role](settings))


if __name__ == "__main__":
    main()
