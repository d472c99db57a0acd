"""What was nearest to its limit, by name: from the samples of the machine and of those who played."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loadtests.rehearsal.machine import PARTS

WINDOW = 10
FULL = 0.85
LAG_MS, CONNECT_MS = 100.0, 50.0
#: Where the file of limits names none for the disk.
FLUSH_MS = 50.0
Samples = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """`name`: web, work, postgresql, disk, network, generator, other (programs on the machine); "" where nothing could
    be measured. `reached`: at its limit, or only nearest to it. `use`: each part's share of its own limit, at worst."""

    name: str
    reached: bool
    use: Mapping[str, float]


def bottleneck(
    machine: Samples, players: Samples, cores: int, web_workers: int, flush_ms: float = FLUSH_MS
) -> Bottleneck:
    """A machine that is full is put down to the part that takes most of it. `flush_ms`: the limit by which the disk is
    judged, or the same figure would be kept in one line of the report and reached in another."""
    use = _use(machine, players, cores, web_workers, flush_ms)
    if not use:
        return Bottleneck("", False, {})
    if use.get("machine", 0.0) >= FULL:
        shares = {part: worst(machine, _cpu_of(part)) for part in PARTS}
        shares["other"] = worst(machine, lambda one: of_others(one, cores))
        return Bottleneck(max(shares, key=lambda part: shares[part]), True, use)
    name = max((part for part in use if part != "machine"), key=lambda part: use[part])
    return Bottleneck(name, use[name] >= FULL, use)


def taken(sample: Mapping[str, Any], cores: int) -> float:
    """Cores of the whole machine that computed; one that waits for the disk does not."""
    return float(max(0.0, cores - sample["idle"] - sample["waiting"]))


def of_others(sample: Mapping[str, Any], cores: int) -> float:
    """Cores that belonged neither to the service nor to those who played."""
    return max(0.0, taken(sample, cores) - float(sum(sample["cpu"].values())))


def _use(machine: Samples, players: Samples, cores: int, web_workers: int, flush_ms: float) -> dict[str, float]:
    found: dict[str, float] = {}
    if players:
        lag = tail(players, lambda one: one["lag_ms"])
        found["generator"] = max(worst(players, lambda one: one["generator_cpu"]), min(1.0, lag / LAG_MS))
    if machine:
        found["network"] = min(1.0, tail(machine, lambda one: one["connect_ms"]) / CONNECT_MS)
        if any(one["cpu"].get("web") for one in machine):
            own = {"web": min(cores, web_workers), "work": 1, "postgresql": cores}
            for part, limit in own.items():
                found[part] = worst(machine, _cpu_of(part)) / limit
            waiting = worst(machine, lambda one: one["waiting"]) / cores
            found["disk"] = max(waiting, min(1.0, tail(machine, lambda one: one["flush_ms"]) / max(flush_ms, 0.001)))
            found["machine"] = worst(machine, lambda one: taken(one, cores)) / cores
    return {part: round(share, 3) for part, share in found.items()}


def worst(samples: Samples, value: Callable[[Any], float]) -> float:
    """The mean of the worst ten seconds."""
    return max(_means(samples, value), default=0.0)


def tail(samples: Samples, value: Callable[[Any], float]) -> float:
    """The 95th percentile."""
    values = sorted(value(one) for one in samples)
    return values[min(len(values) - 1, int(0.95 * len(values)))] if values else 0.0


def _means(samples: Samples, value: Callable[[Any], float]) -> list[float]:
    values = [value(one) for one in samples]
    size = min(WINDOW, len(values))
    return [sum(values[at : at + size]) / size for at in range(len(values) - size + 1)] if size else []


def _cpu_of(part: str) -> Callable[[Any], float]:
    return lambda one: float(one["cpu"].get(part, 0.0))
