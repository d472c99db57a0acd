"""Intervals from the figure and the number of persons, against scipy and published values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, pearsonr

from exam_engine.reports.intervals import fisher, wilson


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(told: tuple[int, int]) -> None:
    right, n = told
    known = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right / n, n) == pytest.approx((known.low, known.high), abs=1e-12)


def test_fisher_is_scipys() -> None:
    x, y = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], [2.0, 1.0, 4.0, 3.0, 7.0, 5.0, 6.0]
    found = pearsonr(x, y)
    known = found.confidence_interval()
    assert fisher(found.statistic, 7) == pytest.approx((known.low, known.high))


@given(st.floats(-1, 1), st.integers(0, 1000))
def test_an_interval_holds_its_figure(r: float, n: int) -> None:
    low, high = fisher(r, n)
    assert -1 <= low <= r + 1e-12
    assert r - 1e-12 <= high <= 1
    share = abs(r)
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
