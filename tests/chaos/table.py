"""The table that `make chaos` prints last, and build/chaos.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.case import Outcome

FILE = Path("build") / "chaos.json"
HEAD = ("case", "outcome", "faults", "acknowledged", "stored", "longest pause", "seed")


def lines(outcomes: Sequence[Outcome]) -> list[str]:
    """Named cases one by one; schedules drawn from seeds in one line, and each that failed below it."""
    named = [one for one in outcomes if one.seed is None]
    drawn = [one for one in outcomes if one.seed is not None]
    rows = [HEAD, *(_row(one) for one in named)]
    if drawn:
        rows.append(_together(drawn))
    rows += [_row(one) for one in drawn if not one.passed]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*text, *what_differs(outcomes), *_replaying(drawn)]


def _row(one: Outcome) -> tuple[str, ...]:
    found = one.found
    pause = f"{found.longest_pause_s:.1f} s"
    seed = "" if one.seed is None else str(one.seed)
    return (
        one.case, one.outcome, str(len(found.faults)), str(found.acknowledged), str(found.stored), pause, seed,
    )  # fmt: skip


def _together(drawn: Sequence[Outcome]) -> tuple[str, ...]:
    failed = sum(not one.passed for one in drawn)
    seeds = sorted(one.seed for one in drawn if one.seed is not None)
    found = [one.found for one in drawn]
    return (
        f"{len(drawn)} drawn schedules",
        "pass" if not failed else f"FAIL ({failed} of {len(drawn)})",
        str(sum(len(one.faults) for one in found)),
        str(sum(one.acknowledged for one in found)),
        str(sum(one.stored for one in found)),
        f"{max(one.longest_pause_s for one in found):.1f} s",
        f"{seeds[0]}–{seeds[-1]}",
    )


def what_differs(outcomes: Sequence[Outcome]) -> list[str]:
    told: list[str] = []
    for one in outcomes:
        if one.found.differs:
            told += ["", f"{one.case}: {one.found.schedule}", *(f"  {line}" for line in one.found.differs[:12])]
    return told


def _replaying(drawn: Sequence[Outcome]) -> list[str]:
    return [f"again: make chaos SEED={one.seed}" for one in drawn if not one.passed]


def write(outcomes: Sequence[Outcome], path: Path = FILE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([one.to_json() for one in outcomes], indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
