"""Simulated tests of choice items, as rows of an item analysis: sound ones, and with a key that names another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exam_engine.reports.item_analysis import as_json
from exam_engine.reports.matrix import Matrix
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Option, SingleChoice
from item_bank.statistics.responses import classify

OPTIONS = 4
GUESSING, SLOPE = 0.15, 1.2
_NODES = np.linspace(-4, 4, 81)
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()


@dataclass(frozen=True)
class Simulated:
    """chosen: (n, k) the option from 0, which is the right one. facility: (k,) expected share right."""

    chosen: NDArray[np.int64]
    facility: NDArray[np.float64]


def sound(rng: np.random.Generator, persons: int, items: int, low: float = 0.2, high: float = 0.95) -> Simulated:
    """Abilities are normal, items of the 3PL with facilities between `low` and `high`; who does not know chooses among
    the distractors of the item as Dirichlet shares say."""
    facility = rng.uniform(low, high, items)
    slope = SLOPE * np.exp(rng.normal(0, 0.3, items))
    difficulty = _difficulties(slope, facility)
    ability = rng.normal(size=(persons, 1))
    right = rng.random((persons, items)) < _probability(ability, slope, difficulty)
    shares = rng.dirichlet([2.0] * (OPTIONS - 1), items).cumsum(axis=1)
    wrong = 1 + (rng.random((persons, items))[:, :, None] > shares).sum(axis=2).clip(max=OPTIONS - 2)
    return Simulated(np.where(right, 0, wrong), facility)


def rows(test: Simulated, keys: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Of the analysis as the job makes it; keys: (k,) the option that earns the point."""
    scores = (test.chosen == keys).astype(np.float64)
    items = {n: _item(int(key)) for n, key in enumerate(keys)}
    given = [[f"o{option}" for option in person] for person in test.chosen]
    matrix = Matrix(tuple(items), classify(scores, np.ones(len(items))), given)
    return list(as_json(matrix, items, {})["items"])


def planted(rng: np.random.Generator, test: Simulated) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """An item of middling facility whose key names another option: its place, and the keys."""
    keys = np.zeros(test.facility.size, dtype=np.int64)
    middling = np.flatnonzero((test.facility > 0.3) & (test.facility < 0.8))
    if middling.size:
        place = int(rng.choice(middling))
        keys[place] = rng.integers(1, OPTIONS)
        yield place, keys


def _item(key: int) -> Item:
    options = (Option(f"o{n}", from_text(f"{n}"), weight="1" if n == key else "0") for n in range(OPTIONS))
    return Item(from_text("?"), SingleChoice(tuple(options)))


def _probability(ability: Any, slope: Any, difficulty: Any) -> Any:
    return GUESSING + (1 - GUESSING) / (1 + np.exp(-slope * (ability - difficulty)))


def _difficulties(slope: NDArray[np.float64], facility: NDArray[np.float64]) -> NDArray[np.float64]:
    """At which that share of a normal population is right, by halving."""
    low, high = np.full(slope.size, -8.0), np.full(slope.size, 8.0)
    for _step in range(50):
        middle = (low + high) / 2
        too_easy = (_WEIGHTS[:, None] * _probability(_NODES[:, None], slope, middle)).sum(axis=0) > facility
        low, high = np.where(too_easy, middle, low), np.where(too_easy, high, middle)
    return low
