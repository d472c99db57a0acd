"""How many candidates this machine holds, reckoned from the CPU that the service took for each in this rehearsal.

For each part of the day: CPU seconds of web workers, work process and PostgreSQL, less what they take at rest (and, in
the storms, for those who just work), by the number of people who did that part. The machine may be used to `MARGIN` of
its cores. The least of the parts counts.
Reckoned, not tried: commits that are shared by more people cost each of them less, so the truth is rather more.
Only of a day where all come, start and hand in together (`RECKONED_FROM`): with shifts, and where people come all the
time, no moment belongs to one part of the day alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SERVICE = ("web", "work", "postgresql")
MARGIN = 0.7
RECKONED_FROM = "bell"
#: Within so many seconds everybody comes, has the paper after the bell, has handed in after the last one.
COMING_S, STORM_S = 900.0, 60.0
FEWEST = 5
#: A figure to rely on comes from so many people at least, and says of no more than so many times as many: few people
#: share no commits, so that each costs far more, and what is at rest or beside them weighs as much as they do.
RELIABLE_FROM, RELIABLE_TIMES = 100, 10
Samples = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Capacity:
    """`candidates` None: could not be reckoned. `costs`: CPU milliseconds per sign-in, start, minute of the exam and
    hand-in; `holds`: how many candidates each part of the day allows; `limited_by` the least of them. `needs`: how many
    have to be played for a figure to rely on; 0: this one is."""

    candidates: int | None
    limited_by: str
    costs: Mapping[str, float]
    holds: Mapping[str, int]
    cores: int
    needs: int = 0


def capacity(machine: Samples, players: Samples, cores: int, candidates: int, speed: float) -> Capacity:
    """`players`: the conductor's samples, which know the part of the day."""
    if not players or not any(one["cpu"].get("web") for one in machine):
        return Capacity(None, "", {}, {}, cores)
    rest = _rest(machine, players[0]["at"])
    spent = _by_phase(machine, players, rest)
    minutes = {phase: _minutes(players, phase, speed) for phase in spent}
    quiet = spent.get("working", 0.0) / minutes["working"] if minutes.get("working") else 0.0
    # In the storms, too, there are people who just work: what they take is no cost of starting or handing in.
    spent |= {phase: spent[phase] - quiet * minutes[phase] for phase in ("starting", "ending") if phase in spent}
    people = {"arriving": candidates, "starting": candidates, "ending": _handed_in(players)}
    people["working"] = round(minutes.get("working", 0.0))
    seconds = {"arriving": COMING_S, "starting": STORM_S, "working": 60.0, "ending": STORM_S}
    costs: dict[str, float] = {}
    holds: dict[str, int] = {}
    for phase, count in people.items():
        if count >= FEWEST and spent.get(phase, 0.0) > 0:
            each = spent[phase] / count
            costs[phase] = round(1000 * each, 3)
            holds[phase] = int(MARGIN * cores * seconds[phase] / each)
    if not holds:
        return Capacity(None, "", costs, holds, cores)
    least = min(holds, key=lambda phase: holds[phase])
    return Capacity(holds[least], least, costs, holds, cores, _needed(candidates, holds[least]))


def _needed(played: int, holds: int) -> int:
    least = max(RELIABLE_FROM, -(-holds // RELIABLE_TIMES))
    return 0 if played >= least else least


def _service(sample: Mapping[str, Any]) -> float:
    cpu: Mapping[str, float] = sample["cpu"]
    return float(sum(cpu.get(part, 0.0) for part in SERVICE))


def _rest(machine: Samples, begun: float) -> float:
    """CPU per second before anybody came; without such samples the least that was seen."""
    before: list[float] = [_service(one) for one in machine if one["at"] < begun - 1]
    return sum(before) / len(before) if before else min(map(_service, machine))


def _by_phase(machine: Samples, players: Samples, rest: float) -> dict[str, float]:
    spent: dict[str, float] = {}
    at = 0
    for one in machine:
        while at + 1 < len(players) and players[at + 1]["at"] <= one["at"]:
            at += 1
        if players[at]["at"] <= one["at"] + 1:
            phase = players[at]["phase"]
            spent[phase] = spent.get(phase, 0.0) + max(0.0, _service(one) - rest)
    return spent


def _minutes(players: Samples, phase: str, speed: float) -> float:
    """Minutes of the exam that all candidates together worked in this part of the day."""
    seconds = sum(int(one["working"]) for one in players if one["phase"] == phase)
    return seconds * speed / 60


def _handed_in(players: Samples) -> int:
    """Those who hand in at the bell."""
    counts = [one["handed_in"] for one in players if one["phase"] == "ending"]
    return int(counts[-1] - counts[0]) if counts else 0
