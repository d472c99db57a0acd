"""A case of `make chaos`: something that breaks while candidates work, and what was found afterwards.

    CASES = (Case("PostgreSQL killed", killed, needs=(GCC,)),)

    async def killed(ground: Ground) -> Found: ...

`run` gets a folder of its own and a seed, in a process of its own (`tests.chaos.lane`), which is ended with everything
that it started when its time is over. It returns what it found; an exception is a failure too. What it needs and does
not find makes it fail as *not run*: a case never passes without having been tried.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PASS, FAIL = "pass", "FAIL"


@dataclass(frozen=True, slots=True)
class Need:
    """A component of the machine. `missing` says in a few words what is not there, or gives None."""

    name: str
    missing: Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a case is played. `seed` makes its draws."""

    folder: Path
    seed: int = 1


@dataclass(slots=True)
class Found:
    """What a case found. `differs`: every rule that was broken, in words; nothing in it means that the case passed.

    `acknowledged`: entries that players were told are saved; `stored`: entries of theirs in the journal.
    `longest_pause_s`: the longest that an answer waited from its first sending to its acknowledgement."""

    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    stored: int = 0
    longest_pause_s: float = 0.0
    differs: list[str] = field(default_factory=list)
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """`alone`: it wants the machine to itself; others run side by side."""

    name: str
    run: Callable[[Ground], Awaitable[Found]]
    needs: tuple[Need, ...] = ()
    limit_s: float = 300.0
    alone: bool = False

    def missing(self) -> list[str]:
        return [told for need in self.needs if (told := need.missing()) is not None]


@dataclass(slots=True)
class Outcome:
    """One line of the table and of build/chaos.json."""

    case: str
    outcome: str
    seconds: float = 0.0
    seed: int | None = None
    found: Found = field(default_factory=Found)

    @property
    def passed(self) -> bool:
        return self.outcome == PASS

    def to_json(self) -> dict[str, Any]:
        found = asdict(self.found)
        found["longest_pause_s"] = round(self.found.longest_pause_s, 2)
        return {
            "case": self.case, "outcome": self.outcome, "seed": self.seed, "seconds": round(self.seconds, 1), **found,
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Outcome:
        own = {name: value.pop(name) for name in ("case", "outcome", "seed", "seconds")}
        return cls(**own, found=Found(**value))


def judged(case: str, found: Found, seed: int | None = None) -> Outcome:
    if not found.acknowledged and not found.differs:
        found.differs.append("nothing was acknowledged: nothing was tried")
    return Outcome(case, FAIL if found.differs else PASS, seed=seed, found=found)


def not_run(case: str, missing: list[str], seed: int | None = None) -> Outcome:
    return Outcome(case, f"{FAIL}: not run ({', '.join(missing)})", seed=seed)
