"""A rehearsal from its beginning to its end: sandbox, the process that plays, the journal's export, report, removal.

Locust turns the process it is loaded into upside down (gevent); so it plays in one of its own, and the two speak by
lines: it says `ready`, this side lets the bell ring in the database and sends a line back.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import asyncpg
from litestar.datastructures import State
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from exam_engine.app import make_state
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.preparing import CannotStart
from exam_engine.rehearsing import exporting, sandbox
from exam_engine.rehearsing.sandbox import Sandbox, Wish

if TYPE_CHECKING:
    from loadtests.rehearsal.plan import Plan

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SETTLING_S = 60.0
REST_S = 1.5
#: Nobody shall begin a real exam so soon after a rehearsal.
AFTERWARDS_S = 600.0

Report = dict[str, Any]
Told = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Way:
    """How a rehearsal is played; times are those of the exam."""

    url: str
    arrival: str
    before_minutes: float
    shifts: int
    bad_networks: float
    seed: int
    workers: int
    master: bool
    master_port: int
    insecure: bool
    keep: bool
    anyway: bool
    metrics: str | None


def rehearse(
    settings: Settings, wish: Wish, way: Way, limits: dict[str, Any], told: Told, keep_report: Callable[[Report], None]
) -> tuple[Report, bool]:
    """The report, and whether the sandbox is away or stays as wished. `keep_report` gets the report before the sandbox
    is taken away: hours of playing must not be lost to a removal that fails. `told` hears how far it is."""
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory(prefix="exam-engine-rehearsal-") as folder:
        state = make_state(settings)
        try:
            _refuse_obstacles(runner, state, wish, way)
            told({"event": "building"})
            built = runner.run(sandbox.build(state, wish))
            gone = way.keep
            try:
                report = _played(runner, state, built, wish, way, limits, Path(folder), told)
                keep_report(report)
            finally:
                gone = gone or _taken_away(runner, state, told)
            return report, gone
        finally:
            runner.run(state.engine.dispose())


def _refuse_obstacles(runner: asyncio.Runner, state: State, wish: Wish, way: Way) -> None:
    """All of them at once, and before anything is built."""
    from loadtests.rehearsal.day import Day

    def seconds_for(minutes: float) -> float:
        day = Day(way.arrival, 60 * minutes / wish.speed, 60 * way.before_minutes / wish.speed, way.shifts, 0.0)  # type: ignore[arg-type]
        return day.lead_s + day.whole_s + AFTERWARDS_S

    if found := runner.run(sandbox.obstacles(state, wish, None if way.anyway else seconds_for)):
        raise CannotStart("; ".join(found))


def _taken_away(runner: asyncio.Runner, state: State, told: Told) -> bool:
    try:
        runner.run(sandbox.remove(state))
    except (CannotStart, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as failed:
        reason = str(getattr(failed, "orig", None) or failed) or type(failed).__name__
        told({"event": "left_behind", "why": reason.splitlines()[0]})
        return False
    return True


def remove(settings: Settings) -> int:
    async def removed() -> int:
        state = make_state(settings)
        try:
            return await sandbox.remove(state)
        finally:
            await state.engine.dispose()

    return asyncio.run(removed())


def _played(
    runner: asyncio.Runner,
    state: State,
    built: Sandbox,
    wish: Wish,
    way: Way,
    limits: dict[str, Any],
    folder: Path,
    told: Told,
) -> Report:
    from loadtests.rehearsal.day import Day
    from loadtests.rehearsal.reconciling import reconcile
    from loadtests.rehearsal.reporting import report_of

    plan = plan_of(built, wish, way)
    day = Day.of(plan)
    soon = day.lead_s + day.whole_s + AFTERWARDS_S
    if not way.anyway and (others := runner.run(sandbox.others_sit(state, built, soon))):
        raise CannotStart(f"people sit real exams now or soon ({'; '.join(others)}): wait, or say --anyway")
    plan.written(folder / "plan.json")
    begun = datetime.now(ZoneInfo(state.settings.default_zone))

    def begin() -> None:
        runner.run(sandbox.open_doors(state, built, day.lead_s, day.open_s))

    machine = _play(state.settings, way, folder, begin, told)
    told({"event": "settling"})
    found = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    if not found["ended_early"]:
        runner.run(sandbox.settled(state, built, SETTLING_S))
    runner.run(exporting.export_journal(state, built, folder / "journal.jsonl"))
    about = {
        "title": built.title,
        "begun": begun.isoformat(timespec="seconds"),
        "version": _version(),
        "url": way.url,
        "kept": way.keep,
    }
    reconciled = reconcile(found["people"], folder / "journal.jsonl")
    return report_of(plan, found, reconciled, machine.samples, machine.cores, state.settings.workers, limits, about)


def _version() -> str:
    try:
        return version("exam-engine")
    except PackageNotFoundError:  # from a checkout that is not installed
        return ""


def plan_of(built: Sandbox, wish: Wish, way: Way) -> Plan:
    from loadtests.rehearsal.plan import Networks, Plan

    return Plan(
        url=way.url,
        sitting=built.sitting,
        title=built.title,
        exam_seconds=built.exam_seconds,
        seconds=built.seconds,
        speed=wish.speed,
        arrival=way.arrival,  # type: ignore[arg-type]
        before_s=60 * way.before_minutes / wish.speed,
        shifts=way.shifts,
        grace_s=built.grace_s,
        seed=way.seed,
        networks=Networks(bad=way.bad_networks),
        insecure=way.insecure,
        candidates=built.tickets,
        staff=[asdict(one) for one in built.staff],
    )


def _play(
    settings: Settings,
    way: Way,
    folder: Path,
    begin: Callable[[], None],
    told: Told,
) -> Any:
    """Returns what was seen of the machine meanwhile."""
    from loadtests.rehearsal.machine import Machine
    from loadtests.rehearsal.metered import Metered

    metered = Metered(way.url, way.metrics) if way.metrics else None
    command = [sys.executable, "-m", "loadtests.rehearsal.conducting", str(folder / "plan.json")]
    command += [str(folder / "result.json"), "--workers", str(way.workers), "--master-port", str(way.master_port)]
    command += ["--master"] if way.master else ["--local", str(way.workers)]
    with (folder / "player.log").open("wb") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
    machine = metered or Machine(way.url, settings.data_dir, postmaster(settings), child.pid)
    machine.start()
    try:
        with _ended_in_order(child):
            _listen(child, begin, told)
        if child.wait(60) != 0 or not (folder / "result.json").exists():
            lines = (folder / "player.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise CannotStart(f"the players could not play: {lines[-1] if lines else 'no reason given'}")
    finally:
        machine.stop()
        if child.poll() is None:
            child.kill()
            child.wait()
    return machine


def _listen(child: subprocess.Popen[str], begin: Callable[[], None], told: Told) -> None:
    assert child.stdout is not None
    assert child.stdin is not None
    for line in child.stdout:
        said = json.loads(line)
        if said["event"] == "ready":
            time.sleep(REST_S)  # what the service takes at rest is measured first
            begin()
            child.stdin.write("begin\n")
            child.stdin.flush()
        told(said)


@contextmanager
def _ended_in_order(child: subprocess.Popen[str]) -> Iterator[None]:
    """Ctrl-C ends the day early: players stop where they are, and everything after it happens as always."""

    def end(*_: object) -> None:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def postmaster(settings: Settings) -> int | None:
    """PostgreSQL's first process, where it runs on this machine."""
    from loadtests.rehearsal.machine import listeners

    if own := Embedded(settings.data_dir).pid:
        return own
    where = make_url(settings.database_url or "")
    if (where.host or "localhost") not in LOOPBACK:
        return None
    return min(listeners(f"http://{where.host or 'localhost'}:{where.port or 5432}"), default=None)


def door(settings: Settings) -> str:
    """Where the service is reached from this machine: its own door, not what it calls itself to others."""
    return f"http://{settings.own_host}:{settings.port}"
