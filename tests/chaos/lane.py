"""One lane of `make chaos`: plays what it is told on standard input, one after another, and says what it found.

A process of its own, so that a schedule that hangs can be ended with everything it started; and with a mount namespace
of its own where root may make one, so that its small file systems end with it. Schedules drawn from seeds share a
stage of each kind; a case opens what it needs.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import traceback
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path

from tests.chaos import leftovers
from tests.chaos.case import Case, Found, Ground, Outcome, judged, not_run
from tests.chaos.cases import CASES, drawn_needs
from tests.chaos.playing import play
from tests.chaos.schedule import Schedule, drawn
from tests.chaos.stage import Stage


class Lane:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stages: dict[str, Stage] = {}
        self._number = 0

    async def seed(self, seed: int) -> Outcome:
        schedule = drawn(seed)
        name = f"schedule {seed}"
        if missing := [told for need in drawn_needs(schedule) if (told := need.missing())]:
            return not_run(name, missing, seed)
        outcome = await _timed(name, self._played(schedule), seed)
        if not outcome.passed:
            await self._drop(schedule.kind)
        return outcome

    async def case(self, case: Case) -> Outcome:
        if missing := case.missing():
            return not_run(case.name, missing)
        return await _timed(case.name, case.run(Ground(self._fresh())))

    async def close(self) -> None:
        for kind in tuple(self._stages):
            await self._drop(kind)

    async def _played(self, schedule: Schedule) -> Found:
        if schedule.kind not in self._stages:
            self._stages[schedule.kind] = await Stage.open(self._fresh(), schedule.kind)
        return await play(self._stages[schedule.kind], schedule)

    async def _drop(self, kind: str) -> None:
        if stage := self._stages.pop(kind, None):
            with suppress(Exception):
                await stage.close()

    def _fresh(self) -> Path:
        self._number += 1
        return self._folder / str(self._number)


async def _timed(name: str, playing: Awaitable[Found], seed: int | None = None) -> Outcome:
    begun = time.monotonic()
    try:
        found = await playing
    except Exception:  # noqa: BLE001 - a case that raises has failed, and the next one is played
        found = Found(differs=traceback.format_exc().splitlines()[-10:])
    outcome = judged(name, found, seed)
    outcome.seconds = time.monotonic() - begun
    return outcome


async def main(folder: Path) -> None:
    lane = Lane(folder)
    cases = {case.name: case for case in CASES}
    try:
        while order := await asyncio.to_thread(sys.stdin.readline):
            wanted = json.loads(order)
            outcome = await (lane.seed(wanted["seed"]) if "seed" in wanted else lane.case(cases[wanted["case"]]))
            sys.stdout.write(json.dumps(outcome.to_json()) + "\n")
            sys.stdout.flush()
    finally:
        await lane.close()


if __name__ == "__main__":
    leftovers.watched_over()
    asyncio.run(main(Path(sys.argv[1])))
