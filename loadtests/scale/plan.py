"""Who sends what and when, drawn before anything is sent: the service's slowness can't thin out what it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: As the player's own (exam_engine/web/player/sending.js).
EVERY_S, SPREAD = 15.0, 0.3
BEAT = -1


@dataclass(frozen=True)
class Plan:
    """`n` sends in order of time. `due` (n,) seconds from the beginning; `who` (n,) index of the candidate; `choice`
    (n,) index among that candidate's choices, or BEAT; `counter` (n,) of an answer within its attempt, 0 for a beat."""

    due: NDArray[np.float64]
    who: NDArray[np.int32]
    choice: NDArray[np.int32]
    counter: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.due)


@dataclass(frozen=True)
class Phase:
    """`every_s`: seconds between two sends of one candidate."""

    seconds: float
    every_s: float = EVERY_S


def drawn(
    rng: np.random.Generator,
    choices: Sequence[int],
    phases: Sequence[Phase],
    *,
    beats: float = 0.0,
    counted: Sequence[int] | NDArray[np.int32] | None = None,
) -> Plan:
    """Each candidate sends every `every_s` seconds ± 30 %, from a moment of its own. `choices`: how many each has;
    `beats`: share of heartbeats; `counted`: the last counter that each has used."""
    parts, begin = [], 0.0
    for phase in phases:
        due, who = _moments(rng, len(choices), phase)
        parts.append((due + begin, who))
        begin += phase.seconds
    due, who = np.concatenate([one for one, _ in parts]), np.concatenate([one for _, one in parts])
    choice = np.asarray(rng.random(len(due)) * np.asarray(choices)[who], np.int32)
    choice[rng.random(len(due)) < beats] = BEAT
    used = np.zeros(len(choices), np.int32) if counted is None else np.asarray(counted, np.int32)
    return Plan(due, who, choice, _counters(who, choice, used))


def _moments(rng: np.random.Generator, people: int, phase: Phase) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    most = int(np.ceil(phase.seconds / (phase.every_s * (1 - SPREAD)))) + 1
    gaps = phase.every_s * rng.uniform(1 - SPREAD, 1 + SPREAD, (people, most))
    gaps[:, 0] = rng.uniform(0, phase.every_s, people)
    moments = np.cumsum(gaps, axis=1)
    who, turn = np.nonzero(moments < phase.seconds)
    due = moments[who, turn]
    order = np.argsort(due, kind="stable")
    return due[order], who[order].astype(np.int32)


def _counters(who: NDArray[np.int32], choice: NDArray[np.int32], used: NDArray[np.int32]) -> NDArray[np.int32]:
    """1, 2, 3 … for the answers of each candidate, in order of time, after those used already."""
    answers = np.flatnonzero(choice != BEAT)
    by_person = answers[np.argsort(who[answers], kind="stable")]
    people = who[by_person]
    starts = np.flatnonzero(np.r_[True, people[1:] != people[:-1]]) if len(people) else np.zeros(0, int)
    lengths = np.diff(np.r_[starts, len(people)])
    counter = np.zeros(len(who), np.int32)
    counter[by_person] = np.arange(len(people)) - np.repeat(starts, lengths) + 1 + used[people]
    return counter


def bell(rng: np.random.Generator, people: int, seconds: float) -> NDArray[np.float64]:
    """(people,) moments of arrival within `seconds`, in order: a bell with its peak in the first third."""
    return np.sort(rng.beta(2.0, 4.0, people)) * seconds
