"""Many candidates at once who go on by themselves whatever happens to the service, and remember what they were told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from loadtests.candidate import ANSWER, Candidate, Phase, Reply, Request, Step
from loadtests.wire import Wire
from tests.hall import Seat

SIGNING_IN_AT_ONCE = 12
Acknowledged = dict[int, tuple[int, str, int]]


@dataclass
class Player:
    """`acknowledged`: counter → (slot, value as JSON, standing), as a reply that arrived whole said it.

    `troubles`: replies that were lost, or said that the service is busy."""

    seat: Seat
    candidate: Candidate
    random: Random
    plan: list[Step] = field(default_factory=list)
    acknowledged: Acknowledged = field(default_factory=dict)
    troubles: int = 0

    async def advance(self, wire: Wire, until: set[Phase], now: float = 0.0, begun: float | None = None) -> None:
        """Plays until one of the phases is reached; with `begun`, time goes by as the loop's clock says."""
        loop = asyncio.get_running_loop()
        while self.candidate.phase not in until:
            moment = now if begun is None else loop.time() - begun
            request = self.candidate.next_request(moment)
            if request is None:
                due = self.candidate.due()
                assert due is not None
                await asyncio.sleep(max(0.0, due - moment))
                continue
            await self._exchange(wire, request)

    async def ask(self, wire: Wire, now: float) -> None:
        """One request, if there is one to make."""
        request = self.candidate.next_request(now)
        if request is not None:
            await self._exchange(wire, request)

    async def _exchange(self, wire: Wire, request: Request) -> None:
        try:
            reply = await wire.send(request)
        except (OSError, EOFError, TimeoutError):
            self.troubles += 1
            self.candidate.failed()
            await asyncio.sleep(self.random.uniform(0.05, 0.4))
            return
        self._note(request, reply)
        self.candidate.receive(reply)
        if reply.status == 503:
            self.troubles += 1
            await asyncio.sleep(self.random.uniform(0.1, 0.6))

    def _note(self, request: Request, reply: Reply) -> None:
        if reply.status != 200 or request.path not in ("/play/save", "/play/submit"):
            return
        sent: dict[int, Any] = {entry[0]: entry for entry in json.loads(request.body)["e"]}
        for counter, standing in reply.json()["a"]:
            entry = sent[counter]
            self.acknowledged[counter] = (entry[2], json.dumps(entry[3]), standing)


def players(seats: Sequence[Seat], seed: int) -> list[Player]:
    random = Random(seed)
    return [
        Player(seat, Candidate(seat.ticket, device=f"lab-machine-{seat.number}"), Random(random.random()))
        for seat in seats
    ]


async def sign_in(everybody: Sequence[Player], wires: Sequence[Wire]) -> None:
    """Up to the first page of the paper; a few at a time, as this is not what is tried here."""
    gate = asyncio.Semaphore(SIGNING_IN_AT_ONCE)

    async def one(player: Player, wire: Wire) -> None:
        async with gate:
            await player.advance(wire, {Phase.WORKING})

    await asyncio.gather(*(one(player, wire) for player, wire in zip(everybody, wires, strict=True)))


def make_plans(everybody: Sequence[Player], answers: int, seconds: float) -> None:
    """Every candidate answers, changes answers and hands in, spread over `seconds`."""
    for player in everybody:
        moments = sorted(player.random.uniform(0, seconds) for _ in range(answers))
        player.plan = [Step(at, *_answer(player)) for at in moments]
        player.candidate.plan(player.plan, seconds)


def _answer(player: Player) -> tuple[int, Any]:
    choices = [item for item in player.candidate.paper["items"] if item["type"] == "single_choice"]
    item = player.random.choice(choices)
    return item["slot"], player.random.choice(list(item["body"]["options"]))


async def work(everybody: Sequence[Player], wires: Sequence[Wire]) -> None:
    begun = asyncio.get_running_loop().time()
    await asyncio.gather(
        *(player.advance(wire, {Phase.DONE}, begun=begun) for player, wire in zip(everybody, wires, strict=True))
    )


def acknowledged(everybody: Sequence[Player]) -> int:
    return sum(len(player.acknowledged) for player in everybody)


def written(player: Player) -> list[tuple[int, int, int, int, int, str]]:
    """What the journal must hold of this candidate: every step once, in order, all of it counting."""
    return [
        (1, number, ANSWER, step.slot, 0, json.dumps(step.value)) for number, step in enumerate(player.plan, start=1)
    ]
