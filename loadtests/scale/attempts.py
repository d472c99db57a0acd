"""The same candidates, play after play: their counters go on, and the ledger holds everything they were told."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from loadtests.scale.holding import Held, Load, hold
from loadtests.scale.loaded import Loaded
from loadtests.scale.playing import used_counters
from loadtests.scale.stored import Compared, Ledger, compare


class Attempts:
    def __init__(self, service: Loaded, people: Path, candidates: int) -> None:
        self.people = people
        self._service = service
        self._ledger = Ledger()
        self._used = np.zeros(candidates, np.int32)
        self._plays = 0

    async def play(self, load: Load) -> Held:
        self._plays += 1
        counted = self._service.folder / "counted.npy"
        np.save(counted, self._used)
        found = await hold(self._service, [self.people], load, counted, seed=self._plays)
        self._used = used_counters(found.heard, len(found.heard), self._used)
        for one in found.heard:
            self._ledger.add(one)
        return found

    async def compared(self) -> Compared:
        return await compare(self._service.dsn, self._ledger)

    def __len__(self) -> int:
        return len(self._used)
