"""How long requests took, by part of the day and kind: counts per rounded millisecond, to be added over machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

#: (part of the day, kind of request)
Kind = tuple[str, str]


def rounded(ms: float) -> int:
    """Two significant digits are enough, and keep the table small."""
    if ms < 100:
        return max(1, round(ms))
    return int(round(ms, -1)) if ms < 1000 else int(round(ms, -2))


class Measured:
    """`errors` by kind and code; `upset` counts what was done to people on purpose: losses, outages, reloads, moves."""

    def __init__(self) -> None:
        self.times: dict[Kind, Counter[int]] = {}
        self.errors: Counter[tuple[str, str]] = Counter()
        self.upset: Counter[str] = Counter()
        self.received = 0

    def add(self, phase: str, name: str, seconds: float) -> None:
        self.times.setdefault((phase, name), Counter())[rounded(1000 * seconds)] += 1

    def error(self, name: str, code: str) -> None:
        self.errors[name, code] += 1

    def told(self) -> dict[str, Any]:
        """For the wire between machines."""
        return {
            "times": [[*kind, list(times.items())] for kind, times in self.times.items()],
            "errors": [[*kind, count] for kind, count in self.errors.items()],
            "upset": dict(self.upset),
            "received": self.received,
        }

    def take(self, told: Mapping[str, Any]) -> None:
        """Adds what another machine has measured."""
        for phase, name, times in told["times"]:
            self.times.setdefault((phase, name), Counter()).update({int(ms): count for ms, count in times})
        for name, code, count in told["errors"]:
            self.errors[name, code] += count
        self.upset.update(told["upset"])
        self.received += told["received"]


def percentile(times: Mapping[int, int], share: float) -> int:
    """The least time that this share of the requests did not exceed; 0 without requests."""
    wanted, seen = share * sum(times.values()), 0
    for ms in sorted(times):
        seen += times[ms]
        if seen >= wanted:
            return ms
    return 0


def together(counters: Iterable[Mapping[int, int]]) -> Counter[int]:
    whole: Counter[int] = Counter()
    for one in counters:
        whole.update(one)
    return whole
