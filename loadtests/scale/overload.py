"""Three times more than it can do: nobody loses an answer, and soon after it is as before.

First a ramp finds what it can do. Then the same candidates send at half of that, at three times, at half again, each
over a connection of its own: no shared connection holds back what the service is to be asked. Staff go on working and
other candidates go on arriving.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loadtests.candidate import Broken, Candidate
from loadtests.candidate import Phase as Stage
from loadtests.scale import kernel, staff
from loadtests.scale.attempts import Attempts
from loadtests.scale.crowd import NO_RETRY_AFTER
from loadtests.scale.figures import Figure, Figures
from loadtests.scale.holding import P99_MS, Held, Load
from loadtests.scale.loaded import Loaded, Usage
from loadtests.scale.plan import Phase
from loadtests.scale.playing import Heard, sittings_of, tickets_of
from loadtests.scale.stored import Compared
from loadtests.scale.storms import Hall, Storm

RATES = (500, 1_000, 1_500, 2_200, 3_300, 5_000, 7_500, 11_000, 16_000, 24_000)
STEP_S = 6.0
TOO_MUCH = 3.0
RECOVERY_S = 10.0
#: More than this over what half of the load took, and its memory follows the load without bound.
GROWTH_MIB = 200.0
#: Somebody arrives so often; staff and those who sign in may wait, and are answered.
ARRIVE_EVERY_S = 0.5
ARRIVING = 200
ANSWERED_WITHIN_S = 10.0


def much(candidates: int, connections: int, *steps: tuple[float, float]) -> Load:
    """`steps`: (seconds, sends a second)."""
    return Load(candidates, [Phase(seconds, candidates / rate) for seconds, rate in steps], connections, 0.0)


async def capacity_of(attempts: Attempts, connections: int) -> float:
    """The last step of a ramp, over as many connections as later, before the first that was too much."""
    best = RATES[0] / 2
    for rate in RATES:
        found = await attempts.play(much(len(attempts), connections, (STEP_S, rate)))
        p99_ms = 1000 * float(np.percentile(found.latency, 99))
        print(f"  {rate} saves/s: p99 {p99_ms:.0f} ms", flush=True)
        if found.open or p99_ms > P99_MS:
            break
        best = rate
    return best


@dataclass
class Meanwhile:
    """What others met while the service was asked for too much. `arrivals.whole` has everybody who came: those who met
    an error never got in, those who wait at the end have waited as long as that. `signed_in` of them are in."""

    pages: staff.Waits = field(default_factory=dict)
    arrivals: Storm = field(default_factory=Storm)
    signed_in: int = 0

    @property
    def failed(self) -> int:
        return sum(wait == inf for waits in self.pages.values() for wait in waits)

    @property
    def arrivals_failed(self) -> int:
        return sum(count for kind, count in self.arrivals.errors.items() if kind != "503")


@dataclass(frozen=True)
class Asked:
    """`capacity`: sends a second that are known to be well; a ramp finds it where it is not given."""

    candidates: int
    connections: int
    seconds: float
    capacity: float | None = None


async def overload(service: Loaded, people: Path, arriving: Path, asked: Asked) -> Figures:
    attempts = Attempts(service, people, asked.candidates)
    capacity = asked.capacity or await capacity_of(attempts, asked.connections)
    seconds, half = asked.seconds, capacity / 2
    dropped = kernel.dropped_connections()
    async with _others(service, people, arriving) as others:
        steps = (seconds / 2, half), (seconds, TOO_MUCH * capacity), (2 * seconds, half)
        found = await attempts.play(much(asked.candidates, asked.connections, *steps))
    dropped = kernel.dropped_connections() - dropped
    compared = await attempts.compared()
    return _figures(found, compared, capacity, seconds) | others_figures(others, dropped)


@asynccontextmanager
async def _others(service: Loaded, people: Path, arriving: Path) -> AsyncIterator[Meanwhile]:
    found = Meanwhile()
    hall = Hall(service.port, tickets_of(arriving))
    pages = asyncio.create_task(staff.work(service.url, sittings_of(people)[0]))
    doors = asyncio.create_task(arrive(hall, found))
    try:
        yield found
    finally:
        for task in (pages, doors):
            task.cancel()
        found.pages = await pages
        with suppress(asyncio.CancelledError):
            await doors
        hall.close()


async def arrive(hall: Hall, found: Meanwhile) -> None:
    """Each at a moment of its own, however long the one before has to wait."""
    async with asyncio.TaskGroup() as doors:
        for one in hall.everybody:
            doors.create_task(_sign_in(hall, one, found))
            await asyncio.sleep(ARRIVE_EVERY_S)


async def _sign_in(hall: Hall, one: Candidate, found: Meanwhile) -> None:
    loop, storm, took = asyncio.get_running_loop(), found.arrivals, inf
    begun = loop.time()
    try:
        await hall.go(one, Stage.STATE, (), storm)
        took = loop.time() - begun
        found.signed_in += 1
    except (Broken, LookupError, ValueError) as error:
        storm.errors["refused"] += 1
        storm.told.append(str(error))
    except asyncio.CancelledError:
        took = loop.time() - begun
        raise
    finally:
        storm.whole.append(took)


def growth_mib(usage: Usage, since_s: float) -> tuple[float, float]:
    """(most memory from then on, memory then), in MiB."""
    then = max((n for n, at in enumerate(usage.memory_s) if at <= since_s), default=0)
    return max(usage.memory_mib[then:]), usage.memory_mib[then]


def _figures(found: Held, compared: Compared, capacity: float, seconds: float) -> Figures:
    differences = compared.lost + compared.doubled + compared.changed + compared.never_sent
    late = recovery_s(*moments(found.heard), 1.5 * seconds)
    told = ", ".join(f"{kind}: {count}" for kind, count in found.errors.items()) or "none was refused"
    wrong = sum(count for kind, count in found.errors.items() if kind != "503")
    sent_away = found.errors["503"] - found.errors[NO_RETRY_AFTER]
    most, half = growth_mib(found.usage, seconds / 2)
    memory = f"{half:.0f} at half of the load, {found.usage.memory_mib[0]:.0f} at the beginning"
    return {
        "scale.overload.capacity": Figure(capacity, "/s", f"saves, p99 within {P99_MS:g} ms, beside the generator"),
        "scale.overload.asked": Figure(TOO_MUCH * capacity, "/s", f"for {seconds:g} s; {told}"),
        "scale.overload.sent_away": Figure(
            sent_away, "", f"503 with Retry-After, of {found.requests} requests; they came again", 1, True
        ),
        "scale.overload.recovery_s": Figure(late, "s", "until p99 of a second is good again", RECOVERY_S),
        "scale.overload.errors": Figure(wrong, "", "apart from 503 with Retry-After", 0),
        "scale.overload.unanswered": Figure(found.open, "", "sends that were never acknowledged", 0),
        "scale.overload.differences": Figure(
            differences, "", f"of {compared.acknowledged} acknowledged answers; {'; '.join(compared.told[:2])}", 0
        ),
        "scale.overload.longest_wait_s": Figure(float(found.latency.max()), "s", "from the planned moment"),
        "scale.overload.growth_mib": Figure(most - half, "MiB", f"PSS of all processes, {memory}", GROWTH_MIB),
    }  # fmt: skip


def others_figures(others: Meanwhile, dropped: int) -> Figures:
    pages = [wait for name, waits in others.pages.items() if name != staff.STREAM for wait in waits]
    arrivals = others.arrivals
    kinds = [f"{kind}: {count}" for kind, count in arrivals.errors.items()]
    came = f"{len(arrivals.whole)} came, {others.signed_in} signed in meanwhile"
    return {
        "scale.overload.pages_failed": Figure(others.failed, "", f"of {len(pages)} pages of staff", 0),
        "scale.overload.page_longest_s": Figure(max(pages, default=inf), "s", "", ANSWERED_WITHIN_S),
        "scale.overload.sign_in_longest_s": Figure(max(arrivals.whole, default=inf), "s", came, ANSWERED_WITHIN_S),
        "scale.overload.sign_ins_failed": Figure(
            others.arrivals_failed, "", "; ".join([", ".join(kinds) or "none refused", *arrivals.told[:2]]), 0
        ),
        "scale.overload.silence_longest_s": Figure(
            max(others.pages.get(staff.STREAM, [inf])), "s", "of a live room page"
        ),
        "scale.overload.dropped_connections": Figure(dropped, "", "that the kernel had no room for; of the machine"),
    }  # fmt: skip


def moments(heard: Sequence[Heard]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(due, latency) of every send; one that was never acknowledged waits for ever."""
    due = np.concatenate([one.plan.due for one in heard])
    waits = [np.where(one.standing >= 0, one.latency, np.inf) for one in heard]
    return due, np.concatenate(waits)


def recovery_s(due: NDArray[np.float64], latency: NDArray[np.float64], over: float) -> float:
    """Seconds after `over` until the last second whose p99 was too long has passed."""
    second = np.floor(due - over).astype(int)
    slow = [
        one for one in np.unique(second[second >= 0])
        if 1000 * np.percentile(latency[second == one], 99, method="higher") > P99_MS
    ]  # fmt: skip
    return float(max(slow) + 1) if slow else 0.0
