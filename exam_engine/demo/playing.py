"""Plays a finished sitting through the real HTTP interface on a replaced `exam.now()`.

A web worker of the service runs on a free loopback port; the clock stands at each step of simulated time while every
request that is due then is made; so a 60-minute sitting of 200 candidates takes well under a minute.
"""

from __future__ import annotations

import asyncio
import http.client
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from litestar.datastructures import State

from exam_engine.accounts import secrets
from exam_engine.authoring import definition as definitions
from exam_engine.delivery import sweeping
from exam_engine.demo import behaviour, queries
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.serving import Lifeline, Part
from exam_engine.sittings.confirming import load_content
from item_bank.content.interactions import Response
from item_bank.content.model import Item
from loadtests.candidate import Candidate, Phase, Reply, Request, Step

STEP_SECONDS = 20.0
PLAYERS = 8
STARTING_SECONDS = 60
AFTERWARDS = timedelta(minutes=30)


async def play_sitting(state: State, sitting_id: int, seed: str) -> None:
    """Every candidate of the sitting signs in with the ticket, works, and hands in or runs out of time."""
    candidates, starts_at, minutes = await _candidates(state, sitting_id, seed)
    engine = state.engine
    async with transaction(engine) as connection:
        await clock.replace(connection, starts_at)
    try:
        with _server(state.settings) as port:
            await _play(state, port, candidates, starts_at, minutes * 60)
        async with transaction(engine) as connection:
            await clock.replace(connection, starts_at + timedelta(minutes=minutes) + AFTERWARDS)
            await queries.forget_heartbeat(connection)  # no outage: only the clock has leapt
        while await sweeping.sweep(engine, state.keyring, state.events):
            pass
    finally:
        async with transaction(engine) as connection:
            await clock.restore(connection)
            await queries.forget_heartbeat(connection)


async def _candidates(state: State, sitting_id: int, seed: str) -> tuple[list[Candidate], datetime, int]:
    async with transaction(state.engine) as connection:
        found = await queries.sitting(connection, sitting_id)
        definition = definitions.decode(found["definition"])
        content = await load_content(connection, definition)
        rows = await queries.candidates_with_papers(connection, sitting_id)
    made = []
    for row in rows:
        opened = secrets.opened(state.keyring, row["pin_sealed"], row["ticket_sealed"])
        order = [slot for section in row["variant"]["sections"] for slot, *_rest in section["items"]]
        items = [content.items[row["key_map"][slot]["version"]] for slot in order]
        one = behaviour.candidate(row["code"], seed)
        work = behaviour.play(one, items, definition.minutes * 60.0, seed)
        steps = sorted(_steps(work, order, items, row["key_map"]), key=lambda step: step.at)
        made.append(Candidate(opened.ticket, steps, work.submitted, device=f"lab-machine-{row['number']}"))
    return made, found["starts_at"], definition.minutes


def _steps(
    work: behaviour.Work, order: Sequence[int], items: Sequence[Item], key_map: Sequence[Mapping[str, Any]]
) -> Iterator[Step]:
    for visit in work.visits:
        slot = order[visit.item]
        keys = key_map[slot]["keys"]
        for at, value in visit.values:
            yield Step(at, slot, _opaque(items[visit.item], value, keys))
        yield Step(visit.left, slot, shown=visit.shown)


def _opaque(item: Item, value: Response, keys: Mapping[str, str]) -> Any:
    """The response as the browser sends it: option ids as the form shows them."""
    if item.type == "single_choice":
        return keys[value] if isinstance(value, str) else None
    if item.type == "multiple_choice" and isinstance(value, list):
        return sorted(keys[own] for own in value)
    return value


@contextmanager
def _server(settings: Settings) -> Iterator[int]:
    """One web worker of the service on a free port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lifeline = Lifeline()
    alone: dict[str, Any] = {"host": "127.0.0.1", "lan": False, "tls": False, "tls_cert": None, "tls_key": None}
    own = replace(settings, port=port, public_url=f"http://127.0.0.1:{port}", workers=1, **alone)
    part = Part("web", 1, own, lifeline)
    part.tend()
    try:
        _await_port(port)
        yield port
    finally:
        part.ask_to_stop()
        part.stop_by(time.monotonic() + settings.drain_seconds)
        lifeline.close()


def _await_port(port: int) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError("the demo's web worker did not start; see its messages above") from None
            time.sleep(0.05)
        else:
            return


async def _play(state: State, port: int, candidates: Sequence[Candidate], starts_at: datetime, seconds: float) -> None:
    groups = [_Player(port, candidates[number::PLAYERS]) for number in range(PLAYERS)]
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(PLAYERS) as pool:
        now = 0.0
        while now <= seconds and any(not group.done for group in groups):
            async with transaction(state.engine) as connection:
                await clock.replace(connection, starts_at + timedelta(seconds=now))
            await asyncio.gather(*(loop.run_in_executor(pool, group.advance, now) for group in groups))
            now += STEP_SECONDS


class _Player:
    """Some candidates on one keep-alive connection."""

    def __init__(self, port: int, candidates: Sequence[Candidate]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._candidates = candidates

    @property
    def done(self) -> bool:
        return all(candidate.phase is Phase.DONE for candidate in self._candidates)

    def advance(self, now: float) -> None:
        for candidate in self._candidates:
            while (request := candidate.next_request(now)) is not None:
                candidate.receive(self._send(request))

    def _send(self, request: Request) -> Reply:
        self._connection.request(request.method, request.path, request.body or None, dict(request.headers))
        response = self._connection.getresponse()
        return Reply(response.status, response.getheaders(), response.read())
