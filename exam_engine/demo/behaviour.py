"""Invented candidates at work: what they answer, when, what they change, and where their time runs out.

Everything follows from one seed: a candidate's ability, speed and every choice depend on the seed and the candidate's
code alone, whatever the order in which candidates are played.
Response times are lognormal (van der Linden, 2006): ln T = ln(median of the item) − speed + N(0, 0.35²).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exam_engine.demo.difficulty import Parameters, parameters
from exam_engine.demo.essays import COMMUNITY_WORK
from exam_engine.demo.mistakes import distractor, key_of, wrong_number, wrong_word
from item_bank.content.interactions import Response
from item_bank.content.model import (
    Composite,
    Essay,
    Item,
    MultipleChoice,
    Numeric,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.rational import rational

#: The seed of the demo school; another one gives another, equally plausible school.
SEED = "exam-engine-demo-2026"

TIME_SPREAD = 0.35
#: A typical candidate needs this share of the time that the exam allows.
PACE = 0.66
CHANGES_OF_MIND = 0.08
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Candidate:
    """`ability` ~ N(0, 1); `speed` ~ N(0, 0.25²), a little higher for the able, in log seconds."""

    code: str
    ability: float
    speed: float


@dataclass(frozen=True, slots=True)
class Visit:
    """One time that an item was on the screen. Times are seconds since the start; `values` are (second, response)."""

    item: int
    shown: float
    left: float
    values: tuple[tuple[float, Response], ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """A whole attempt. `submitted` is None when the time ran out first; items without a visit were not reached."""

    visits: tuple[Visit, ...]
    submitted: float | None

    def responses(self) -> dict[int, Response]:
        """Item → the last response, for every item that was reached; None where it was left out."""
        last: dict[int, Response] = {}
        for visit in self.visits:
            last.setdefault(visit.item, None)
            if visit.values:
                last[visit.item] = visit.values[-1][1]
        return last


def generator(seed: str, *names: str) -> Rng:
    return np.random.default_rng(list(hashlib.sha256("/".join((seed, *names)).encode()).digest()))


def candidate(code: str, seed: str = SEED) -> Candidate:
    rng = generator(seed, "candidate", code)
    ability, noise = rng.standard_normal(2)
    return Candidate(code, float(ability), float(0.25 * (0.3 * ability + 0.95 * noise)))


def play(one: Candidate, items: Sequence[Item], seconds: float, seed: str = SEED) -> Work:
    """Works through the items in the given order, then looks back at some if time is left."""
    rng = generator(seed, "work", one.code)
    medians = [parameters(item).seconds for item in items]
    pace = PACE * seconds / sum(medians)
    visits: list[Visit] = []
    now = float(rng.uniform(5, 30))
    for index, item in enumerate(items):
        taken = float(rng.lognormal(math.log(medians[index] * pace) - one.speed, TIME_SPREAD))
        if now + taken > seconds:
            visits.append(_interrupted(_visit(one, index, item, now, taken, rng), seconds))
            return Work(tuple(visits), None)
        visits.append(_visit(one, index, item, now, taken, rng))
        now += taken
    now, again = _look_back(one, items, visits, now, seconds, rng)
    return Work((*visits, *again), min(now + float(rng.uniform(3, 20)), seconds - 1))


def answers(one: Candidate, item: Item, rng: Rng) -> Response:
    """One response in the item's own ids; None where the candidate leaves the item out."""
    if rng.random() < _leaves_out(one, item):
        return None
    match item.interaction:
        case SingleChoice() as choice:
            right = rng.random() < parameters(item).chance(one.ability)
            return key_of(choice.options).id if right else distractor(item, choice, rng)
        case MultipleChoice() as choice:
            return _several(one, item, choice, rng)
        case TrueFalseCluster() as cluster:
            return _statements(one, item, cluster, rng)
        case Numeric() as number:
            if rng.random() < parameters(item).chance(one.ability):
                return number.accepted[0].replace(".", ",")
            return wrong_number(item, number, rng)
        case ShortText() as text:
            right = rng.random() < parameters(item).chance(one.ability)
            return text.accepted[0].text if right else wrong_word(item, text, rng)
        case Essay():
            return _essay(one, rng)
        case Composite():
            return None  # the demo's candidates know the usual kinds


def _leaves_out(one: Candidate, item: Item) -> float:
    weak = 1 / (1 + math.exp(1.5 * (one.ability + 1)))
    typed = item.type in {"numeric", "short_text", "essay"}
    return (0.02 + 0.15 * weak) if typed else (0.003 + 0.02 * weak)


def _several(one: Candidate, item: Item, choice: MultipleChoice, rng: Rng) -> Response:
    chosen = []
    for option in choice.options:
        judged = rng.random() < parameters(item, part=option.id).chance(one.ability)
        if judged == (rational(option.weight) > 0):
            chosen.append(option.id)
    return sorted(chosen) or [choice.options[int(rng.integers(len(choice.options)))].id]


def _statements(one: Candidate, item: Item, cluster: TrueFalseCluster, rng: Rng) -> Response:
    said: dict[str, bool] = {}
    for statement in cluster.statements:
        judges: Parameters = parameters(item, statement.level, statement.id)
        right = bool(rng.random() < judges.chance(one.ability))
        if rng.random() > 0.02:
            said[statement.id] = statement.correct if right else not statement.correct
    return said or None


def _essay(one: Candidate, rng: Rng) -> str:
    quality = 0.85 * one.ability + 0.5 * rng.standard_normal()
    share = 0.5 * (1 + math.erf(quality / math.sqrt(2)))
    return COMMUNITY_WORK[min(len(COMMUNITY_WORK) - 1, int(share * len(COMMUNITY_WORK)))]


def _visit(one: Candidate, index: int, item: Item, now: float, taken: float, rng: Rng) -> Visit:
    final = answers(one, item, rng)
    if final is None:
        return Visit(index, now, now + taken)
    if isinstance(item.interaction, Essay):
        return Visit(index, now, now + taken, tuple(_growing(str(final), now, taken)))
    values = [(now + taken * float(rng.uniform(0.85, 0.97)), final)]
    if rng.random() < CHANGES_OF_MIND:
        first = answers(one, item, rng)
        if first is not None and first != final:
            values.insert(0, (now + taken * float(rng.uniform(0.4, 0.8)), first))
    return Visit(index, now, now + taken, tuple(values))


def _interrupted(visit: Visit, end: float) -> Visit:
    """The visit in which the time runs out: what was answered before counts."""
    return Visit(visit.item, visit.shown, end, tuple(pair for pair in visit.values if pair[0] < end))


def _growing(text: str, now: float, taken: float) -> list[tuple[float, Response]]:
    """An essay is saved while it grows."""
    words = text.split(" ")
    return [(now + taken * (0.2 + 0.18 * step), " ".join(words[: len(words) * step // 4])) for step in range(1, 5)]


def _look_back(
    one: Candidate, items: Sequence[Item], visits: Sequence[Visit], now: float, seconds: float, rng: Rng
) -> tuple[float, list[Visit]]:
    again: list[Visit] = []
    for visit in visits:
        item = items[visit.item]
        tempted = 0.7 if not visit.values else 0.06
        if isinstance(item.interaction, Essay) or rng.random() > tempted:
            continue
        taken = float(rng.uniform(10, 45))
        if now + taken > seconds - 30:
            break
        again.append(_visit(one, visit.item, item, now, taken, rng))
        now += taken
    return now, again
