from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import multivariate_normal, norm

from item_bank.statistics.association import (
    biserial,
    discriminative_efficiency,
    polychoric,
    polychoric_matrix,
    polyserial,
    smoothed,
    tetrachoric,
)
from item_bank.statistics.bivariate_normal import density, lower_probability

#: Two normal traits with this correlation make the data below.
R = 0.6


def traits(n: int, seed: int = 1) -> np.ndarray[Any, np.dtype[np.float64]]:
    rng = np.random.default_rng(seed)
    first = rng.standard_normal(n)
    return np.stack((first, R * first + np.sqrt(1 - R * R) * rng.standard_normal(n)), axis=1)


@pytest.mark.parametrize("r", [-0.99, -0.5, 0.0, 0.3, 0.8, 0.99])
def test_bivariate_normal_probabilities(r: float) -> None:
    limits = [(-1.0, 0.5), (0.0, 0.0), (2.0, -2.0), (1.0, 1.0)]
    expected = [multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf(np.array(one)) for one in limits]
    h, k = np.array(limits).T
    np.testing.assert_allclose(lower_probability(h, k, np.full(4, r)), expected, atol=1e-6)


def test_the_density_is_the_slope_of_the_probability() -> None:
    h, k, r = np.array([0.4, -1.0]), np.array([-0.2, 1.5]), np.array([0.3, -0.7])
    slope = (lower_probability(h, k, r + 1e-5) - lower_probability(h, k, r - 1e-5)) / 2e-5
    np.testing.assert_allclose(density(h, k, r), slope, rtol=1e-6)


def test_infinite_limits_leave_one_variable() -> None:
    h = np.array([0.3, np.inf, -np.inf])
    k = np.array([np.inf, np.inf, 1.0])
    np.testing.assert_allclose(lower_probability(h, k, np.full(3, 0.5)), [norm.cdf(0.3), 1, 0], atol=1e-12)


def test_correlations_of_traits_are_recovered() -> None:
    both = traits(20_000)
    cut = (both > [0.3, -0.8]).astype(float)
    r, error = tetrachoric(cut)
    assert abs(r[0, 1] - R) < 3 * error[0, 1]
    graded = np.stack([np.digitize(column, [-1.0, 0.2, 0.9]) for column in both.T], axis=1).astype(float)
    many = polychoric(graded[:, 0], graded[:, 1])
    assert many.converged
    assert abs(many.r - R) < 3 * many.error
    one = biserial(cut[:, 0], both[:, 1])
    assert abs(one.r - R) < 3 * one.error
    assert polyserial(graded[:, 0], float(np.corrcoef(graded[:, 0], both[:, 1])[0, 1])) == pytest.approx(R, abs=0.02)


@pytest.mark.parametrize("kind", ["tetrachoric", "polychoric", "biserial"])
def test_errors_are_the_spread_of_estimates(kind: str) -> None:
    found = []
    for seed in range(200):
        both = traits(200, seed)
        cut = (both > [0.3, -0.5]).astype(float)
        match kind:
            case "tetrachoric":
                r, error = tetrachoric(cut)
                found.append((r[0, 1], error[0, 1]))
            case "polychoric":
                one = polychoric(cut[:, 0], np.digitize(both[:, 1], [-0.7, 0.4]).astype(float))
                found.append((one.r, one.error))
            case _:
                one = biserial(cut[:, 0], both[:, 1])
                found.append((one.r, one.error))
    estimates, errors = np.array(found).T
    assert errors.mean() == pytest.approx(estimates.std(), rel=0.2)


def test_two_categories_of_polychoric_are_tetrachoric() -> None:
    cut = (traits(500) > [0.3, -0.8]).astype(float)
    assert polychoric(cut[:, 0], cut[:, 1]).r == pytest.approx(tetrachoric(cut)[0][0, 1], abs=1e-5)


def test_a_matrix_holds_its_pairs() -> None:
    scores = np.stack([np.digitize(column, [-0.5, 0.5]) for column in traits(300).T], axis=1).astype(float)
    r, error = polychoric_matrix(scores)
    pair = polychoric(scores[:, 0], scores[:, 1])
    assert (r[0, 1], r[1, 0], error[0, 1], r[0, 0]) == (pair.r, pair.r, pair.error, 1)


def test_missing_cells_leave_their_pair_only() -> None:
    scores = (traits(400) > 0).astype(float)
    scores = np.column_stack((scores, scores[:, 0]))
    scores[:50, 1] = np.nan
    r, _error = tetrachoric(scores)
    assert r[0, 1] == pytest.approx(tetrachoric(scores[50:, :2])[0][0, 1])
    assert r[0, 2] == pytest.approx(0.9999)


@given(arrays(np.float64, (12, 3), elements=st.sampled_from([0.0, 1.0])))
def test_turning_an_item_round_turns_its_sign(scores: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    turned = scores.copy()
    turned[:, 0] = 1 - turned[:, 0]
    one, other = tetrachoric(scores)[0], tetrachoric(turned)[0]
    np.testing.assert_allclose(one[0, 1:], -other[0, 1:], atol=1e-7)
    np.testing.assert_allclose(one[1, 2], other[1, 2], atol=1e-7)


def test_what_is_not_defined() -> None:
    assert np.isnan(tetrachoric(np.array([[1.0, 0], [1, 1]]))[0][0, 1])
    assert np.isnan(polychoric(np.ones(3), np.arange(3.0)).r)
    assert np.isnan(polychoric(np.full(3, np.nan), np.arange(3.0)).r)
    assert np.isnan(biserial(np.ones(3), np.arange(3.0)).r)
    with pytest.raises(ValueError, match="polychoric"):
        tetrachoric(np.array([[2.0, 1.0]]))
    with pytest.raises(ValueError, match="without variance"):
        smoothed(np.array([[1.0, np.nan], [np.nan, 1.0]]))


def test_smoothing_makes_positive_definite_and_leaves_what_is() -> None:
    good = np.array([[1.0, 0.5], [0.5, 1.0]])
    assert smoothed(good) is good
    bad = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    made = smoothed(bad)
    assert np.linalg.eigvalsh(made).min() > -1e-12
    np.testing.assert_allclose(np.diagonal(made), 1)


def test_the_best_order_has_efficiency_one() -> None:
    assert discriminative_efficiency(np.array([0.0, 0, 1, 1]), np.array([3.0, 5, 6, 9])) == 1
    assert discriminative_efficiency(np.array([1.0, 1, 0, 0]), np.array([3.0, 5, 6, 9])) < 0
    assert np.isnan(discriminative_efficiency(np.ones(4), np.arange(4.0)))
    assert np.isnan(discriminative_efficiency(np.ones(1), np.ones(1)))
