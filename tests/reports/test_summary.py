"""Figures of a distribution, by hand and against the statistics library; the chart's geometry."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_engine.reports.chart import bar_chart
from exam_engine.reports.summary import Summary, bars, summary
from item_bank.statistics.distribution import distribution, histogram

scores = st.dictionaries(st.integers(0, 100).map(lambda n: Decimal(n) / 10), st.integers(1, 30), min_size=1)


def test_by_hand() -> None:
    found = summary({Decimal(2): 1, Decimal(4): 3, Decimal(5): 2, Decimal(7): 1, Decimal(9): 1})
    assert (found.n, found.mean, found.median, found.lowest, found.highest) == (
        8,
        Fraction(5),
        Fraction(9, 2),
        Decimal(2),
        Decimal(9),
    )
    assert found.sd == pytest.approx((32 / 7) ** 0.5)
    assert summary({}) == Summary(0)
    assert summary({Decimal(3): 1}).sd is None


@given(scores)
def test_the_page_agrees_with_the_library(frequencies: dict[Decimal, int]) -> None:
    values = np.array([float(score) for score, count in frequencies.items() for _n in range(count)])
    found, known = summary(frequencies), distribution(values)
    assert found.mean is not None
    assert found.median is not None
    assert (float(found.mean), float(found.median)) == pytest.approx((known.mean, known.median))
    if found.sd is not None:
        assert found.sd == pytest.approx(known.sd, abs=1e-9)
    assert tuple(bar.count for bar in bars(frequencies, Fraction(10))) == histogram(values, 10.0).counts


@given(scores)
def test_every_bar_stands_on_the_axis_and_inside(frequencies: dict[Decimal, int]) -> None:
    chart = bar_chart(bars(frequencies, Fraction(10)), summary(frequencies).mean)
    assert len(chart.columns) == 20
    for column in chart.columns:
        assert column.y + column.height == pytest.approx(chart.base, abs=0.11)
        assert chart.top - 0.1 <= column.y <= chart.base
        assert chart.left <= column.x
        assert column.x + column.width <= chart.right
    assert max(tick.value for tick in chart.up) >= max(column.bar.count for column in chart.columns)
    assert all(tick.value.denominator == 1 for tick in chart.up)
