"""The minutes in which everybody does the same: signs in, starts, hands in. Open loop, arrivals in a bell."""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from loadtests.candidate import Broken, Candidate, Phase, Reply, Request, Step
from loadtests.scale.crowd import NO_RETRY_AFTER
from loadtests.scale.figures import Figure, Figures, percentiles
from loadtests.scale.loaded import Loaded, Usage
from loadtests.scale.plan import bell
from loadtests.scale.playing import tickets_of
from loadtests.wire import Wire

P99_MS = 1000.0
PATIENCE_S = 60.0
#: As behind a reverse proxy: candidates share connections.
CONNECTIONS = 500
PREPARING_AT_ONCE = 16


@dataclass
class Storm:
    """`whole`: seconds from the moment a candidate was to arrive until all of its requests were answered."""

    whole: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    requests: int = 0


class Hall:
    """Candidates and the connections that they share."""

    def __init__(self, port: int, tickets: Sequence[str]) -> None:
        self.everybody = [Candidate(ticket, device=f"storm-device-{n}") for n, ticket in enumerate(tickets)]
        self._wires: asyncio.Queue[Wire] = asyncio.Queue()
        for _n in range(min(CONNECTIONS, len(tickets))):
            self._wires.put_nowait(Wire(port))

    async def go(self, one: Candidate, until: Phase, pages: Sequence[str], storm: Storm) -> None:
        for path in pages:
            reply = await self._send(Request(path, "GET", path, one.page_headers()), storm)
            if reply.status != 200:
                storm.errors[f"{path} {reply.status}"] += 1
        while one.phase is not until:
            if until is Phase.SUBMIT and not one.steps and not one.unacknowledged:
                return
            request = one.next_request(one.due() or 0.0)
            assert request is not None
            reply = await self._send(request, storm)
            one.receive(reply)
            if reply.status == 503:
                storm.errors["503"] += 1
                asked = dict(reply.headers).get("retry-after")
                if asked is None:
                    storm.errors[NO_RETRY_AFTER] += 1
                await asyncio.sleep(float(asked or 1))

    async def _send(self, request: Request, storm: Storm) -> Reply:
        """A lost reply is an error, and is asked for again as the player does."""
        while True:
            wire = await self._wires.get()
            storm.requests += 1
            try:
                return await wire.send(request)
            except (OSError, EOFError, TimeoutError) as error:
                storm.errors[type(error).__name__] += 1
                await asyncio.sleep(1)
            finally:
                self._wires.put_nowait(wire)

    def close(self) -> None:
        """Of connections that nobody has under way."""
        while not self._wires.empty():
            self._wires.get_nowait().close()

    async def storm(self, seconds: float, seed: int, act: Callable[[Candidate, Storm], Awaitable[None]]) -> Storm:
        found = Storm()
        moments = bell(np.random.default_rng(seed), len(self.everybody), seconds)
        begun = asyncio.get_running_loop().time()

        async def arrive(one: Candidate, at: float) -> None:
            await asyncio.sleep(max(0.0, begun + at - asyncio.get_running_loop().time()))
            try:
                async with asyncio.timeout_at(begun + seconds + PATIENCE_S):
                    await act(one, found)
            except (Broken, TimeoutError) as error:
                found.errors["never got through" if isinstance(error, TimeoutError) else "refused"] += 1
                found.told.append(str(error))
            else:
                found.whole.append(asyncio.get_running_loop().time() - begun - at)

        await asyncio.gather(*(arrive(*pair) for pair in zip(self.everybody, moments.tolist(), strict=True)))
        return found

    async def prepare(self) -> None:
        """Answers to hand in: everybody's whole paper in one save, a few candidates at a time."""
        gate, aside = asyncio.Semaphore(PREPARING_AT_ONCE), Storm()

        async def one_by_one(one: Candidate) -> None:
            async with gate:
                one.plan([Step(0.0, *answer) for answer in _answers(one.paper)], 1000.0)
                await self.go(one, Phase.SUBMIT, (), aside)

        await asyncio.gather(*(one_by_one(one) for one in self.everybody if one.paper))


async def storms(service: Loaded, people: Path, seconds: float) -> Figures:
    tickets = tickets_of(people)
    hall = Hall(service.port, tickets)
    acts: dict[str, Callable[[Candidate, Storm], Awaitable[None]]] = {
        "sign_in": lambda one, storm: hall.go(one, Phase.STATE, (), storm),
        "start": lambda one, storm: hall.go(one, Phase.WORKING, ("/play",), storm),
        "hand_in": lambda one, storm: _hand_in(hall, one, storm),
    }
    found: Figures = {}
    for seed, (name, act) in enumerate(acts.items()):
        if name == "hand_in":
            await hall.prepare()
        before, began = _own_cpu(), time.monotonic()
        storming = asyncio.create_task(hall.storm(seconds, seed, act))
        usage = await service.usage(storming)
        took = time.monotonic() - began
        found |= _figures(
            f"scale.storm_{name}", len(tickets), seconds, await storming, usage, _own_cpu() - before, took
        )
    hall.close()
    return found


async def _hand_in(hall: Hall, one: Candidate, storm: Storm) -> None:
    await hall.go(one, Phase.DONE, (), storm)
    await hall.go(one, Phase.DONE, ("/play/result",), storm)


def _figures(
    name: str, people: int, seconds: float, storm: Storm, usage: Usage, generator_s: float, took: float
) -> Figures:
    each = 1000 / max(1, people)
    kinds = ", ".join([*(f"{kind}: {count}" for kind, count in storm.errors.items()), *storm.told[:2]]) or "none"
    return {
        **percentiles(name, np.array(storm.whole), p99_ms=P99_MS),
        f"{name}.errors": Figure(
            sum(storm.errors.values()) + people - len(storm.whole), "",
            f"{kinds}; {people} candidates within {seconds:g} s, done after {took:.0f} s", 0,
        ),
        f"{name}.app_ms": Figure(usage.app_s * each, "ms", f"CPU of each; {usage.app_s / usage.seconds:.2f} cores"),
        f"{name}.database_ms": Figure(usage.database_s * each, "ms", "CPU of each"),
        f"{name}.generator_ms": Figure(generator_s * each, "ms", "CPU of each, not in the others"),
    }  # fmt: skip


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _answers(paper: Any) -> list[tuple[int, Any]]:
    made: list[tuple[int, Any]] = []
    for item in paper["items"]:
        body, options = item["body"], sorted(item["body"].get("options", ()))
        match item["type"]:
            case "single_choice":
                made.append((item["slot"], options[0]))
            case "multiple_choice":
                made.append((item["slot"], options[:2]))
            case "true_false_cluster":
                made.append((item["slot"], dict.fromkeys(body["statements"], True)))
            case kind:
                made.append((item["slot"], "1,5" if kind == "numeric" else "trái đất"))
    return made
