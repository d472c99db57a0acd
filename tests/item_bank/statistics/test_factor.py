from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.statistics.factor import maximum_likelihood, minres
from item_bank.statistics.responses import Floats

LOADINGS = np.array([0.8, 0.6, 0.7, 0.5, 0.4])
UNIQUE = np.array([0.4, 0.6, 0.5, 0.7, 0.9])
IMPLIED = np.outer(LOADINGS, LOADINGS) + np.diag(UNIQUE)


def test_a_covariance_that_one_factor_made_gives_it_back() -> None:
    found = maximum_likelihood(IMPLIED, 500)
    assert found.converged
    np.testing.assert_allclose(found.loadings, LOADINGS, atol=1e-5)
    np.testing.assert_allclose(found.unique, UNIQUE, atol=1e-5)
    assert found.omega == pytest.approx(9 / (9 + UNIQUE.sum()), abs=1e-6)
    assert found.omega == pytest.approx(found.omega_observed, abs=1e-6)
    spread = np.sqrt(np.diagonal(IMPLIED))
    np.testing.assert_allclose(minres(IMPLIED, 500).loadings, LOADINGS / spread, atol=1e-5)


def test_the_standard_error_is_the_spread_of_estimates() -> None:
    rng, n = np.random.default_rng(5), 400
    root = np.linalg.cholesky(IMPLIED)
    samples = [(root @ rng.standard_normal((5, n))) for _ in range(150)]
    found = [maximum_likelihood(np.cov(one, ddof=0), n) for one in samples]
    spread = np.std([one.omega for one in found], ddof=1)
    # 150 samples tell a standard deviation to about 6 %.
    assert np.mean([one.omega_error for one in found]) == pytest.approx(spread, rel=0.2)


@given(st.permutations(range(5)), st.lists(st.floats(0.1, 10), min_size=5, max_size=5))
def test_neither_order_nor_units_change_the_factor(order: list[int], units: list[float]) -> None:
    scale = np.array(units)
    other = maximum_likelihood((IMPLIED * np.outer(scale, scale))[np.ix_(order, order)], 300)
    np.testing.assert_allclose(other.loadings, (LOADINGS * scale)[order], rtol=1e-3)


def test_a_heywood_case_says_so() -> None:
    r = np.array([[1, 0.9, 0.8], [0.9, 1, 0.5], [0.8, 0.5, 1]])
    found = maximum_likelihood(r, 100)
    assert found.heywood
    assert np.isnan(found.omega_error)


@pytest.mark.parametrize(
    ("covariance", "reason"),
    [
        (np.eye(2), "three items"),
        (np.diag([1.0, 1.0, 0.0]), "does not vary"),
        (np.full((3, 3), np.nan), "missing"),
        (np.ones((3, 3)), "singular"),
    ],
)
def test_what_has_no_factor_is_refused(covariance: Floats, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        maximum_likelihood(covariance, 100)
