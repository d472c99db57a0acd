"""Three times more than it can do: nobody loses an answer, and soon after it is as before.

First a ramp finds what it can do. Then the same candidates send at half of that, at three times, at half again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loadtests.scale.figures import Figure, Figures
from loadtests.scale.holding import P99_MS, Held, Load, hold
from loadtests.scale.loaded import Loaded
from loadtests.scale.plan import Phase
from loadtests.scale.playing import Heard, used_counters
from loadtests.scale.stored import Compared, Ledger, compare

RATES = (500, 1_000, 1_500, 2_200, 3_300, 5_000, 7_500, 11_000, 16_000, 24_000)
STEP_S = 6.0
TOO_MUCH = 3.0
RECOVERY_S = 10.0
#: More than this over the beginning, and its memory follows the load without bound.
GROWTH_MIB = 200.0


class Attempts:
    """The candidates of this part, play after play: counters go on, and the ledger holds everything."""

    def __init__(self, service: Loaded, people: Path, candidates: int, connections: int) -> None:
        self.ledger = Ledger()
        self._service, self._people, self._connections = service, people, connections
        self._candidates, self._seed = candidates, 1
        self._used = np.zeros(candidates, np.int32)

    async def send(self, *steps: tuple[float, float]) -> Held:
        """`steps`: (seconds, sends a second)."""
        self._seed += 1
        counted = self._service.folder / "counted.npy"
        np.save(counted, self._used)
        phases = [Phase(seconds, self._candidates / rate) for seconds, rate in steps]
        load = Load(self._candidates, phases, self._connections, 0.0, seed=self._seed)
        found = await hold(self._service, [self._people], load, counted)
        self._used = used_counters(found.heard, len(found.heard), self._used)
        for one in found.heard:
            self.ledger.add(one)
        return found

    async def capacity(self) -> float:
        """The last step of a ramp before the first that was too much."""
        best = RATES[0] / 2
        for rate in RATES:
            found = await self.send((STEP_S, rate))
            if found.open or 1000 * np.percentile(found.latency, 99) > P99_MS:
                break
            best = rate
        return best


async def overload(service: Loaded, people: Path, candidates: int, connections: int, seconds: float) -> Figures:
    attempts = Attempts(service, people, candidates, connections)
    capacity = await attempts.capacity()
    much = TOO_MUCH * capacity
    found = await attempts.send((seconds / 2, capacity / 2), (seconds, much), (2 * seconds, capacity / 2))
    return _figures(found, await compare(service.dsn, attempts.ledger), capacity, seconds)


def _figures(found: Held, compared: Compared, capacity: float, seconds: float) -> Figures:
    differences = compared.lost + compared.doubled + compared.changed + compared.never_sent
    late = recovery_s(*moments(found.heard), 1.5 * seconds)
    told = ", ".join(f"{kind}: {count}" for kind, count in found.errors.items()) or "none was refused"
    wrong = sum(count for kind, count in found.errors.items() if kind != "503")
    memory = found.usage.memory_mib
    return {
        "scale.overload.capacity": Figure(capacity, "/s", f"saves, p99 within {P99_MS:g} ms, beside the generator"),
        "scale.overload.asked": Figure(TOO_MUCH * capacity, "/s", f"for {seconds:g} s; {told}"),
        "scale.overload.recovery_s": Figure(late, "s", "until p99 of a second is good again", RECOVERY_S),
        "scale.overload.errors": Figure(wrong, "", "apart from 503 with Retry-After", 0),
        "scale.overload.unanswered": Figure(found.open, "", "sends that were never acknowledged", 0),
        "scale.overload.differences": Figure(
            differences, "", f"of {compared.acknowledged} acknowledged answers; {'; '.join(compared.told[:2])}", 0
        ),
        "scale.overload.longest_wait_s": Figure(float(found.latency.max()), "s", "from the planned moment"),
        "scale.overload.growth_mib": Figure(
            max(memory) - memory[0], "MiB", f"PSS of all processes, {memory[0]:.0f} at the beginning", GROWTH_MIB
        ),
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
