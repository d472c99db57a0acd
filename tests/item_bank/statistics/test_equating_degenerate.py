"""Forms taken by one person, by persons all alike, or by nobody: a table or an error, never a warning of numpy."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

from item_bank.statistics.equating.circle_arc import CircleArc
from item_bank.statistics.equating.concordance import equate
from item_bank.statistics.equating.designs import Data, neat, random_groups, single_group
from item_bank.statistics.equating.observed import Identity, Method
from item_bank.statistics.equating.tables import Scale
from tests.item_bank.statistics.forms import ANCHORED, ONE_POPULATION, TEN

FOUR = Scale(4)
DRAW = np.random.default_rng(1)
TOTALS: dict[str, Sequence[int]] = {
    "nobody": [],
    "one person": [5],
    "all alike": [5] * 30,
    "all wrong": [0] * 30,
    "all right": [10] * 30,
    "both ends": [0, 10] * 15,
    "sound": DRAW.integers(0, 11, 200).tolist(),
}
ANCHOR = DRAW.integers(0, 5, 200)
PAIRS: dict[str, tuple[Sequence[int], Sequence[int]]] = {
    "nobody": ([], []),
    "one person": ([5], [2]),
    "all alike": ([5] * 30, [2] * 30),
    "anchor alike": ([*range(2, 9)] * 5, [2] * 35),
    "all wrong": ([0] * 30, [0] * 30),
    "against the anchor": ([9, 8, 7, 6, 5] * 6, [0, 1, 2, 3, 4] * 6),
    "sound": ((ANCHOR + DRAW.integers(0, 7, 200)).tolist(), ANCHOR.tolist()),
}


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def tried(make: Callable[[], Data], methods: Sequence[Method | None]) -> None:
    try:
        data = make()
    except ValueError as obstacle:
        told = str(obstacle)
        assert len(told) > 25
        return
    for method in methods:
        for rng in (None, np.random.default_rng(2)):
            try:
                found = equate(data, method, rng=rng, samples=3)
            except ValueError as obstacle:
                told = str(obstacle)
                assert len(told) > 25
                assert "zero-size" not in told
                continue
            assert np.isfinite(found.equivalent).all()


@pytest.mark.parametrize("design", [random_groups, single_group])
def test_one_population(design: Any) -> None:
    for x, y in product(TOTALS.values(), TOTALS.values()):
        tried(lambda x=x, y=y: design(x, y, TEN, TEN), [*ONE_POPULATION, Identity(), None])  # type: ignore[misc]


@pytest.mark.parametrize("internal", [True, False])
def test_through_an_anchor(internal: bool) -> None:
    for x, y in product(PAIRS.values(), PAIRS.values()):
        tried(lambda x=x, y=y: neat(x, y, (TEN, TEN, FOUR), internal=internal), [*ANCHORED, None])  # type: ignore[misc]


def test_half_a_circle_ends_at_its_end_points() -> None:
    found = equate(random_groups([5] * 30, [10] * 30, TEN, TEN), CircleArc()).equivalent
    assert found[[0, 5, 10]] == pytest.approx([0, 10, 10])
