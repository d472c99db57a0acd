"""Which equating the data deserve, what is told of it, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from item_bank.statistics.equating.choosing import Policy
from item_bank.statistics.equating.circle_arc import CircleArc
from item_bank.statistics.equating.concordance import equate
from item_bank.statistics.equating.designs import Neat, neat, random_groups, single_group
from item_bank.statistics.equating.frequencies import ChainedEquipercentile, FrequencyEstimation
from item_bank.statistics.equating.loglinear import Smoothing
from item_bank.statistics.equating.neat import ChainedLinear, NominalWeights, Tucker
from item_bank.statistics.equating.observed import Equipercentile, Identity, Linear, Mean, Method
from item_bank.statistics.equating.tables import Joint, Scale, tally, tally_pairs
from tests.item_bank.statistics.forms import ANCHORED, ONE_POPULATION, TEN, groups, with_anchor


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


def test_rows_of_different_persons_are_no_single_group() -> None:
    rng = np.random.default_rng(12)
    theta = rng.normal(0, 1, 600)
    x, y = (rng.binomial(10, 1 / (1 + np.exp(-theta))) for _ in range(2))
    assert not equate(single_group(x, y, TEN, TEN), Linear()).warnings
    with pytest.raises(ValueError, match="hardly the same persons in the same order"):
        single_group(x, rng.permutation(y), TEN, TEN)
    half = np.concatenate((y[:180], rng.permutation(y[180:])))
    assert any("correlate at 0.2" in one for one in equate(single_group(x, half, TEN, TEN), Linear()).warnings)
    # Where a form does not vary nothing can be said.
    assert equate(single_group([3, 3], [4, 5], TEN, TEN), Mean()).equivalent == pytest.approx(TEN.points + 1.5)


def test_identity_of_the_policy_has_no_error_and_says_that_nothing_is_equated() -> None:
    few = groups(60, 60)
    for rng in (None, np.random.default_rng(13)):
        chosen = equate(few, rng=rng, samples=20)
        assert np.isnan(chosen.error).all()
        assert chosen.samples == 0
        assert any("nothing is equated" in one for one in chosen.warnings)
    assert not equate(few, Identity()).error.any()
