"""Expected facilities of items with, with little and without a history."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.assembly.facility import Facilities, Likeness, compare, expected_facilities, expected_points


def simulated(seed: int, items: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """True facilities of two kinds, Beta(14, 6) and Beta(6, 14), with 0, 30, 100 or 1,000 candidates each."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 2, items)
    true = np.where(kind == 0, rng.beta(14, 6, items), rng.beta(6, 14, items))
    answered = rng.choice([0, 30, 100, 1000], items).astype(float)
    return true, rng.binomial(answered.astype(int), true).astype(float), answered, kind


def test_the_error_told_is_the_error_made() -> None:
    """Of two thousand items 95 % of the true facilities lie within 1.96 standard errors."""
    true, earned, answered, kind = simulated(1, 2000)
    found = expected_facilities(earned, answered, kind)
    for history in (0, 30, 100, 1000):
        here = answered == history
        z = (true - found.expected)[here] / found.error[here]
        assert z.std() == pytest.approx(1, abs=0.1), history
        assert np.mean(np.abs(z) < 1.96) == pytest.approx(0.95, abs=0.025), history


def test_shrinking_is_nearer_to_the_truth_than_what_was_seen() -> None:
    true, earned, answered, kind = simulated(2)
    found = expected_facilities(earned, answered, kind)
    few = answered == 30
    assert np.mean((found.expected - true)[few] ** 2) < 0.8 * np.mean((earned[few] / 30 - true[few]) ** 2)
    many = answered == 1000
    assert found.expected[many] == pytest.approx(earned[many] / 1000, abs=0.02)


def test_a_kind_without_history_takes_the_mean_of_the_bank_and_an_author_moves_it() -> None:
    earned, answered = np.array([60.0] * 6 + [0.0, 0.0]), np.array([100.0] * 6 + [0.0, 0.0])
    kind = np.array([0] * 6 + [1, 1])
    estimate = np.full(8, np.nan)
    estimate[7] = 0.9
    found = expected_facilities(earned, answered, kind, estimate)
    assert found.expected[6] == pytest.approx(0.6)
    assert 0.6 < found.expected[7] < 0.9
    without = expected_facilities(np.zeros(2), np.zeros(2), np.zeros(2, int))
    assert without.expected == pytest.approx(0.5)
    assert without.error == pytest.approx(0.2, abs=0.001)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 2)), min_size=1, max_size=30))
def test_facilities_lie_between_nothing_and_everything(items: list[tuple[int, int, int]]) -> None:
    earned, more, kind = (np.array(column) for column in zip(*items, strict=True))
    found = expected_facilities(earned.astype(float), (earned + more).astype(float), kind)
    assert ((found.expected > 0) & (found.expected < 1)).all()
    assert ((found.error > 0) & (found.error < 0.5)).all()


@pytest.mark.parametrize("wrong", [(-1.0, 5.0), (6.0, 5.0), (0.0, -1.0)])
def test_numbers_that_can_not_be_are_refused(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="nothing and everything"):
        expected_facilities(np.array([wrong[0]]), np.array([wrong[1]]), np.array([0]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        expected_facilities(np.zeros(1), np.zeros(1), np.zeros(1, int), np.array([1.1]))


def test_forms_are_called_alike_only_where_enough_is_known() -> None:
    points = np.ones(40)
    one, other = np.arange(20), np.arange(20, 40)
    sure = Facilities(np.full(40, 0.6), np.full(40, 0.01))
    unsure = Facilities(np.full(40, 0.6), np.full(40, 0.2))
    harder = Facilities(np.repeat([0.7, 0.4], 20), np.full(40, 0.01))
    assert expected_points(one, points, sure) == pytest.approx((12, 0.01 * 20**0.5))
    assert compare(one, other, points, sure, margin=0.5).likeness is Likeness.ALIKE
    assert compare(one, other, points, unsure, margin=0.5).likeness is Likeness.UNKNOWN
    found = compare(one, other, points, harder, margin=0.5)
    assert found.difference == pytest.approx(6)
    assert found.likeness is Likeness.DIFFERENT


def test_items_that_both_forms_have_tell_no_difference() -> None:
    found = compare(
        np.arange(10), np.arange(10), np.ones(10), Facilities(np.full(10, 0.5), np.full(10, 0.3)), margin=0.1
    )
    assert (found.difference, found.error, found.likeness) == (0, 0, Likeness.ALIKE)
