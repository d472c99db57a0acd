from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from item_bank.statistics.irt.models import Logistic, probabilities
from item_bank.statistics.irt.sums import score_distribution
from item_bank.statistics.precision import binomial_errors, conditional_errors, lee, livingston_lewis
from item_bank.statistics.reliability import reliability
from item_bank.statistics.responses import Floats, classify


def made(
    n: int, items: int, alpha: float, beta: float, low: float, high: float
) -> tuple[Floats, Floats, Floats, float]:
    """True proportions, two parallel sets of scores, and their reliability."""
    rng = np.random.default_rng(11)
    true = low + (high - low) * rng.beta(alpha, beta, n)
    first, second = (rng.binomial(items, true).astype(float) for _ in range(2))
    spread = float(first.var())
    return true, first, second, float(items**2 * true.var()) / spread


@pytest.mark.parametrize("limits", [(0.0, 1.0), (0.2, 0.95)])
def test_livingston_and_lewis_recover_what_two_forms_show(limits: tuple[float, float]) -> None:
    items, cuts = 40, [18, 30]
    true, first, second, reliability = made(200_000, items, 3.0, 2.0, *limits)
    found = livingston_lewis(first, reliability, cuts, 0, items)
    one, other = (np.searchsorted(cuts, scores, side="right") for scores in (first, second))
    really = np.searchsorted(np.array(cuts) / items, true, side="right")
    assert found.true_scores is not None
    assert found.true_scores.length == pytest.approx(items, abs=1)
    assert found.consistency == pytest.approx(float((one == other).mean()), abs=0.006)
    assert found.accuracy == pytest.approx(float((one == really).mean()), abs=0.006)
    assert found.false_high == pytest.approx(float((one > really).mean()), abs=0.006)


def test_a_guessing_floor_is_found_where_the_ceiling_is_one() -> None:
    """Four moments may ask for an upper limit beyond 1; the lower one stays free."""
    _true, scores, second, reliability = made(3000, 30, 3.0, 3.0, 0.3, 1.0)
    found = livingston_lewis(scores, reliability, [20], 0, 30)
    assert found.true_scores is not None
    assert found.true_scores.parameters >= 3
    assert found.true_scores.low == pytest.approx(0.3, abs=0.1)
    assert found.consistency == pytest.approx(float(((scores >= 20) == (second >= 20)).mean()), abs=0.02)


def test_points_on_another_scale_are_classified_alike() -> None:
    _true, scores, _second, reliability = made(500, 30, 4.0, 3.0, 0.0, 1.0)
    plain = livingston_lewis(scores, reliability, [15], 0, 30)
    scaled = livingston_lewis(scores / 3 - 2, reliability, [3], -2, 8)
    np.testing.assert_allclose(plain.true_observed, scaled.true_observed, atol=1e-9)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=40), st.floats(0.05, 0.95), st.integers(1, 20))
def test_shares_are_shares(scores: list[int], reliability: float, cut: int) -> None:
    values = np.array(scores, dtype=float)
    if np.ptp(values) == 0:
        with pytest.raises(ValueError, match="vary"):
            livingston_lewis(values, reliability, [cut], 0, 20)
        return
    found = livingston_lewis(values, reliability, [cut], 0, 20)
    for table in (found.true_observed, found.observed_twice):
        assert table.sum() == pytest.approx(1, abs=1e-6)
        assert (table >= -1e-9).all()
    np.testing.assert_allclose(found.observed_twice, found.observed_twice.T, atol=1e-12)
    assert found.accuracy + found.false_high + found.false_low == pytest.approx(1, abs=1e-6)


def test_lee_by_hand() -> None:
    # One item of two at p = 0.5, the other sure: scores 1 and 2 evenly; below, sure failures.
    conditional = np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]])
    found = lee(conditional, np.array([1.0, 3.0]), np.arange(3.0), [1, 2])
    assert found.consistency == pytest.approx(0.25 + 0.75 * 0.5)
    assert found.accuracy == pytest.approx(0.25 + 0.75 * 0.5)
    assert found.false_high == pytest.approx(0.375)
    # Expected scores 0 and 1.5.
    mean, error = conditional_errors(conditional, np.arange(3.0))
    np.testing.assert_allclose(mean, [0, 1.5])
    np.testing.assert_allclose(error, [0, 0.5])


def test_lee_and_livingston_agree_with_two_forms_of_a_response_model() -> None:
    rng, cuts = np.random.default_rng(8), [12, 22]
    items = [Logistic(1.2, b, 0.1) for b in np.linspace(-2, 2, 30)]
    ability = rng.standard_normal(4000)
    right = np.stack([one[:, 1] for one in probabilities(items, ability)], axis=1)
    first, second = ((rng.random(right.shape) < right).astype(float) for _ in range(2))
    nodes = norm.ppf((np.arange(200) + 0.5) / 200)
    conditional = score_distribution(probabilities(items, nodes))
    model = lee(conditional, np.full(200, 1 / 200), np.arange(31.0), cuts)
    one, other = (np.searchsorted(cuts, form.sum(axis=1), side="right") for form in (first, second))
    assert model.consistency == pytest.approx(float((one == other).mean()), abs=0.02)
    really = np.searchsorted(cuts, right.sum(axis=1), side="right")
    assert model.accuracy == pytest.approx(float((one == really).mean()), abs=0.02)
    found = reliability(classify(first))
    beta = livingston_lewis(first.sum(axis=1), found.alpha, cuts, 0, 30)
    assert beta.consistency == pytest.approx(model.consistency, abs=0.03)
    # The mean square of the conditional errors is that of the test's SEM.
    _mean, error = conditional_errors(conditional, np.arange(31.0))
    assert np.sqrt(np.mean(error**2)) == pytest.approx(found.sem, rel=0.05)


def test_conditional_errors_of_binomial_scores() -> None:
    assert binomial_errors(np.array([0.0, 5, 10]), 10).tolist() == pytest.approx([0, 5 / 3, 0])
    p = np.array([0.3, 0.8])
    conditional = np.asarray(binom.pmf(np.arange(21), 20, p[:, None]))
    _mean, error = conditional_errors(conditional, np.arange(21.0))
    np.testing.assert_allclose(error, np.sqrt(20 * p * (1 - p)))


def test_what_cannot_be_classified_is_refused() -> None:
    scores = np.array([1.0, 2, 3])
    with pytest.raises(ValueError, match="reliability"):
        livingston_lewis(scores, 1.0, [2], 0, 4)
    with pytest.raises(ValueError, match="ascending"):
        livingston_lewis(scores, 0.8, [3, 2], 0, 4)
    with pytest.raises(ValueError, match="minimum"):
        livingston_lewis(scores, 0.8, [2], 2, 4)
    with pytest.raises(ValueError, match="sums to 1"):
        lee(np.ones((1, 2)), np.ones(1), np.arange(2.0), [1])
    with pytest.raises(ValueError, match="two items"):
        binomial_errors(scores, 1)
