"""Many candidates at once who go on by themselves whatever happens to the service, and remember what they were told."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from loadtests.candidate import Broken, Candidate, Phase, Reply, Request, Step
from loadtests.wire import Wire
from tests.hall import Seat

SIGNING_IN_AT_ONCE = 12
#: A browser gives a request up at last, too.
PATIENCE_S = 8.0
#: What passes by itself: staff have stopped the clock, or ended what they reopen, or the clock went back before the
#: beginning.
PASSING = frozenset({b"paused", b"ended_by_staff", b"not_open_yet", b"ticket_early", b"too_many_attempts"})


class Key(NamedTuple):
    resume: int
    counter: int


class Entry(NamedTuple):
    kind: int
    slot: int
    value: str
    standing: int


@dataclass
class Device:
    """`first_sent`: counter → when it was sent for the first time."""

    candidate: Candidate
    resume: int = 1
    first_sent: dict[int, float] = field(default_factory=dict)


@dataclass
class Player:
    """`acknowledged`: what a reply that arrived whole said of each entry. `troubles`: replies that were lost, or said
    that the service is busy. `differs`: replies that contradict each other. `doubled`: this share of saves is sent
    twice at once, over `twin` as well; of `saves`, `twice` were answered twice."""

    seat: Seat
    devices: list[Device]
    random: Random
    plan: list[Step] = field(default_factory=list)
    acknowledged: dict[Key, Entry] = field(default_factory=dict)
    troubles: int = 0
    longest_wait: float = 0.0
    doubled: float = 0.0
    saves: int = 0
    twice: int = 0
    twin: Wire | None = None
    differs: list[str] = field(default_factory=list)

    @property
    def candidate(self) -> Candidate:
        return self.devices[-1].candidate

    async def advance(
        self, wire: Wire, until: set[Phase], now: float = 0.0, begun: float | None = None, device: Device | None = None
    ) -> None:
        """Plays until one of the phases is reached; with `begun`, time goes by as the loop's clock says. A device that
        another one has taken over from stops."""
        loop = asyncio.get_running_loop()
        playing = device or self.devices[-1]
        while playing.candidate.phase not in until and playing is (device or self.devices[-1]):
            moment = now if begun is None else loop.time() - begun
            request = playing.candidate.next_request(moment)
            if request is None:
                due = playing.candidate.due()
                await asyncio.sleep(0.2 if due is None else max(0.0, min(0.2, due - moment)))
                continue
            await self._exchange(wire, request, playing)

    async def ask(self, wire: Wire, now: float) -> None:
        """One request, if there is one to make."""
        request = self.candidate.next_request(now)
        if request is not None:
            await self._exchange(wire, request, self.devices[-1])

    async def empty(self, wire: Wire, device: Device) -> None:
        """What a device that was left still holds goes its way, and does not count any more."""
        device.candidate.plan([], None)
        while device.candidate.unacknowledged:
            request = device.candidate.next_request(1e9)
            assert request is not None
            await self._exchange(wire, request, device)

    async def _exchange(self, wire: Wire, request: Request, device: Device) -> None:
        for counter in _counters(request):
            device.first_sent.setdefault(counter, asyncio.get_running_loop().time())
        try:
            reply = await self._sent(wire, request, device)
        except (OSError, EOFError, TimeoutError):
            self.troubles += 1
            device.candidate.failed()
            await asyncio.sleep(self.random.uniform(0.05, 0.4))
            return
        if reply.status == 503 or _passing(request, reply):
            self.troubles += 1
            device.candidate.failed()
            await asyncio.sleep(self.random.uniform(0.1, 0.6))
            return
        if reply.status == 200 and request.path == "/play/start":
            device.resume = reply.json()["resume"]
        self._note(request, reply, device)
        if reply.status >= 400:
            raise Broken(f"{request.path}: {reply.status} {_in_short(reply)}")
        device.candidate.receive(reply)

    async def _sent(self, wire: Wire, request: Request, device: Device) -> Reply:
        """Where a request is doubled, either reply will do; both are noted."""
        self.saves += request.path == "/play/save"
        if self.twin is None or request.path != "/play/save" or self.random.random() >= self.doubled:
            return await _patiently(wire, request)
        asked = (_patiently(wire, request), _patiently(self.twin, request))
        first, second = await asyncio.gather(*asked, return_exceptions=True)
        if isinstance(second, Reply):
            self.twice += isinstance(first, Reply)
            self._note(request, second, device)
        if isinstance(first, BaseException):
            raise first
        return first

    def _note(self, request: Request, reply: Reply, device: Device) -> None:
        if reply.status != 200 or request.path not in ("/play/save", "/play/submit"):
            return
        now = asyncio.get_running_loop().time()
        sent: dict[int, Any] = {entry[0]: entry for entry in json.loads(request.body)["e"]}
        for counter, standing in reply.json()["a"]:
            _counter, kind, slot, value, _at = sent[counter]
            key, told = Key(device.resume, counter), Entry(kind, slot, json.dumps(value), standing)
            if (before := self.acknowledged.setdefault(key, told)) is not told:
                if before != told:
                    self.differs.append(f"{key} was told to stand as {before}, then as {told}")
                continue
            self.longest_wait = max(self.longest_wait, now - device.first_sent[counter])


async def _patiently(wire: Wire, request: Request) -> Reply:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await wire.send(request)
    except TimeoutError:
        wire.close()
        raise


def _counters(request: Request) -> list[int]:
    if request.path not in ("/play/save", "/play/submit"):
        return []
    return [entry[0] for entry in json.loads(request.body)["e"]]


def _passing(request: Request, reply: Reply) -> bool:
    if request.path in ("/play/paper", "/play/variant") and reply.status == 409:
        return True  # staff have ended this attempt since, and will open it again
    return 400 <= reply.status < 500 and any(code in reply.body for code in PASSING)


def _in_short(reply: Reply) -> str:
    """Of a page, what it says under its heading."""
    text = reply.body.decode(errors="replace")
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2] or text).split())[:300]


def players(seats: Sequence[Seat], seed: int) -> list[Player]:
    random = Random(seed)
    return [
        Player(
            seat, [Device(Candidate(seat.ticket, device=f"lab-machine-{seat.number}"))], Random(random.random())
        )
        for seat in seats
    ]  # fmt: skip


async def sign_in(everybody: Sequence[Player], wires: Sequence[Wire]) -> None:
    """Up to the first page of the paper; a few at a time, as this is not what is tried here."""
    gate = asyncio.Semaphore(SIGNING_IN_AT_ONCE)

    async def one(player: Player, wire: Wire) -> None:
        async with gate:
            await player.advance(wire, {Phase.WORKING})

    await asyncio.gather(*(one(player, wire) for player, wire in zip(everybody, wires, strict=True)))


def make_plan(player: Player, answers: int, begin: float, end: float, views: float = 0.0) -> None:
    """Answers, changes answers, tells how long a question was shown, and hands in."""
    random = player.random
    moments = sorted(random.uniform(begin, end) for _ in range(answers))
    player.plan = [_step(player, at, views) for at in moments]
    player.candidate.plan(player.plan, end)


def _step(player: Player, at: float, views: float) -> Step:
    choices = [item for item in player.candidate.paper["items"] if item["type"] == "single_choice"]
    item = player.random.choice(choices)
    if player.random.random() < views:
        return Step(at, item["slot"], shown=max(0.0, at - 0.5))
    return Step(at, item["slot"], player.random.choice(list(item["body"]["options"])))


def acknowledged(everybody: Sequence[Player]) -> int:
    return sum(len(player.acknowledged) for player in everybody)
