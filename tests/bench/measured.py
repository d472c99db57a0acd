"""The service under measurement, started as people start it, and its candidates."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exam_engine import preparing
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from loadtests.candidate import Candidate, Phase, Reply, Request
from loadtests.processes import Family
from loadtests.wire import Wire
from tests.bench import world
from tests.live import LiveServer, free_port

ROUNDS = int(os.environ.get("EXAM_ENGINE_TEST_ROUNDS", "5"))
WORKERS = 2
WALKERS = 8

JS = dict[str, Any]


@contextmanager
def running(people: int) -> Iterator[Bench]:
    """`people` candidates stand ready; everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="exam-engine-bench-"))
    try:
        yield from _running(folder / "data", people)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(data: Path, people: int) -> Iterator[Bench]:
    port = free_port()
    settings = Settings.from_environment(
        {}, data_dir=data, port=port, workers=WORKERS, public_url=f"http://127.0.0.1:{port}", log_level="warning"
    )
    with preparing.running_database(settings) as named:
        preparing.upgrade(named)
        made = asyncio.run(world.build(named, people))
        server = Embedded(data)
        with LiveServer(named) as live:
            assert live.process is not None
            assert server.pid is not None
            yield Bench(named, made, Family([live.process.pid]), Family([server.pid]))


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of CPU per operation, the generator not being in it."""

    application: float
    database: float

    @property
    def whole(self) -> float:
        return self.application + self.database


class Bench:
    def __init__(self, settings: Settings, made: world.World, application: Family, database: Family) -> None:
        self.settings = settings
        self.port = settings.port
        self.application = application
        self.database = database
        self.world = made
        self._candidates = iter(
            [Candidate(ticket, device=f"bench-device-{n}") for n, ticket in enumerate(made.tickets)]
        )

    def take(self, count: int) -> list[Candidate]:
        return [next(self._candidates) for _n in range(count)]

    def pss_mib(self) -> float:
        return self.application.pss_mib() + self.database.pss_mib()

    def cost(self, work: Callable[[], None], count: int) -> Cost:
        before = self.application.cpu_seconds(), self.database.cpu_seconds()
        work()
        after = self.application.cpu_seconds(), self.database.cpu_seconds()
        return Cost(1000 * (after[0] - before[0]) / count, 1000 * (after[1] - before[1]) / count)

    def walk(self, people: Sequence[Candidate], until: Phase, pages: Sequence[str] = ()) -> None:
        """Saves are sent one by one, as a candidate makes them: `now` moves from step to step."""

        async def walk(some: Sequence[Candidate]) -> None:
            wire = Wire(self.port)
            for one in some:
                while one.phase is not until:
                    due = one.due() or 0.0
                    if until is Phase.SUBMIT and not one.steps and not one.unacknowledged:
                        break
                    wanted = one.next_request(due)
                    assert wanted is not None
                    one.receive(await wire.send(wanted))
                for path in pages:
                    reply = await wire.send(Request(path, "GET", path, one.page_headers()))
                    assert reply.status == 200, (path, reply.status, reply.body[:300])
            wire.close()

        async def all_walk() -> None:
            await asyncio.gather(*(walk(people[number::WALKERS]) for number in range(WALKERS)))

        asyncio.run(all_walk())

    def fetched(self, paths: Sequence[str], headers: Mapping[str, str]) -> dict[str, Reply]:
        """Path → its page or file, over one connection."""

        async def fetch() -> dict[str, Reply]:
            wire, found = Wire(self.port), {}
            for path in paths:
                found[path] = reply = await wire.send(Request(path, "GET", path, headers))
                assert reply.status == 200, (path, reply.status, reply.body[:300])
            wire.close()
            return found

        return asyncio.run(fetch())


def answers_to(paper: JS) -> list[tuple[int, Any]]:
    """A plausible value for each slot."""
    chance = random.Random(1)
    made: list[tuple[int, Any]] = []
    for item in paper["items"]:
        options, kind = list(item["body"].get("options", ())), item["type"]
        if kind == "single_choice":
            made += [(item["slot"], option) for option in chance.sample(options, 2)]
        elif kind == "multiple_choice":
            made.append((item["slot"], sorted(options[:2])))
        elif kind == "true_false_cluster":
            made.append((item["slot"], dict.fromkeys(item["body"]["statements"], True)))
        else:
            made.append((item["slot"], "1,5" if kind == "numeric" else "answer"))
    return made
