from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.statistics.raters import Weights, intraclass, weighted_kappa

#: Six targets, four judges: Shrout & Fleiss 1979, table 2; their table 4 has the coefficients to two digits.
PUBLISHED = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)


def test_intraclass_correlations_of_shrout_and_fleiss() -> None:
    found = intraclass(PUBLISHED)
    single = [found.one_way.value, found.agreement.value, found.consistency.value]
    means = [found.one_way_mean.value, found.agreement_mean.value, found.consistency_mean.value]
    assert [round(one, 2) for one in single] == [0.17, 0.29, 0.71]
    assert [round(one, 2) for one in means] == [0.44, 0.62, 0.91]
    # Bounds that R's psych::ICC prints for these data.
    bounds = [(one.lower, one.upper) for one in (found.one_way, found.agreement, found.consistency)]
    np.testing.assert_allclose(bounds, [(-0.133, 0.723), (0.019, 0.761), (0.342, 0.946)], atol=5e-4)


def test_kappa_by_hand() -> None:
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: agreement 0.7, by chance 0.5.
    first = np.repeat([1.0, 1, 0, 0], [20, 5, 10, 15])
    second = np.repeat([1.0, 0, 1, 0], [20, 5, 10, 15])
    found = weighted_kappa(first, second, weights="none")
    assert (found.observed, found.expected, found.kappa) == pytest.approx((0.7, 0.5, 0.4))
    assert found.difference == pytest.approx(0.1)


def test_quadratic_kappa_is_an_intraclass_correlation() -> None:
    """Fleiss & Cohen 1973: the same as ICC(A,1) but for terms of order 1/n."""
    rng = np.random.default_rng(2)
    true = rng.integers(0, 6, 5000)
    marks = np.clip(true[:, None] + rng.integers(-1, 2, (5000, 2)), 0, 6).astype(float)
    assert weighted_kappa(*marks.T).kappa == pytest.approx(intraclass(marks).agreement.value, abs=1e-3)


def test_the_error_of_kappa_is_the_spread_of_estimates() -> None:
    rng = np.random.default_rng(3)
    found = []
    for _ in range(300):
        true = rng.integers(0, 4, 150)
        one, other = (np.where(rng.random(150) < 0.7, true, rng.integers(0, 4, 150)).astype(float) for _ in range(2))
        found.append(weighted_kappa(one, other, categories=[0, 1, 2, 3]))
    spread = np.std([one.kappa for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.15)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30),
    st.sampled_from(["none", "linear", "quadratic"]),
)
def test_it_does_not_matter_who_marked_first(pairs: list[tuple[int, int]], weights: Weights) -> None:
    first, second = np.array(pairs, dtype=float).T
    one, other = weighted_kappa(first, second, weights=weights), weighted_kappa(second, first, weights=weights)
    np.testing.assert_allclose([one.kappa, one.error], [other.kappa, other.error], atol=1e-9)
    assert np.isnan(one.kappa) or one.kappa <= 1


def test_edges() -> None:
    same = np.ones(4)
    assert np.isnan(weighted_kappa(same, same).kappa)
    assert weighted_kappa(same, same).exact == 1
    assert weighted_kappa(np.array([np.nan]), np.array([1.0])).n == 0
    perfect = intraclass(np.array([[1.0, 1], [2, 2], [3, 3]]))
    assert (perfect.agreement.value, perfect.consistency_mean.lower) == (1, 1)
    assert np.isnan(intraclass(np.ones((3, 2))).agreement.value)
    with pytest.raises(ValueError, match="two scripts"):
        intraclass(np.array([[1.0, np.nan], [1, 2]]))
    with pytest.raises(ValueError, match="categories"):
        weighted_kappa(np.array([1.5]), np.array([1.0]), categories=[0, 1, 2])


def test_severity_alone_leaves_no_interval() -> None:
    found = intraclass(np.array([[1.0, 2.0], [1, 2], [1, 2]]))
    assert found.agreement.value == 0
    assert np.isnan(found.agreement.lower)
