"""Conditional Rasch calibration: definitions, edges, invariances, recovery."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from item_bank.statistics.irt.conditional import andersen_test, conditional_rasch
from item_bank.statistics.irt.models import Item, Logistic
from item_bank.statistics.irt.symmetric import conditional_information, conditional_log_likelihood, shorter_tests
from tests.item_bank.statistics.test_ability import drawn

HARD = np.linspace(-1.5, 1.5, 8)
ITEMS: list[Item] = [Logistic(1.0, b) for b in HARD]


def simulated(seed: int, n: int, missing: float = 0.0) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    responses = drawn(ITEMS, rng.normal(0.3, 1.2, size=n), rng)
    responses[rng.random(responses.shape) < missing] = -1
    return responses


def test_log_likelihood_by_counting_out() -> None:
    b = np.array([-0.7, 0.1, 0.6])
    responses = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [1, -1, 0]])
    expected = 0.0
    for row in responses:
        shown = row >= 0
        same = [one for one in product((0, 1), repeat=int(shown.sum())) if sum(one) == row[shown].sum()]
        chances = np.exp([-(np.array(one) @ b[shown]) for one in same])
        expected += float(-(row[shown] @ b[shown]) - np.log(chances.sum()))
    right = (responses == 1).sum(axis=0).astype(float)
    tests = shorter_tests(responses)
    height, slope = conditional_log_likelihood(b, right, tests)
    assert height == pytest.approx(expected)
    information, step = conditional_information(b, tests), 1e-5
    for item, unit in enumerate(np.eye(3)):
        up, down = (conditional_log_likelihood(b + side * step * unit, right, tests) for side in (1, -1))
        assert slope[item] == pytest.approx((up[0] - down[0]) / (2 * step), abs=1e-6)
        assert_allclose(information[item], (down[1] - up[1]) / (2 * step), atol=1e-6)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_recovery(missing: float) -> None:
    found = conditional_rasch(simulated(2, 3000, missing))
    assert found.converged
    assert_allclose(found.difficulty.mean(), 0, atol=1e-12)
    assert np.abs((found.difficulty - HARD) / found.error).max() < 3
    assert found.parameters == 7
    assert len(found.items) == 8


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    responses = simulated(seed, 150, 0.1)
    persons, columns = rng.permutation(150), rng.permutation(8)
    before, after = conditional_rasch(responses), conditional_rasch(responses[persons][:, columns])
    assert_allclose(after.difficulty, before.difficulty[columns], atol=1e-7)
    assert_allclose(after.error, before.error[columns], atol=1e-7)
    assert after.log_likelihood == pytest.approx(before.log_likelihood)


def test_who_answered_one_item_or_has_an_extreme_score_tells_nothing() -> None:
    responses = simulated(3, 200)
    single = np.full((30, 8), -1)
    single[:, 2] = 1
    more = np.concatenate((responses, np.ones((20, 8), dtype=np.int64), np.zeros((9, 8), dtype=np.int64), single))
    before, after = conditional_rasch(responses), conditional_rasch(more)
    assert_allclose(after.difficulty, before.difficulty, atol=1e-9)
    assert after.n == before.n


def test_items_that_everybody_had_right_or_wrong() -> None:
    responses = simulated(4, 300)
    responses[:, 1], responses[:, 5] = 1, 0
    found = conditional_rasch(responses)
    assert found.difficulty[1] == -np.inf
    assert found.difficulty[5] == np.inf
    assert np.isnan(found.error[[1, 5]]).all()
    kept = np.delete(np.arange(8), [1, 5])
    assert_allclose(found.difficulty[kept], conditional_rasch(responses[:, kept]).difficulty, atol=1e-9)
    with pytest.raises(ValueError, match="leave it out"):
        _ = found.items


@pytest.mark.parametrize(
    ("responses", "difficulty"),
    [
        (np.zeros((0, 3)), [np.nan] * 3),
        (np.full((2, 3), -1), [np.nan] * 3),
        (np.ones((2, 3)), [-np.inf] * 3),
        (np.array([[0, 0, -1]]), [np.inf, np.inf, np.nan]),
        (np.array([[1, 0, 0]]), [-np.inf, np.inf, np.inf]),
        (np.array([[1], [0]]), [np.nan]),
    ],
)
def test_nothing_to_compare(responses: NDArray[np.float64], difficulty: list[float]) -> None:
    found = conditional_rasch(responses.astype(np.int64))
    assert_allclose(found.difficulty, difficulty)
    assert found.n == 0
    assert np.isnan(found.error).all()


def test_sets_of_items_that_nobody_compares() -> None:
    apart = np.full((200, 8), -1)
    apart[:100, :4], apart[100:, 4:] = simulated(5, 100)[:, :4], simulated(6, 100)[:, 4:]
    with pytest.raises(ValueError, match="2 sets"):
        conditional_rasch(apart)


def test_andersen_keeps_its_level_and_finds_a_difference() -> None:
    responses = simulated(7, 2000)
    groups = np.arange(2000) % 3
    same = andersen_test(responses, groups)
    assert same.degrees == 14
    assert same.p > 0.01
    changed = responses.copy()
    changed[groups == 0, 7] |= np.arange(2000)[groups == 0] % 2
    assert andersen_test(changed, groups).p < 1e-6
    assert np.isnan(andersen_test(responses, np.zeros(2000, dtype=np.int64)).statistic)
    assert np.isnan(andersen_test(np.ones((5, 3), dtype=np.int64)).statistic)


def test_many_items_do_not_overflow() -> None:
    rng = np.random.default_rng(9)
    hard = np.linspace(-4, 4, 150)
    items: list[Item] = [Logistic(1.0, b) for b in hard]
    found = conditional_rasch(drawn(items, rng.normal(size=400), rng))
    assert found.converged
    finite = np.isfinite(found.difficulty)
    assert np.corrcoef(found.difficulty[finite], hard[finite])[0, 1] > 0.98
