"""Equating by hand, and what must hold for any two forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from item_bank.statistics.equating.circle_arc import CircleArc
from item_bank.statistics.equating.concordance import equate
from item_bank.statistics.equating.designs import Design, Neat, RandomGroups, random_groups
from item_bank.statistics.equating.frequencies import BraunHolland, FrequencyEstimation, Weigh
from item_bank.statistics.equating.loglinear import Smoothing, choose_degree, smooth, smooth_joint
from item_bank.statistics.equating.neat import Levine, LevineTrue, NominalWeights
from item_bank.statistics.equating.observed import Equipercentile, Linear, Method
from item_bank.statistics.equating.tables import Scale, Table
from tests.item_bank.statistics.forms import ANCHORED, ONE_POPULATION, TEN, groups, with_anchor

counts = arrays(np.float64, 11, elements=st.integers(1, 60).map(float))


def test_by_hand() -> None:
    """Kolen & Brennan's example of five scores (2014, tables 2.4 and 2.5)."""
    scale = Scale(4)
    x = Table(scale, np.array([0.2, 0.3, 0.2, 0.2, 0.1]))
    y = Table(scale, np.array([0.1, 0.2, 0.2, 0.3, 0.2]))
    found = equate(RandomGroups(x, y), Equipercentile()).equivalent
    assert found == pytest.approx([0.5, 1.75, 2.8333, 3.5, 4.25], abs=1e-4)


@pytest.mark.parametrize("method", ONE_POPULATION, ids=lambda one: one.name)
def test_a_form_equated_to_itself_stays(method: Method) -> None:
    one = groups(20_000).x
    assert equate(RandomGroups(one, one), method).equivalent == pytest.approx(TEN.points, abs=1e-6)


@pytest.mark.parametrize("method", ANCHORED, ids=lambda one: one.name)
def test_the_same_group_and_form_stays_through_an_anchor(method: Method) -> None:
    one = with_anchor().of_x
    assert equate(Neat(one, one, True), method).equivalent == pytest.approx(Scale(20).points, abs=1e-6)


@pytest.mark.parametrize("method", ANCHORED[:-1], ids=lambda one: one.name)
def test_an_anchor_tells_a_harder_form_from_a_weaker_group(method: Method) -> None:
    """Forms alike but groups half a standard deviation apart: a middle score stays near itself. The rest is the known
    bias of regressions and distributions that are taken to be the same given the anchor."""
    found = equate(with_anchor(20_000, shift=0.5), method).equivalent
    assert abs(found[10] - 10) < (0.35 if isinstance(method, Levine | LevineTrue | NominalWeights) else 0.9)
    assert equate(with_anchor(20_000, harder=0.5), method).equivalent[10] > 10.8


@given(counts, counts)
def test_equipercentile_rises_and_turns_with_the_scale(first: Any, second: Any) -> None:
    x, y = Table(TEN, first), Table(TEN, second)
    found = equate(RandomGroups(x, y), Equipercentile()).equivalent
    assert (np.diff(found) > -1e-9).all()
    turned = equate(RandomGroups(Table(TEN, first[::-1]), Table(TEN, second[::-1])), Equipercentile()).equivalent
    np.testing.assert_allclose(10 - turned[::-1], found, atol=1e-6)


@given(counts, st.integers(1, 4))
def test_smoothing_keeps_moments(observed: Any, degree: int) -> None:
    fitted = smooth(Table(TEN, observed), degree)
    assert fitted.converged
    for power in range(degree + 1):
        assert fitted.counts @ TEN.points**power == pytest.approx(observed @ TEN.points**power, rel=1e-6)


@given(counts, counts, st.sampled_from([0.25, 0.5, 2.0]), st.floats(-3, 3))
def test_a_linear_change_of_units_goes_through(first: Any, second: Any, step: float, start: float) -> None:
    other = Scale(start + 10 * step, start, step)
    for method in (Linear(), Equipercentile()):
        plain = equate(RandomGroups(Table(TEN, first), Table(TEN, second)), method).equivalent
        moved = equate(RandomGroups(Table(other, first), Table(other, second)), method).equivalent
        np.testing.assert_allclose((moved - start) / step, plain, atol=1e-6)


def test_the_arc_bends_through_the_means_and_no_further_than_half_a_circle() -> None:
    x, y = random_groups([3, 5], [6, 6], TEN, TEN).x, random_groups([3, 5], [6, 6], TEN, TEN).y
    found = equate(RandomGroups(x, y), CircleArc()).equivalent
    assert found[[0, 4, 10]] == pytest.approx([0, 6, 10])
    assert (np.diff(found) > 0).all()
    back = equate(RandomGroups(y, x), CircleArc(low=(2, 2))).equivalent
    assert back[[0, 1, 2, 6, 10]] == pytest.approx([0, 1, 2, 4, 10])
    assert equate(RandomGroups(x, x), CircleArc()).equivalent == pytest.approx(TEN.points)
    with pytest.raises(ValueError, match="no arc of half a circle"):
        equate(random_groups([9, 9], [2, 2], TEN, TEN), CircleArc())


def test_the_order_of_persons_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 11, 50), rng.integers(0, 11, 40)
    one = equate(random_groups(x, y, TEN, TEN), Linear()).equivalent
    other = equate(random_groups(rng.permutation(x), rng.permutation(y), TEN, TEN), Linear()).equivalent
    assert one == pytest.approx(other)


def test_scores_in_quarters_and_what_is_reported() -> None:
    rng = np.random.default_rng(4)
    scale = Scale(10, step=0.25)
    x, y = rng.integers(8, 40, 600) / 4, rng.integers(10, 41, 700) / 4
    found = equate(random_groups(x, y, scale, scale), Equipercentile())
    assert found.reported().min() >= 0
    assert found.reported().max() <= 10
    assert set(np.unique(found.reported() * 4 % 1)) == {0}
    assert (found.n_x, found.n_y, found.count.sum(), found.design) == (600, 700, 600, Design.RANDOM_GROUPS)


def test_weights_of_counts_and_shares_agree_for_equal_groups() -> None:
    data = with_anchor(700)
    for method in (BraunHolland, FrequencyEstimation):
        one, other = (equate(data, method(weight=0.3, weigh=weigh)).equivalent for weigh in Weigh)
        assert one == pytest.approx(other)


def test_structural_zeros_stay_empty_and_the_degree_is_chosen() -> None:
    data = with_anchor(3000)
    smoothed = Smoothing(structural=True).pair(data.of_x, internal=True)
    assert smoothed.counts[0, 1] == 0
    assert smoothed.counts[3, 2] > 0
    assert smooth_joint(data.of_x, (4, 4, 2, 2)).counts[0, 1] > 0
    assert 1 <= choose_degree(data.x) <= 6
    two_scores = Table(TEN, np.array([0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0.0]))
    assert not smooth(two_scores, 4).converged
