"""Equating by hand, at its edges, and what must hold for any two forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from item_bank.statistics.equating.choosing import Policy
from item_bank.statistics.equating.circle_arc import CircleArc
from item_bank.statistics.equating.concordance import equate
from item_bank.statistics.equating.designs import Design, Neat, RandomGroups, neat, random_groups, single_group
from item_bank.statistics.equating.frequencies import BraunHolland, ChainedEquipercentile, FrequencyEstimation, Weigh
from item_bank.statistics.equating.loglinear import Smoothing, choose_degree, smooth, smooth_joint
from item_bank.statistics.equating.neat import ChainedLinear, Levine, LevineTrue, NominalWeights, Tucker
from item_bank.statistics.equating.observed import Equipercentile, Identity, Linear, Mean, Method
from item_bank.statistics.equating.standard_errors import bootstrap
from item_bank.statistics.equating.tables import Joint, Scale, Table, tally, tally_pairs

TEN = Scale(10)
ONE_POPULATION: list[Method] = [Mean(), Linear(), Equipercentile(), Equipercentile(Smoothing(3)), CircleArc()]
ANCHORED: list[Method] = [
    NominalWeights(),
    Tucker(),
    Tucker(mean_only=True),
    Levine(),
    Levine(mean_only=True),
    LevineTrue(),
    BraunHolland(),
    ChainedLinear(),
    ChainedEquipercentile(),
    ChainedEquipercentile(Smoothing()),
    FrequencyEstimation(),
    FrequencyEstimation(Smoothing(structural=True)),
    CircleArc(),
]
counts = arrays(np.float64, 11, elements=st.integers(1, 60).map(float))


def groups(n: int = 800, m: int = 900, seed: int = 1) -> RandomGroups:
    rng = np.random.default_rng(seed)
    return random_groups(rng.binomial(10, 0.55, n), rng.binomial(10, 0.6, m), TEN, TEN)


def with_anchor(n: int = 2000, shift: float = 0.0, harder: float = 0.0, seed: int = 2) -> Neat:
    """Two forms of 20 items with 8 anchor items among them; group Y is better by `shift`, form X harder by `harder`."""
    rng = np.random.default_rng(seed)

    def scores(mean: float, hard: float) -> tuple[Any, Any]:
        theta = rng.normal(mean, 1, n)
        anchor = rng.binomial(8, 1 / (1 + np.exp(-theta)))
        return anchor + rng.binomial(12, 1 / (1 + np.exp(hard - theta))), anchor

    return neat(scores(0, harder), scores(shift, 0), (Scale(20), Scale(20), Scale(8)), internal=True)


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


@pytest.mark.parametrize(
    ("n", "kind", "through_anchor"),
    [
        (99, Identity, Identity),
        (100, CircleArc, CircleArc),
        (399, CircleArc, CircleArc),
        (400, Linear, ChainedLinear),
        (1499, Linear, ChainedLinear),
        (1500, Equipercentile, ChainedEquipercentile),
    ],
)
def test_the_policy_goes_by_the_smaller_form(n: int, kind: type[Method], through_anchor: type[Method]) -> None:
    assert isinstance(Policy().choose(groups(n, 5000)), kind)
    assert isinstance(Policy().choose(with_anchor(n, shift=0.5)), through_anchor)


def test_the_policy_can_be_changed() -> None:
    rules = Policy(identity_below=10, small="mean", alike=5)
    assert isinstance(rules.choose(groups(50, 50)), Mean)
    assert isinstance(rules.choose(with_anchor(50)), NominalWeights)
    assert isinstance(rules.choose(with_anchor(500)), Tucker)
    assert isinstance(rules.choose(with_anchor(1500)), FrequencyEstimation)
    assert "the policy asks for 1500" in equate(groups(50, 50), Equipercentile()).warnings[0]


def test_the_policy_serves_short_scales() -> None:
    rng = np.random.default_rng(11)
    theta = rng.normal(0, 1, (2, 2000))
    (x, v), (y, w) = (
        (rng.binomial(4, 1 / (1 + np.exp(-one))), rng.binomial(2, 1 / (1 + np.exp(-one)))) for one in theta
    )
    data = neat((x, v), (y, w), (Scale(4), Scale(4), Scale(2)), internal=False)
    assert np.abs(equate(data).equivalent - np.arange(5)).max() < 0.3
    assert "log-linear" in equate(data).method


def test_forms_of_different_length_are_not_identical() -> None:
    data = random_groups([3, 5, 8], [4, 6, 7], TEN, Scale(8))
    with pytest.raises(ValueError, match="different scales"):
        equate(data, Identity())
    assert equate(data).method == "circle-arc"
    assert equate(data).equivalent[[0, 10]] == pytest.approx([0, 8])


def test_equivalents_that_fall_are_told() -> None:
    found = equate(random_groups([6, 6], [1, 2], TEN, TEN), CircleArc())
    assert (np.diff(found.equivalent) < 0).any() == any("worth less somewhere" in one for one in found.warnings)
    assert any("worth less somewhere" in one for one in found.warnings)


def test_a_short_anchor_and_far_groups_are_told() -> None:
    data = with_anchor(500, shift=1.5)
    assert any("standard deviations apart" in warning for warning in equate(data, Tucker()).warnings)
    x, y = (Joint(Scale(60), one.across, np.pad(one.counts, ((0, 40), (0, 0)))) for one in (data.of_x, data.of_y))
    long = Neat(x, y, internal=False)
    assert any("is worth 13% of form X" in warning for warning in equate(long, Tucker()).warnings)


@pytest.mark.parametrize("method", ONE_POPULATION[:-1], ids=lambda one: one.name)
def test_groups_that_may_differ_are_not_taken_for_one(method: Method) -> None:
    with pytest.raises(ValueError, match="goes through the anchor"):
        equate(with_anchor(), method)


@pytest.mark.parametrize("method", ANCHORED[:-1], ids=lambda one: one.name)
def test_without_an_anchor_there_is_no_way_through_it(method: Method) -> None:
    with pytest.raises(ValueError, match="random groups design has none"):
        equate(groups(), method)


def test_refusals_say_what_to_do() -> None:
    same = random_groups([5, 5, 5], [3, 4, 5], TEN, TEN)
    with pytest.raises(ValueError, match="form X do not vary"):
        equate(same, Linear())
    with pytest.raises(ValueError, match="not on the scale"):
        tally([1, np.nan], TEN)
    with pytest.raises(ValueError, match="not on the scale"):
        tally([11], TEN)
    with pytest.raises(ValueError, match="no whole number of steps"):
        Scale(10, step=3)
    with pytest.raises(ValueError, match="pair for each person"):
        tally_pairs([1, 2], [1], TEN, TEN)
    with pytest.raises(ValueError, match="internal=False"):
        neat(([1, 9], [5, 5]), ([9, 9], [5, 5]), (TEN, TEN, Scale(5)), internal=True)
    with pytest.raises(ValueError, match="does not rise with the total"):
        equate(neat(([9, 7], [3, 4]), ([9, 8], [4, 5]), (TEN, TEN, Scale(5)), internal=False), Tucker())
    with pytest.raises(ValueError, match="occur in one group only"):
        equate(neat(([2, 7], [1, 4]), ([2, 8], [1, 5]), (TEN, TEN, Scale(5)), internal=True), FrequencyEstimation())
    with pytest.raises(ValueError, match="outside the end points"):
        equate(random_groups([0, 0], [3, 4], TEN, TEN), CircleArc())
    with pytest.raises(ValueError, match="lower the degree"):
        equate(random_groups([4, 4, 5], [3, 4], TEN, TEN), Equipercentile(Smoothing(4)))
    with pytest.raises(ValueError, match="lies from 0 to 1"):
        equate(with_anchor(), Tucker(weight=2))


def test_one_person_a_form() -> None:
    one = random_groups([5], [7], TEN, TEN)
    assert equate(one).method == "identity"
    assert equate(one, Mean()).equivalent == pytest.approx(TEN.points + 2)
    with pytest.raises(ValueError, match="do not vary"):
        equate(one, Linear())


def test_scores_in_quarters_and_what_is_reported() -> None:
    rng = np.random.default_rng(4)
    scale = Scale(10, step=0.25)
    x, y = rng.integers(8, 40, 600) / 4, rng.integers(10, 41, 700) / 4
    found = equate(random_groups(x, y, scale, scale), Equipercentile())
    assert found.reported().min() >= 0
    assert found.reported().max() <= 10
    assert set(np.unique(found.reported() * 4 % 1)) == {0}
    assert (found.n_x, found.n_y, found.count.sum(), found.design) == (600, 700, 600, Design.RANDOM_GROUPS)


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
