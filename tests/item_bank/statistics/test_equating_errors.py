"""Standard errors of equating."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from item_bank.statistics.equating.concordance import equate
from item_bank.statistics.equating.designs import RandomGroups, random_groups, single_group
from item_bank.statistics.equating.loglinear import Smoothing
from item_bank.statistics.equating.observed import Equipercentile, Linear, Mean
from item_bank.statistics.equating.standard_errors import bootstrap
from tests.item_bank.statistics.forms import TEN, groups


def test_the_bootstrap_agrees_with_formulas() -> None:
    data = groups(9000, 10_000)
    for method in (Mean(), Linear(), Equipercentile()):
        drawn = equate(data, method, rng=np.random.default_rng(5), samples=400)
        known = equate(data, method).error
        often = data.x.counts > 300
        np.testing.assert_allclose(drawn.error[often], known[often], rtol=0.2)
        assert drawn.samples == 400


def test_the_same_persons_have_smaller_errors() -> None:
    rng = np.random.default_rng(6)
    theta = rng.normal(0, 1, 500)
    x, y = (rng.binomial(10, 1 / (1 + np.exp(hard - theta))) for hard in (0, 0.2))
    apart = equate(random_groups(x, y, TEN, TEN), Linear(), rng=np.random.default_rng(7), samples=200)
    together = equate(single_group(x, y, TEN, TEN), Linear(), rng=np.random.default_rng(7), samples=200)
    assert together.equivalent == pytest.approx(apart.equivalent)
    assert (together.error[2:9] < apart.error[2:9]).all()
    assert np.isnan(equate(single_group(x, y, TEN, TEN), Linear()).error).all()


def test_samples_that_fail_are_told() -> None:
    rare = random_groups([5] * 9 + [6], [3, 4, 5], TEN, TEN)
    found = equate(rare, Linear(), rng=np.random.default_rng(8), samples=50)
    assert 0 < found.samples < 50
    assert any("bootstrap samples could not support" in warning for warning in found.warnings)
    with pytest.raises(ValueError, match="two bootstrap samples"):
        equate(rare, Linear(), rng=np.random.default_rng(8), samples=1)
    nothing = bootstrap(_refuse, 3, np.random.default_rng(9))
    assert nothing.used == 0
    assert np.isnan(nothing.errors).all()


def _refuse(rng: np.random.Generator) -> Any:
    raise ValueError


def test_smoothed_counts_are_no_persons_to_draw() -> None:
    smoothed = RandomGroups(Smoothing(3).table(groups().x), groups().y)
    with pytest.raises(ValueError, match="give the observed counts"):
        equate(smoothed, Linear(), rng=np.random.default_rng(10), samples=5)


def test_the_few_samples_that_came_out_well_make_no_standard_error() -> None:
    rare = random_groups([5] * 9 + [6], [3, 4, 5], TEN, TEN)
    found = equate(rare, Linear(), rng=np.random.default_rng(8), samples=50)
    assert 10 < found.samples < 45
    assert np.isnan(found.error).all()
    assert any("no standard error, which takes 90%" in warning for warning in found.warnings)
    often = random_groups([5] * 9 + [6] * 6, [3, 4, 5] * 5, TEN, TEN)
    assert np.isfinite(equate(often, Linear(), rng=np.random.default_rng(8), samples=50).error).all()
