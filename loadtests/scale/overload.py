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
from loadtests.scale.plan import Phase
from loadtests.scale.playing import Heard, used_counters
from loadtests.scale.service import Loaded
from loadtests.scale.stored import Ledger, compare

RATES = (1_000, 1_500, 2_200, 3_300, 5_000, 7_500, 11_000, 16_000, 24_000)
STEP_S = 6.0
TOO_MUCH = 3.0
RECOVERY_S = 10.0
#: More than this over the beginning, and its memory follows the load without bound.
GROWTH_MIB = 200.0


async def overload(service: Loaded, people: Path, candidates: int, connections: int, seconds: float) -> Figures:
    ramp = Load(candidates, [Phase(STEP_S, candidates / rate) for rate in RATES], connections, 0.0, seed=2)
    tried = await hold(service, [people], ramp)
    capacity = capacity_of(tried)
    counted = service.folder / "counted.npy"
    used = used_counters(tried.heard, len(tried.heard), np.zeros(candidates, np.int32))
    np.save(counted, used)
    normal, much = candidates / (capacity / 2), candidates / (TOO_MUCH * capacity)
    phases = [Phase(seconds / 2, normal), Phase(seconds, much), Phase(2 * seconds, normal)]
    found = await hold(service, [people], Load(candidates, phases, connections, 0.0, seed=3), counted)
    ledger = Ledger()
    for one in (*tried.heard, *found.heard):
        ledger.add(one)
    compared = await compare(service.dsn, ledger)
    differences = compared.lost + compared.doubled + compared.changed + compared.never_sent
    over = 1.5 * seconds
    late = recovery_s(*moments(found.heard), over)
    told = ", ".join(f"{kind}: {count}" for kind, count in found.errors.items()) or "none was refused"
    wrong = sum(count for kind, count in found.errors.items() if kind != "503")
    memory = found.usage.memory_mib
    return {
        "scale.overload.capacity": Figure(capacity, "/s", f"saves, p99 within {P99_MS:g} ms, beside the generator"),
        "scale.overload.asked": Figure(TOO_MUCH * capacity, "/s", f"{seconds:g} s, {candidates} candidates; {told}"),
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


def capacity_of(ramp: Held) -> float:
    """The last step of the ramp before the first that was too much."""
    due, latency = moments(ramp.heard)
    best = RATES[0] / 2
    for step, rate in enumerate(RATES):
        during = latency[(due >= step * STEP_S) & (due < (step + 1) * STEP_S)]
        if not len(during) or 1000 * np.percentile(during, 99) > P99_MS:
            break
        best = rate
    return best


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
