"""One process that plays people: Locust's users take roles from a queue; what they find goes to the conductor."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gevent
import psutil
from gevent.event import Event
from gevent.queue import Queue
from locust import User, task
from locust.env import Environment

from loadtests.candidate import Broken, Request
from loadtests.rehearsal.day import Day
from loadtests.rehearsal.measuring import Measured
from loadtests.rehearsal.plan import Plan
from loadtests.rehearsal.player import Player, Stopped
from loadtests.rehearsal.staff import Member
from loadtests.rehearsal.wire import Wire

ROLES, COUNTS, RESULT, OVER = "rehearsal-roles", "rehearsal-counts", "rehearsal-result", "rehearsal-over"
CHUNK = 200
LAG_PROBE_S = 0.1
#: Refusals that belong to a correct day: one asks too early, from a second device, for a receipt that is not made yet.
EXPECTED = frozenset({404, 409})


class Crew:
    """`say(kind, data)` sends to the conductor."""

    def __init__(self, environment: Environment, say: Callable[[str, Any], None]) -> None:
        self._environment, self._say = environment, say
        self._roles: Any = Queue()
        self._ended = Event()
        self._measured = Measured()
        self._players: list[Player] = []
        self._plan: Plan | None = None
        self._bell = 0.0
        self._lag = 0.0
        self._process = psutil.Process()
        environment.events.user_error.add_listener(self._fell_over)  # type: ignore[no-untyped-call]

    # --- messages ----------------------------------------------------------------

    def take_roles(self, data: dict[str, Any]) -> None:
        """The plan, this crew's people, and in how many seconds the bell rings."""
        self._plan = plan = Plan.of(data["plan"])
        self._bell = time.monotonic() + data["bell_in_s"]
        gevent.spawn(self._report)
        gevent.spawn(self._feel_lag)
        for who in data["staff"]:
            self._roles.put(lambda who=who: self._serve(plan, who))
        for position, number, ticket in data["candidates"]:
            seat = (number, ticket)
            self._roles.put(lambda position=position, seat=seat: self._sit(plan, position, seat))

    def end(self) -> None:
        """Everybody stops where they are; then what was found is told."""
        self._ended.set()
        gevent.sleep(0.3)
        for first in range(0, len(self._players), CHUNK):
            self._say(RESULT, {"people": [_account(one) for one in self._players[first : first + CHUNK]]})
        self._say(RESULT, {"measured": self._measured.told()})

    # --- people --------------------------------------------------------------------

    def live(self) -> None:
        """One user of Locust: a role, and then nothing until the day is over."""
        role = self._roles.get()
        try:
            role()
        except Stopped:
            return
        except Broken as broken:
            self._measured.error("gave up", str(broken)[:120])
        self._ended.wait()

    def _sit(self, plan: Plan, position: int, seat: tuple[str, str]) -> None:
        wire = Wire(plan.url, self._told, insecure=plan.insecure)
        player = Player(plan, position, seat, wire, self._measured, self._now, self._sleep)
        self._players.append(player)
        try:
            player.play()
        finally:
            wire.drop()

    def _serve(self, plan: Plan, who: dict[str, str]) -> None:
        wire, live = (Wire(plan.url, self._told, insecure=plan.insecure) for _wire in range(2))
        member = Member(plan, who, wire, self._sleep)
        watching = gevent.spawn_later(2, self._watch, lambda: member.watch(live)) if who["room"] else None
        try:
            member.work()
        finally:
            if watching is not None:
                watching.kill(block=False)
            wire.drop()
            live.drop()

    def _watch(self, stream: Callable[[], Iterator[bytes]]) -> None:
        """The live page: opened again when it ends, as a browser does."""
        while not self._ended.is_set():
            for chunk in stream():
                self._measured.received += len(chunk)
            gevent.sleep(3)

    # --- measuring -------------------------------------------------------------------

    def _told(self, request: Request, seconds: float, status: int, size: int) -> None:
        assert self._plan is not None
        self._measured.received += size
        self._measured.add(Day.of(self._plan).phase(self._now()), request.name, seconds)
        error = None
        if status == 0 or (status >= 400 and status not in EXPECTED):
            error = "no reply" if status == 0 else str(status)
            self._measured.error(request.name, error)
        self._environment.events.request.fire(  # type: ignore[no-untyped-call]
            request_type=request.method,
            name=request.name,
            response_time=1000 * seconds,
            response_length=size,
            exception=error,
            context={},
        )

    def _fell_over(self, exception: BaseException, **_: Any) -> None:
        """A fault of the player itself: it must not look like a quiet day."""
        self._measured.error("player", f"{type(exception).__name__}: {exception}"[:120])

    def _report(self) -> None:
        """Once a second: how many people are where, and how this process feels."""
        before, at = _cpu(self._process), time.monotonic()
        while not self._ended.wait(1.0):
            spent, now = _cpu(self._process), time.monotonic()
            stages = Counter(player.stage for player in self._players)
            load = (spent - before) / (now - at)
            before, at = spent, now
            told = {"stages": dict(stages), "cpu": load, "lag_s": self._lag, "received": self._measured.received}
            self._lag = 0.0
            self._say(COUNTS, told)

    def _feel_lag(self) -> None:
        """How late this process is with what it wanted to do: beyond a moment, its figures are its own, not the
        service's."""
        while not self._ended.is_set():
            wanted = time.monotonic() + LAG_PROBE_S
            gevent.sleep(LAG_PROBE_S)
            self._lag = max(self._lag, time.monotonic() - wanted)

    def _now(self) -> float:
        return time.monotonic() - self._bell

    def _sleep(self, seconds: float) -> None:
        if self._ended.wait(max(0.0, seconds)):
            raise Stopped


def person_of(crew: Crew) -> type[User]:
    """The one class of users that Locust spawns."""

    class Person(User):
        @task
        def live(self) -> None:
            crew.live()
            gevent.sleep(3600)

    return Person


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _account(player: Player) -> Sequence[Any]:
    """[number, stage, [[resume, counter, kind, slot, digest, acknowledged]…], late, answers on the receipt]."""
    examinee = player.examinee
    entries = [[*key, *entry] for key, entry in examinee.ledger.items()]
    receipt = examinee.receipt["answers"] if examinee.receipt else None
    return [examinee.number, player.stage, entries, examinee.late, receipt]
