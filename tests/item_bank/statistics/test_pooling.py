"""The same items in another order are one form."""

from __future__ import annotations

import numpy as np
import pytest

from item_bank.statistics.equating.pooling import PositionCheck, Sheet, pool, position_effects


def test_answers_are_those_of_the_item_wherever_it_stands() -> None:
    one = Sheet(("p", "q", "r"), ((0, 1, 2), (0, 1, 2), ()), np.array([[0, 2, 5], [-1, 1, 0]]))
    other = Sheet(("r", "q", "p"), ((), (2, 0, 1), (1, 2, 0)), np.array([[7, 0, 1]]))
    found = pool({"A": one, "B": other})
    assert found.chosen.tolist() == [[0, 2, 5], [-1, 1, 0], [2, 2, 7]]
    assert found.places.tolist() == [[0, 1, 2], [2, 1, 0]]
    assert found.form.tolist() == [0, 0, 1]
    assert found.names == ("A", "B")


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        (Sheet(("p", "s"), ((0, 1), (0, 1)), np.zeros((1, 2), int)), "equate it, do not pool"),
        (Sheet(("p", "q"), ((0, 1), (0, 2)), np.zeros((1, 2), int)), "has other options"),
        (Sheet(("p", "q"), ((0, 1), (0, 1)), np.full((1, 2), 2)), "none of its 2 options"),
        (Sheet(("p", "q"), ((0, 1), (0, 1)), np.zeros((1, 3), int)), "answers of shape"),
    ],
)
def test_other_forms_are_not_pooled(sheet: Sheet, message: str) -> None:
    first = Sheet(("p", "q"), ((0, 1), (0, 1)), np.zeros((2, 2), int))
    with pytest.raises(ValueError, match=message):
        pool({"A": first, "B": sheet})
    with pytest.raises(ValueError, match="nothing to pool"):
        pool({})
    with pytest.raises(ValueError, match="stands twice"):
        pool({"A": Sheet(("p", "p"), ((), ()), np.zeros((2, 2), int))})


def checked(slope: float, n: int = 3000, seed: int = 1) -> PositionCheck:
    """Twenty items in three orders; each place later costs `slope` of the chance to be right."""
    rng = np.random.default_rng(seed)
    places = np.stack([np.arange(20), np.arange(20)[::-1], rng.permutation(20)])
    form = rng.integers(0, 3, n)
    person, item = rng.normal(0, 0.1, n), rng.uniform(0.4, 0.7, 20)
    chance = item + person[:, None] + slope * (places[form] - 9.5)
    return position_effects((rng.random((n, 20)) < chance).astype(float), form, places)


def test_a_position_effect_is_found_and_none_is_not() -> None:
    found, nothing = checked(-0.01), checked(0.0)
    assert found.slope == pytest.approx(-0.01, abs=3 * found.error)
    assert found.p < 1e-6
    assert found.items[0].p < 1e-6
    assert nothing.p > 0.01
    assert sum(item.p < 0.05 for item in nothing.items) <= 3
    assert sum(found.sizes) == found.n == 3000


def test_the_error_of_the_slope_is_that_of_repeated_samples() -> None:
    slopes = [checked(0.0, 300, seed).slope for seed in range(100)]
    assert checked(0.0, 300).error == pytest.approx(np.std(slopes, ddof=1), rel=0.25)


def test_nothing_to_compare_is_not_a_number() -> None:
    scores = np.array([[1.0, 0], [0, 0], [1, 0]])
    found = position_effects(scores, np.zeros(3, int), np.array([[0, 1]]))
    assert np.isnan([found.slope, found.error, found.p, found.items[0].p, found.items[1].chi_square]).all()
    with pytest.raises(ValueError, match="mark what is missing"):
        position_effects(np.full((3, 2), np.nan), np.zeros(3, int), np.array([[0, 1]]))
    with pytest.raises(ValueError, match="has no persons"):
        position_effects(scores, np.zeros(3, int), np.array([[0, 1], [1, 0]]))
