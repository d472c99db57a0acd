"""One candidate's whole day over the wire: comes, waits for the bell, works, has bad luck, hands in."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any, Protocol

from loadtests.candidate import Broken, Phase, Reply, Request
from loadtests.rehearsal import behaviour
from loadtests.rehearsal.day import Day
from loadtests.rehearsal.examinee import WHOLE_STATE_S, Examinee, heartbeat
from loadtests.rehearsal.measuring import Measured
from loadtests.rehearsal.network import network_of
from loadtests.rehearsal.plan import Plan

#: After so many refusals in a row that a browser would not understand, a candidate calls for help and stops.
MOST_BROKEN = 5
DEVICE_POLL_S = 4.0


class Connection(Protocol):
    def send(self, request: Request) -> Reply | None: ...

    def drop(self) -> None: ...


@lru_cache(maxsize=64)
def _paper(body: bytes) -> Any:
    """Parsed once per form, however many candidates hold it."""
    return json.loads(body)


class Stopped(Exception):
    """The rehearsal ends early."""


class Player:
    """`now` is the time since the bell; `sleep` may raise Stopped."""

    def __init__(
        self,
        plan: Plan,
        position: int,
        seat: tuple[str, str],
        wire: Connection,
        measured: Measured,
        now: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.examinee = Examinee(*seat, decode=_paper)
        self.stage = "away"
        self.broken = 0
        self._plan, self._position = plan, position
        self._day = Day.of(plan)
        self._wire, self._measured, self._now, self._sleep = wire, measured, now, sleep
        self._chance = Random(f"{plan.seed}/{seat[0]}")
        # What does not depend on how long anything took, so that the same seed plays the same day.
        self._fate = Random(f"{plan.seed}/{seat[0]}/fate")
        self._network = network_of(plan.networks, plan.seconds, plan.speed, self._fate)
        self._began = 0.0
        self._beat_at = 0.0
        self._state_at = 0.0
        self._mishaps = self._drawn_mishaps()

    def play(self) -> None:
        arrival = self._day.arrival_of(self._position, self._chance)
        self._sleep_until(arrival)
        self.stage = "in room"
        self._come_in()
        self._wait_for(self._day.start_of(self._position, arrival, self._chance))
        self._start()
        self.stage = "working"
        self._plan_work()
        self._work()
        if self.examinee.phase is not Phase.DONE:
            self._await_receipt()
        self.stage = "handed in"

    # --- the parts of the day ----------------------------------------------------

    def _come_in(self) -> None:
        for _step in (Phase.OPEN_TICKET, Phase.CONFIRM):
            self._until_past(self.examinee.phase)
        self._look(self.examinee.page())
        self._until_past(Phase.STATE)

    def _wait_for(self, bell: float) -> None:
        """In the waiting room the page asks for the state as long as it waits."""
        while (left := bell - self._now()) > 0:
            self._sleep(min(left, heartbeat(self._chance) / self._plan.speed))
            if self._now() < bell:
                self._look(self.examinee.look())

    def _start(self) -> None:
        """Up to the paper on the screen; also goes on after a reload, or at another device."""
        while self.examinee.phase in (Phase.START, Phase.PAPER, Phase.VARIANT) and not self.examinee.over:
            self._ask(self._next())
            if self.examinee.waits_for:
                self._sleep(DEVICE_POLL_S if self.examinee.waits_for == "other_device" else 1.0)

    def _plan_work(self) -> None:
        self._began = self._now()
        self._beat_at, self._state_at = self._in(heartbeat(self._chance)), self._in(WHOLE_STATE_S)
        if self.examinee.paper is not None and self.examinee.variant is not None:
            seconds = self.examinee.remaining_s
            steps, hands_in = behaviour.work(
                self.examinee.paper, self.examinee.variant, seconds, self._day.reaction_s, self._fate
            )
            self.examinee.plan(steps, hands_in)

    def _work(self) -> None:
        examinee = self.examinee
        while examinee.phase is not Phase.DONE and not examinee.over:
            self._have_bad_luck()
            worked = self._now() - self._began
            due = examinee.due()
            if due is None and worked >= examinee.remaining_s:
                return
            if due is not None and due <= worked:
                self._ask(self._next())
                self._beat_at = self._in(heartbeat(self._chance))
                if examinee.waits_for == "too_early":
                    examinee.put_off(worked + 2.0)
            elif self._now() >= self._beat_at:
                self._beat()
            else:
                until = min(self._beat_at - self._now(), (due if due is not None else examinee.remaining_s) - worked)
                self._sleep(max(0.01, min(until, self._until_mishap(worked))))

    def _await_receipt(self) -> None:
        """Nobody handed in: the service closes, and the page asks until it has the receipt."""
        while True:
            reply = self._ask(self.examinee.fetch_receipt(), own=True)
            if reply is not None and reply.status == 200:
                self.examinee.receipt, self.examinee.phase = reply.json(), Phase.DONE
                return
            self._sleep(max(1.0, heartbeat(self._chance) / self._plan.speed))

    # --- requests ----------------------------------------------------------------

    def _next(self) -> Request:
        request = self.examinee.next_request(max(0.0, self._now() - self._began))
        assert request is not None
        return request

    def _until_past(self, phase: Phase) -> None:
        while self.examinee.phase is phase:
            self._ask(self._next())

    def _beat(self) -> None:
        if self._now() >= self._state_at:
            self._look(self.examinee.look())
            self._state_at = self._in(WHOLE_STATE_S)
        else:
            self._ask(self.examinee.beat())
        self._beat_at = self._in(heartbeat(self._chance))

    def _look(self, request: Request) -> None:
        self._ask(request, own=True)

    def _ask(self, request: Request, *, own: bool = False) -> Reply | None:
        """One request as this person's network lets it through; waits where the browser would. `own`: a reply that
        the candidate's course does not depend on."""
        reply = self._through(request)
        if reply is None:
            self.examinee.failed()
        elif not own:
            self._receive(reply)
        else:
            self.examinee.failures = 0
        if self.examinee.failures and not own:
            self._sleep(self.examinee.patience(self._chance))
        return reply

    def _receive(self, reply: Reply) -> None:
        try:
            self.examinee.receive(reply)
        except Broken as broken:
            self.broken += 1
            self._measured.error("broken", str(broken)[:120])
            if self.broken >= MOST_BROKEN:
                raise
            self._sleep(2.0)

    def _through(self, request: Request) -> Reply | None:
        if not self._network.bad:
            return self._wire.send(request)
        if self._network.is_out(self._now() - self._began):
            self._measured.upset["request into an outage"] += 1
            return None
        self._sleep(self._chance.uniform(*self._network.latency_s))
        reply = self._wire.send(request)
        if reply is not None and self._chance.random() < self._network.loss:
            self._measured.upset["reply lost"] += 1
            self._wire.drop()
            return None
        return reply

    # --- bad luck ------------------------------------------------------------------

    def _drawn_mishaps(self) -> list[tuple[float, str]]:
        """(seconds after the start, what happens), in order."""
        chance, plan = self._fate, self._plan
        found = [(chance.uniform(0.1, 0.8) * plan.seconds, "reload") for _n in range(chance.random() < plan.reloads)]
        found += [(chance.uniform(0.1, 0.8) * plan.seconds, "move") for _n in range(chance.random() < plan.moves)]
        return sorted(found)

    def _until_mishap(self, worked: float) -> float:
        return max(0.01, self._mishaps[0][0] - worked) if self._mishaps else 3600.0

    def _have_bad_luck(self) -> None:
        """Once everything written has arrived: what only a device holds is lost with it, and no server can help."""
        worked = self._now() - self._began
        examinee = self.examinee
        if not self._mishaps or self._mishaps[0][0] > worked or examinee.unacknowledged:
            return
        if examinee.phase is not Phase.WORKING:
            return
        _at, what = self._mishaps.pop(0)
        self._measured.upset[what] += 1
        if what == "move":
            examinee.move()
            self._until_past(Phase.OPEN_TICKET)
            self._until_past(Phase.CONFIRM)
        else:
            examinee.reload()
        self._look(examinee.page())
        self._until_past(Phase.STATE)
        self._start()
        if not examinee.over:  # told anew, from now on
            examinee.remaining_s += self._now() - self._began

    # --- time ------------------------------------------------------------------------

    def _in(self, seconds: float) -> float:
        return self._now() + seconds / self._plan.speed

    def _sleep_until(self, moment: float) -> None:
        while (left := moment - self._now()) > 0:
            self._sleep(left)
