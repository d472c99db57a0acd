"""The generator: sends each planned entry at its moment, and counts latency from that moment.

A candidate has one request under way, as the player has; what falls due meanwhile waits in its outbox and goes
together. A busy connection, a full machine, a late generator, a service that said 503: all of it is in the latency.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from array import array
from collections import Counter, deque
from collections.abc import Callable
from typing import Protocol

import numpy as np

from loadtests.scale.answering import Answers, standings
from loadtests.scale.plan import BEAT, Plan
from loadtests.wire import HOST, Pipe, header, status_of

TICK_S = 0.002
MOST_ENTRIES = 60
UNTOLD = -1
NO_RETRY_AFTER = "503 without Retry-After"


class Sends(Protocol):
    """The side of a connection that a crowd needs."""

    def send(self, request: bytes) -> None: ...


class Crowd:
    """Plays a plan over connections that are given to it; knows neither sockets nor a clock of its own."""

    def __init__(self, plan: Plan, answers: Answers, clock: Callable[[], float], seed: int = 0) -> None:
        count = len(plan)
        self.errors: Counter[str] = Counter()
        self.requests = 0
        self.latency = array("f", bytes(4 * count))
        self.standing = array("b", [UNTOLD]) * count
        self.open = count
        self._plan, self._answers, self._clock = plan, answers, clock
        self._random = random.Random(seed)
        self._next = 0
        self._free: deque[Sends] = deque()
        self._waiting: deque[int] = deque()
        self._outbox: dict[int, list[int]] = {}
        self._flying: dict[Sends, tuple[int, list[int]]] = {}
        self._busy: set[int] = set()
        self._failures: dict[int, int] = {}
        self._later: list[tuple[float, int]] = []

    # --- what the clock brings -----------------------------------------------------------------

    def tick(self) -> None:
        """Everything that has fallen due since the last call."""
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            self._go(heapq.heappop(self._later)[1])
        end = int(np.searchsorted(self._plan.due, now, side="right"))
        if end == self._next:
            return
        for at, who in enumerate(self._plan.who[self._next : end].tolist(), self._next):
            waits = self._outbox.get(who)
            if waits is None:
                self._outbox[who] = [at]
                if who not in self._busy:
                    self._busy.add(who)
                    self._go(who)
            else:
                waits.append(at)
        self._next = end

    def _go(self, who: int) -> None:
        if not self._free:
            self._waiting.append(who)
            return
        waits = self._outbox.pop(who)
        if len(waits) > MOST_ENTRIES:
            self._outbox[who] = waits[MOST_ENTRIES:]
            del waits[MOST_ENTRIES:]
        pipe = self._free.popleft()
        self._flying[pipe] = (who, waits)
        plan = self._plan
        self.requests += 1
        pipe.send(self._answers.request(who, [(int(plan.counter[at]), int(plan.choice[at])) for at in waits]))

    # --- what connections bring ----------------------------------------------------------------

    def connected(self, pipe: Sends) -> None:
        self._free.append(pipe)
        if self._waiting:
            self._go(self._waiting.popleft())

    def replied(self, pipe: Sends, head: bytes, body: bytes) -> None:
        flown = self._flying.pop(pipe, None)
        self._free.append(pipe)
        if flown is None:
            self.errors["a reply that nobody asked for"] += 1
            return
        who, sent = flown
        status = status_of(head)
        if status == 200:
            self._told(who, sent, body)
        else:
            self.errors[str(status)] += 1
            asked = _seconds(header(head, b"retry-after"))
            if status == 503 and asked is None:
                self.errors[NO_RETRY_AFTER] += 1
            self._put_back(who, sent, asked)
        if self._waiting:
            self._go(self._waiting.popleft())

    def lost(self, pipe: Sends, _error: Exception | None = None) -> None:
        """The connection is gone; what it carried is sent again over another."""
        if pipe in self._free:
            self._free.remove(pipe)
        self.errors["connection lost"] += 1
        if flown := self._flying.pop(pipe, None):
            self._put_back(*flown, None)

    def _told(self, who: int, sent: list[int], body: bytes) -> None:
        plan = self._plan
        answers = [at for at in sent if plan.choice[at] != BEAT]
        found = standings(body, [int(plan.counter[at]) for at in answers])
        if found is None:
            self.errors["a reply about other entries"] += 1
            self._put_back(who, sent, None)
            return
        now = self._clock()
        for at in sent:
            self.latency[at] = now - plan.due[at]
            self.standing[at] = 0
        for at, standing in zip(answers, found, strict=True):
            if standing:
                self.standing[at] = standing
                self.errors[f"standing {standing}"] += 1
        self.open -= len(sent)
        self._failures.pop(who, None)
        if who in self._outbox:
            self._go(who)
        else:
            self._busy.discard(who)

    def _put_back(self, who: int, sent: list[int], retry_after: float | None) -> None:
        """As the player does: what the server asks for is the least, and it grows with failures in a row; five seconds
        where the server has answered, thirty where it is silent."""
        self._outbox[who] = sent + self._outbox.get(who, [])
        failures = self._failures[who] = self._failures.get(who, 0) + 1
        longest = 30.0 if retry_after is None else 5.0
        own = min(longest, 2.0 ** min(failures - 1, 10)) * (0.5 + 0.5 * self._random.random())
        wait = own if retry_after is None else max(own, retry_after * (1 + 0.3 * self._random.random()))
        heapq.heappush(self._later, (self._clock() + wait, who))


def _seconds(value: bytes) -> float | None:
    return float(value) if value.isdigit() else None


async def connect(crowd: Crowd, port: int, count: int, source: str = "") -> list[Pipe]:
    """`source`: the loopback address to come from, where one has not ports enough for all. A lost one comes again."""
    loop = asyncio.get_running_loop()
    pipes: list[Pipe] = []
    again: set[asyncio.Task[None]] = set()

    async def one() -> None:
        where = (source, 0) if source else None
        _transport, pipe = await loop.create_connection(lambda: Pipe(crowd.replied, lost), HOST, port, local_addr=where)
        pipes.append(pipe)
        crowd.connected(pipe)

    async def until_there() -> None:
        while True:
            try:
                return await one()
            except OSError:
                crowd.errors["no connection"] += 1
                await asyncio.sleep(1)

    def lost(pipe: Pipe, error: Exception | None) -> None:
        crowd.lost(pipe, error)
        task = loop.create_task(until_there())
        again.add(task)
        task.add_done_callback(again.discard)

    for begin in range(0, count, 100):
        await asyncio.gather(*(one() for _n in range(min(100, count - begin))))
    return pipes


async def run(crowd: Crowd, begin_at: float, last: float, patience_s: float) -> None:
    """Ticks until everything is acknowledged, or `patience_s` after the last moment of the plan. `begin_at`: on the
    machine's monotonic clock, which processes share."""
    await asyncio.sleep(max(0.0, begin_at - time.monotonic()))
    while crowd.open and time.monotonic() < begin_at + last + patience_s:
        crowd.tick()
        await asyncio.sleep(TICK_S)
