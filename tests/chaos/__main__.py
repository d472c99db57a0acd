"""`python -m tests.chaos`: every case, then schedules drawn from seeds, then one table; ends with 1 if anything failed.

--seed N        plays the schedule of that seed (may be given several times)
--seeds N       that many schedules (200), --first N from that seed on (1)
--case TEXT     only cases whose name holds the text (one of the texts), and no schedules unless --seeds is given too
--local         only what one machine's service has: no cluster, no second node
--lanes N       so many side by side (as many as cores, at least two)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.chaos import leftovers, table
from tests.chaos.case import FAIL, Case, Outcome
from tests.chaos.cases import CASES
from tests.chaos.needs import MOUNTS

LONGEST_SCHEDULE_S = 180.0
#: About what each takes on two idle cores, in a lane of its own.
CASE_S, SCHEDULE_S, ALONE_S = 40.0, 14.0, 170.0
Order = dict[str, Any]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Lane:
    """The process that plays; a new one takes the place of one that had to be ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._number = 0

    async def play(self, order: Order, limit_s: float) -> Outcome:
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(order).encode() + b"\n")
        try:
            async with asyncio.timeout(limit_s):
                line = await process.stdout.readline()
        except TimeoutError:
            await self.end()
            return _failed(order, f"no end within {limit_s:.0f} s")
        if not line:
            await self.end()
            return _failed(order, f"the lane ended; see {self._folder}")
        return Outcome.from_json(json.loads(line))

    async def close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 90)
            await self.end()

    async def end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()  # it ends everything below it, and then itself
        await process.wait()

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._number += 1
            folder = self._folder / f"run-{self._number}"
            folder.mkdir(parents=True)
            unshare = [] if MOUNTS.missing() else ["unshare", "--mount"]
            with (folder / "lane.log").open("wb") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *unshare, sys.executable, "-m", "tests.chaos.lane", str(folder),
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, limit=2**24,
                )  # fmt: skip
        return self._process


def _failed(order: Order, why: str) -> Outcome:
    seed = order.get("seed")
    outcome = Outcome(order.get("case") or f"schedule {seed}", FAIL, seed=seed)
    outcome.found.differs.append(why)
    return outcome


async def side_by_side(orders: Sequence[tuple[Order, float]], lanes: int, folder: Path) -> list[Outcome]:
    waiting, done = list(reversed(orders)), []
    begun = time.monotonic()

    async def one(lane: Lane) -> None:
        try:
            while waiting:
                order, limit_s = waiting.pop()
                outcome = await lane.play(order, limit_s)
                done.append((orders.index((order, limit_s)), outcome))
                say(f"{time.monotonic() - begun:6.0f} s  {len(done):3}/{len(orders)}  {_told(outcome)}")
                for line in table.what_differs([outcome]):
                    say(line)
            await lane.close()
        finally:
            await lane.end()

    await asyncio.gather(*(one(Lane(folder / f"lane-{number}")) for number in range(min(lanes, len(orders)))))
    return [outcome for _index, outcome in sorted(done, key=lambda pair: pair[0])]


def _told(one: Outcome) -> str:
    found = one.found
    faults = ", ".join(found.faults)
    return (
        f"{one.case}: {one.outcome} in {one.seconds:.1f} s; {found.stored} stored, longest pause "
        f"{found.longest_pause_s:.1f} s" + (f" ({faults})" if faults else "")
    )


def chosen(arguments: argparse.Namespace) -> list[Case]:
    cases = [one for one in CASES if not arguments.case or any(text in one.name for text in arguments.case)]
    return [one for one in cases if not one.alone] if arguments.local else cases


async def run(arguments: argparse.Namespace, folder: Path) -> list[Outcome]:
    cases = [] if arguments.seed else chosen(arguments)
    seeds = arguments.seed or range(arguments.first, arguments.first + arguments.seeds)
    orders: list[tuple[Order, float]] = [({"case": one.name}, one.limit_s) for one in cases if not one.alone]
    orders += [({"seed": seed}, LONGEST_SCHEDULE_S) for seed in seeds]
    alone: list[tuple[Order, float]] = [({"case": one.name}, one.limit_s) for one in cases if one.alone]
    together = (len(orders) - len(seeds)) * CASE_S + len(seeds) * SCHEDULE_S
    about_s = together / arguments.lanes + len(alone) * ALONE_S
    say(f"{len(cases)} cases and {len(seeds)} schedules: about {about_s / 60:.0f} minutes on an idle machine")
    outcomes = await side_by_side(orders, arguments.lanes, folder / "together") if orders else []
    outcomes += await side_by_side(alone, 1, folder / "alone") if alone else []
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, action="append", default=[])
    parser.add_argument("--seeds", type=int, default=None)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--local", action="store_true")
    parser.add_argument("--lanes", type=int, default=max(2, os.cpu_count() or 2))
    arguments = parser.parse_args()
    if arguments.seeds is None:
        arguments.seeds = 0 if arguments.case else 200
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a shell lets what runs behind ignore SIGINT
        signal.signal(number, signal.default_int_handler)
    leftovers.clear_away_dead_runs()
    folder = leftovers.new_folder()
    try:
        outcomes = asyncio.run(run(arguments, folder))
    finally:
        leftovers.clear_away(folder)
    table.write(outcomes)
    say("\n" + "\n".join(table.lines(outcomes)))
    return 0 if outcomes and all(one.passed for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
