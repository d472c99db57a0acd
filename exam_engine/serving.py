"""The service as a family of processes: one web worker per core, one worker for jobs and the sweep, PostgreSQL.

granian serves the requests, one instance in each of our own processes: its own manager waits 3.5 s between two
respawns and gives up when one worker dies twice in 5.5 s. The parent loads the program once and forks, so that its
processes share what they have loaded (docs/decisions/serving.md).
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import multiprocessing
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from exam_engine.kit import logs, metrics, stopping
from exam_engine.kit.embedded import DatabaseUnavailable, Embedded
from exam_engine.kit.keys import KeyMissing, Keys
from exam_engine.kit.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from granian.server.embed import Server

    from exam_engine.doors import Door

BACKLOG = 4096
#: Of the files that a worker may hold: for the program itself, its database and its log.
SPARE_FILES = 512
#: No worker has more to do than these would bring.
MOST_FILES = 65_536
#: A proxy keeps its connections for a minute, and must be the first to let go of one: what it sends over one that is
#: closed meanwhile is lost.
IDLE_MS = 75_000
STEADY_SECONDS = 5.0
LONGEST_PAUSE = 5.0
#: After their drain web workers are given so long to end by themselves.
WEB_AFTER_DRAIN_SECONDS = 2
WORK_DRAIN_SECONDS = 15
DATABASE_CHECK_SECONDS = 1.0
WAITING_SECONDS = 0.1
GARBAGE_OBJECTS = 20_000
#: What a whole school sees in the minute of the bell; other pages are compiled when somebody wants them.
FIRST_PAGES = ("sittings/ticket.html", "sittings/candidate.html", "delivery/play.html", "reports/own_result.html")

log = logging.getLogger("exam_engine.serving")

RESTARTS = metrics.Counter(
    "worker_restarts_total",
    "Parts of the service that ended and were started again",
    ("role",),
    known=(("web",), ("work",)),
)


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


class Lifeline:
    """A pipe that the parent holds and the children read: however the parent has gone, they see the end of it."""

    def __init__(self) -> None:
        self.reading, self._held = multiprocessing.Pipe(duplex=False)

    def follow(self, drain_seconds: int) -> None:
        """In a child: ends this process, in an orderly way, as soon as the parent is gone."""
        self._held.close()

        def wait() -> None:
            with suppress(EOFError, OSError):
                self.reading.recv_bytes()
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(drain_seconds + 2)
            os._exit(1)

        threading.Thread(target=wait, daemon=True, name="lifeline").start()

    def close(self) -> None:
        self._held.close()
        self.reading.close()


@dataclass
class Part:
    """One child process that is started again, at once, whenever it ends.

    Forked by a parent of one thread; `forked` is false where the caller has threads or an event loop of its own."""

    role: str
    number: int
    settings: Settings
    lifeline: Lifeline
    forked: bool = False
    process: BaseProcess | None = None
    started: float = 0.0
    pause: float = 0.0
    quick_ends: int = 0

    def tend(self) -> None:
        if self.process is not None and self.process.is_alive():
            return
        now = time.monotonic()
        if self.process is not None:
            self._note_end(self.process.exitcode or 0, now)
        if now >= self.started + self.pause:
            self._start()

    def _note_end(self, code: int, now: float) -> None:
        RESTARTS.add(1, self.role)
        told = f"exam-engine: {self.role} worker {self.number} ended ({code}), starting it again"
        logs.aside(told, logging.WARNING)
        # Killed: again at once. Unable to start: slower and slower, or the log would fill the disk.
        self.quick_ends = self.quick_ends + 1 if now - self.started < STEADY_SECONDS and code > 0 else 0
        self.pause = min(LONGEST_PAUSE, 0.25 * 2**self.quick_ends) if self.quick_ends else 0.0
        self.process = None

    def _start(self) -> None:
        self.started = time.monotonic()
        way = multiprocessing.get_context("fork" if self.forked else "spawn")
        self.process = way.Process(  # type: ignore[attr-defined]
            target=run_part, args=(self.role, self.number, self.settings, self.lifeline), name=self.role
        )
        # A signal between the fork and the child's own handlers would reach the parent's, and nobody.
        signal.pthread_sigmask(signal.SIG_BLOCK, Signals.STOP)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, Signals.STOP)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.is_alive():
            self.process.terminate()

    def stop_by(self, deadline: float) -> None:
        if self.process is None:
            return
        self.process.join(max(0.0, deadline - time.monotonic()))
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


@dataclass
class Service:
    """The parent: starts everything in order, keeps it alive, stops it in the opposite order."""

    settings: Settings
    database: Embedded | None
    web: list[Part] = field(default_factory=list)
    work: list[Part] = field(default_factory=list)
    database_again_at: float = 0.0
    announced: bool = False

    def run(self, when_up: Callable[[], None]) -> None:
        signals = Signals()
        lifeline = Lifeline()
        linux = sys.platform == "linux"
        # Only Linux shares one port among processes so that each gets its part of the requests.
        workers = self.settings.workers if linux else 1
        self.web = [Part("web", number, self.settings, lifeline, linux) for number in range(1, workers + 1)]
        self.work = [Part("work", 1, self.settings, lifeline, linux)]
        if self.settings.metrics_port:
            metrics.switch_on(self.settings.data_dir)
        if linux:
            load_program()
        try:
            self._tend()
            while not signals.stop_asked_within(self._pause()):
                self._tend()
                self._announce(when_up)
        finally:
            signals.close()
            self._stop()

    def _pause(self) -> float:
        waiting = not self.announced or any(part.process is None for part in (*self.web, *self.work))
        return WAITING_SECONDS if waiting else DATABASE_CHECK_SECONDS

    def _tend(self) -> None:
        self._tend_database()
        for part in (*self.web, *self.work):
            part.tend()

    def _tend_database(self) -> None:
        if self.database is None or self.database.pid is not None or time.monotonic() < self.database_again_at:
            return
        self.database_again_at = time.monotonic() + DATABASE_CHECK_SECONDS
        logs.aside("exam-engine: PostgreSQL ended, starting it again", logging.WARNING)
        try:
            self.database.start()
        except DatabaseUnavailable as reason:
            logs.aside(f"exam-engine: {reason}", logging.ERROR)

    def _announce(self, when_up: Callable[[], None]) -> None:
        """Once, when every way in takes connections. No thread of its own: a parent that forks has one only."""
        if self.announced:
            return
        for port in (self.settings.port, *([self.settings.tls_port] if self.settings.tls else [])):
            try:
                socket.create_connection((self.settings.own_host, port), timeout=1).close()
            except OSError:
                return
        self.announced = True
        when_up()

    def _stop(self) -> None:
        """Web workers finish what they have begun, then the work process, PostgreSQL (by the caller) last."""
        drain = self.settings.stop_delay_seconds + self.settings.drain_seconds + WEB_AFTER_DRAIN_SECONDS
        for parts, patience in ((self.web, drain), (self.work, WORK_DRAIN_SECONDS)):
            deadline = time.monotonic() + patience
            for part in parts:
                part.ask_to_stop()
            for part in parts:
                part.stop_by(deadline)


def serve(settings: Settings, when_up: Callable[[], None]) -> None:
    """Serves until SIGTERM or SIGINT; ``settings`` name a database that answers and has this program's schema."""
    Keys.from_file(settings.master_key_file)
    database = Embedded(settings.data_dir)
    own = database.pid is not None and settings.database_url == database.url()
    Service(settings, database if own else None).run(when_up)
    for number in Signals.STOP:  # everything is stopped: a signal more must not make an orderly end look like a kill
        signal.signal(number, signal.SIG_IGN)


# --- the children --------------------------------------------------------------------------------------------


def load_program() -> None:
    """What the children need, before they are forked; frozen, so that no collection touches the shared pages."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads begun here would not be there after a fork
    for name in ("uvloop", "setproctitle", "granian.server.embed", "exam_engine.doors", "exam_engine.working"):
        import_module(name)
    import_module("exam_engine.kit.pages").compile_pages(FIRST_PAGES)
    gc.collect()
    give_back_memory()
    gc.freeze()


def give_back_memory() -> None:
    """What importing and starting needed for a moment: the C library keeps it, a few MiB in each process."""
    with suppress(AttributeError, OSError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)


def run_part(role: str, number: int, settings: Settings, lifeline: Lifeline) -> None:
    """A child from its beginning to its end."""
    from setproctitle import setproctitle

    signal.set_wakeup_fd(-1)
    for stop in (*Signals.STOP, signal.SIGCHLD):
        signal.signal(stop, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, Signals.STOP)
    os.setsid()  # Ctrl-C reaches the parent alone, which stops everything in order
    setproctitle(f"exam-engine: {role} {number}")
    logs.configure(settings)
    metrics.become(f"{role}-{number}")
    lifeline.follow(settings.stop_delay_seconds + settings.drain_seconds)
    if not _ran(role, settings):
        sys.exit(1)


def _ran(role: str, settings: Settings) -> bool:
    """False where it ended by an error: that is one line where the cause has a name, and in the log's own format where
    it has none. The parent tries again, every few seconds perhaps for hours."""
    import uvloop

    try:
        uvloop.run(PARTS[role](settings))
    except Exception as error:
        if cause := _named(error):
            log.error("cannot run: %s", cause)  # noqa: TRY400 - the trace would say nothing more
        else:
            log.exception("ended by an error")
        return False
    return True


def _refuse_lost_key(settings: Settings) -> None:
    """The parent has seen to it that there is one: a part that is started again must not go on with another."""
    if not settings.master_key_file.exists():
        raise KeyMissing(f"the master key {settings.master_key_file} is gone: put a copy of it there")


def _named(error: BaseException) -> str:
    """What somebody can put right without knowing the program; empty for anything else."""
    from exam_engine.kit.certificates import CertificateUnusable
    from exam_engine.kit.database import gone
    from exam_engine.migrations import OtherSchema

    if isinstance(
        error, (OtherSchema, KeyMissing, CertificateUnusable, DatabaseUnavailable, metrics.MetricsUnavailable)
    ):
        return " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f': {error.filename}' if error.filename else ''}"
    return "the database does not answer" if gone(error) else ""


async def serve_web(settings: Settings) -> None:
    from exam_engine import doors
    from exam_engine.delivery import beating

    _refuse_lost_key(settings)
    ways_in = doors.of(settings)
    async with AsyncExitStack() as running:
        for door in ways_in:
            if door.lifespan is not None:
                await running.enter_async_context(door.lifespan())
        await running.enter_async_context(beating.signs_of_life(settings))
        look_seldom_for_garbage()
        most = most_connections() // len(ways_in)
        await _serve([server_of(door, settings.host, most) for door in ways_in], settings)


def most_connections() -> int:
    """What this process may hold. The server takes no more than it is told, and by itself would be told the length of
    its backlog: whoever comes then is connected by the kernel, and never answered."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):  # macOS tells a limit that it does not give
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    files = MOST_FILES if soft == resource.RLIM_INFINITY else min(soft, MOST_FILES)
    return max(files // 2, files - SPARE_FILES)


def look_seldom_for_garbage() -> None:
    """Hundreds of requests wait for one commit: looking at all of them after each 700 objects was a tenth of a save."""
    gc.collect()
    give_back_memory()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, 20, 20)


async def _serve(servers: Sequence[Server], settings: Settings) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for server in servers:
            server.stop()  # type: ignore[no-untyped-call]
        # Live pages hold their stream open for ever; whatever is left then is cut off.
        loop.call_later(settings.drain_seconds, os._exit, 0)

    def leave() -> None:
        """/readyz says so first: a load balancer needs a moment to go elsewhere."""
        if not stopping.announced():
            stopping.announce()
            loop.call_later(settings.stop_delay_seconds, stop)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)
    serving = [asyncio.ensure_future(server.serve()) for server in servers]
    ended, others = await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    if others:  # one way in must not stay shut while the other is open: the parent starts both again
        stop()
        await asyncio.wait(others)
    for one in (*ended, *others):
        one.result()


def server_of(door: Door, host: str, connections: int) -> Server:
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server.embed import Server

    return Server(
        door.app,
        address=host,
        port=door.port,
        interface=Interfaces.RSGI if door.lifespan else Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_MS),
        backlog=BACKLOG,
        backpressure=connections,
        websockets=False,
        log_level=LogLevels.error,
        ssl_cert=door.certificate,
        ssl_key=door.key,
    )


async def do_work(settings: Settings) -> None:
    from exam_engine.working import work

    _refuse_lost_key(settings)
    await work(settings)


PARTS: dict[str, Callable[[Settings], Coroutine[None, None, None]]] = {"web": serve_web, "work": do_work}
