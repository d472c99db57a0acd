"""A process of the generator: plays its share of a crowd and leaves what it was told in a file.

    python -m loadtests.scale.playing JOB.json

Several share the work where one has not file descriptors enough; the parent reads their results with `heard`.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import uvloop
from numpy.typing import NDArray

from loadtests.scale import crowd as crowds
from loadtests.scale.answering import Answers, Choice
from loadtests.scale.plan import Phase, Plan, drawn

READY = "ready"


@dataclass(frozen=True)
class Job:
    """`people`: files as tests/scale/world.py writes them; `share` of `shares`: who of them is played here.
    `counted`: a file with the last counter of each, where an earlier job has used some."""

    port: int
    people: Sequence[str]
    share: int
    shares: int
    connections: int
    phases: Sequence[tuple[float, float]]
    beats: float
    seed: int
    patience_s: float
    result: str
    candidates: int | None = None
    counted: str | None = None

    @property
    def seconds(self) -> float:
        return sum(seconds for seconds, _every_s in self.phases)


@dataclass(frozen=True)
class People:
    """Some attempts, in the order in which plans number them."""

    attempts: Sequence[int]
    tokens: Sequence[str]
    choices: Sequence[Sequence[Choice]]


@dataclass(frozen=True)
class Heard:
    """What one process was told: the plan, and per send latency in seconds and standing (-1: never acknowledged)."""

    people: People
    plan: Plan
    latency: NDArray[np.float32]
    standing: NDArray[np.int8]
    errors: Counter[str]
    requests: int
    cpu_s: float


def people_of(job: Job) -> People:
    choices: dict[int, Sequence[Choice]] = {}
    everybody: list[tuple[int, int, str]] = []
    for file in job.people:
        told = json.loads(Path(file).read_text(encoding="utf-8"))
        choices |= {int(form): [(slot, value) for slot, value in found] for form, found in told["choices"].items()}
        everybody += told["attempts"]
    mine = everybody[: job.candidates][job.share :: job.shares]
    return People([one[0] for one in mine], [one[2] for one in mine], [choices[one[1]] for one in mine])


def sittings_of(file: Path) -> Sequence[str]:
    """Public ids, as they stand in addresses."""
    found: list[str] = json.loads(file.read_text(encoding="utf-8"))["sittings"]
    return found


def tickets_of(file: Path) -> Sequence[str]:
    """Of candidates who have not begun."""
    return [ticket for _attempt, _form, ticket in json.loads(file.read_text(encoding="utf-8"))["attempts"]]


def plan_of(job: Job, people: People) -> Plan:
    """The same wherever it is drawn: of the seed and the share."""
    rng = np.random.default_rng([job.seed, job.share])
    counts = [len(one) for one in people.choices]
    counted = None if job.counted is None else np.load(job.counted)[: job.candidates][job.share :: job.shares]
    return drawn(rng, counts, [Phase(*one) for one in job.phases], beats=job.beats, counted=counted)


async def play(job: Job) -> None:
    people = people_of(job)
    plan = plan_of(job, people)
    answers = Answers(people.tokens, people.choices)
    begin_at = time.monotonic()
    crowd = crowds.Crowd(plan, answers, lambda: time.monotonic() - begin_at, job.seed)
    # One address has ports for 28,000; one for each process, as a candidate stays with a process.
    source = f"127.0.0.{2 + job.share}" if job.shares > 1 else ""
    pipes = await crowds.connect(crowd, job.port, job.connections, source)
    gc.collect()
    gc.freeze()
    print(READY, flush=True)
    begin_at = float(sys.stdin.readline())
    before = resource.getrusage(resource.RUSAGE_SELF)
    await crowds.run(crowd, begin_at, job.seconds, job.patience_s)
    used = resource.getrusage(resource.RUSAGE_SELF)
    for pipe in pipes:
        pipe.close()
    told = {
        "errors": crowd.errors,
        "requests": crowd.requests,
        "cpu_s": used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
    }
    np.savez(job.result, latency=np.array(crowd.latency), standing=np.array(crowd.standing), told=json.dumps(told))


def heard(job: Job) -> Heard:
    people = people_of(job)
    with np.load(job.result) as found:
        told: dict[str, Any] = json.loads(str(found["told"]))
        latency, standing = found["latency"], found["standing"]
    errors = Counter(told["errors"])
    return Heard(people, plan_of(job, people), latency, standing, errors, told["requests"], told["cpu_s"])


def begun(job: Job, folder: Path) -> subprocess.Popen[str]:
    file = folder / f"job-{job.share}.json"
    file.write_text(json.dumps(asdict(job)), encoding="utf-8")
    command = [sys.executable, "-m", "loadtests.scale.playing", str(file)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def let_go(processes: Sequence[subprocess.Popen[str]]) -> None:
    """Waits until each has connected, then names the moment from which all of them count, on the machine's clock."""
    for process in processes:
        assert process.stdout is not None
        if process.stdout.readline().strip() != READY:
            raise RuntimeError("a generator did not come to its beginning")
    begin_at = time.monotonic() + 0.5
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{begin_at}\n")
        process.stdin.close()


def used_counters(everybody: Sequence[Heard], shares: int, before: NDArray[np.int32]) -> NDArray[np.int32]:
    """The last counter of each candidate after a job, in the order of the file."""
    used = before.copy()
    for share, one in enumerate(everybody):
        mine = used[share::shares]
        np.maximum.at(mine, one.plan.who, one.plan.counter)
    return used


if __name__ == "__main__":
    uvloop.run(play(Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
