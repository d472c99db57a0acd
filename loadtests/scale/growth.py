"""Whether a save costs more among more: at 1,000 to 100,000 open attempts, and above a journal of 1M to 100M rows."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from loadtests.scale.figures import Figure, Figures
from loadtests.scale.holding import Held, Load, hold
from loadtests.scale.loaded import Loaded
from loadtests.scale.plan import Phase
from loadtests.scale.playing import used_counters

#: Half of what a machine of two cores can do: cost depends on how many share a commit, so it is the same everywhere.
RATE = 3_000
ROUND_S = 10.0
ROUNDS = 3
#: The dearest may cost so much more than the cheapest of a curve; noise between rounds is about a tenth.
FLAT = 1.25

Point = dict[str, Any]


class Growth:
    def __init__(self, service: Loaded, connections: int, rate: float) -> None:
        self._service, self._connections, self._rate = service, connections, rate
        self._people: list[Path] = []
        self._counted = np.zeros(0, np.int32)
        self._seed = 100

    async def by_attempts(self, sizes: Sequence[int]) -> list[Point]:
        found = []
        for size in sizes:
            more = size - len(self._counted)
            self._people.append(self._service.sit(f"growth-{size}", more, begun=True))
            self._counted = np.concatenate([self._counted, np.zeros(more, np.int32)])
            found.append({"curve": "open attempts", "size": size, **await self._cost()})
        return found

    async def by_rows(self, sizes: Sequence[int]) -> list[Point]:
        found = []
        for size in sizes:
            self._service.fill_journal(size)
            found.append({"curve": "journal rows", "size": size, **await self._cost()})
        return found

    async def _cost(self) -> Point:
        """Medians of rounds; the first warms caches and logs the pages whole that a checkpoint has left."""
        await self._round()
        rounds = [await self._round() for _n in range(ROUNDS)]
        each = [1e6 / one.requests for one in rounds]
        pairs = list(zip(rounds, each, strict=True))
        return {
            "app_us": statistics.median(one.usage.app_s * micro for one, micro in pairs),
            "database_us": statistics.median(one.usage.database_s * micro for one, micro in pairs),
            "wal_bytes": statistics.median(one.usage.wal.records / one.requests for one in rounds),
            "p99_ms": statistics.median(1000 * float(np.percentile(one.latency, 99)) for one in rounds),
            "errors": sum(sum(one.errors.values()) + one.open for one in rounds),
            "kinds": dict(sum((one.errors for one in rounds), Counter())),
        }

    async def _round(self) -> Held:
        self._seed += 1
        people = len(self._counted)
        counted = self._service.folder / "growth-counted.npy"
        np.save(counted, self._counted)
        load = Load(people, [Phase(ROUND_S, people / self._rate)], self._connections, 0.0)
        found = await hold(self._service, self._people, load, counted, self._seed)
        self._counted = used_counters(found.heard, len(found.heard), self._counted)
        return found


def figures(points: Sequence[Point]) -> Figures:
    found: Figures = {}
    for curve in dict.fromkeys(point["curve"] for point in points):
        mine = [point for point in points if point["curve"] == curve]
        name = f"scale.growth_{curve.replace(' ', '_')}"
        for unit in ("app_us", "database_us", "wal_bytes"):
            values = [point[unit] for point in mine]
            told = ", ".join(f"{point['size']:,}: {point[unit]:.1f}" for point in mine)
            found[f"{name}.{unit}"] = Figure(max(values) / min(values), "×", f"dearest over cheapest; {told}", FLAT)
        kinds = ", ".join(f"{point['size']:,}: {point['kinds']}" for point in mine if point["kinds"]) or "none"
        found[f"{name}.errors"] = Figure(sum(point["errors"] for point in mine), "", kinds, 0)
    return found
