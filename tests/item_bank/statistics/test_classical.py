"""By hand: five persons, three items; then what must hold for any data."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from item_bank.statistics.classical import Caution, analyse
from item_bank.statistics.correlation import correlation
from item_bank.statistics.distribution import histogram
from item_bank.statistics.extremes import Ties, group_size, group_weights, upper_lower
from item_bank.statistics.responses import ItemDesign, classify

X = np.nan
#: Totals 3, 2, 1, 0, 4; the third item is worth 2 points.
BY_HAND = [[1, 1, 1], [1, 0, 1], [1, 0, 0], [0, 0, 0], [1, 1, 2]]
matrices = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=12), elements=st.sampled_from([0.0, 0.5, 1.0])
)


def test_by_hand() -> None:
    analysis = analyse(classify(BY_HAND, [1, 1, 2]))
    first, second, third = analysis.items
    assert [item.facility for item in analysis.items] == pytest.approx([0.8, 0.4, 0.4])
    assert (first.dichotomous, third.dichotomous) == (True, False)
    # Item variances 0.2, 0.3, 0.7; total variance 2.5; alpha = 3/2 (1 − 1.2/2.5) = 0.78.
    assert analysis.reliability.alpha == pytest.approx(0.78)
    assert np.isnan(analysis.reliability.kr20)
    assert analysis.reliability.sem == pytest.approx(np.sqrt(2.5 * 0.22))
    # Rest of the second item: 2, 2, 1, 0, 3; r = cov 0.45 / sqrt(0.3 · 1.3).
    assert second.item_rest == pytest.approx(0.45 / np.sqrt(0.39))
    # 27 % of five is one person: total 4 against total 0.
    assert [item.upper_lower for item in analysis.items] == [1, 1, 1]
    assert (analysis.scores.mean, analysis.scores.median, analysis.scores.maximum) == (2, 2, 4)


def test_not_reached_is_left_out_and_shown_beside() -> None:
    scores = [[1.0, 1.0], [1.0, 0.0], [1.0, X], [0.0, X]]
    item = analyse(classify(scores, shown=[[1, 1], [1, 1], [1, 1], [1, 0]])).items[1]
    assert (item.n, item.presented, item.omitted, item.not_reached) == (3, 4, 1, 1)
    assert item.facility == pytest.approx(1 / 3)
    assert item.facility_all == pytest.approx(1 / 4)
    assert item.not_reached_share == 0.25


@given(matrices, st.randoms())
def test_the_order_of_persons_changes_nothing(scores: np.ndarray[Any, Any], random: Any) -> None:
    order = list(range(len(scores)))
    random.shuffle(order)
    for one, other in zip(analyse(classify(scores)).items, analyse(classify(scores[order])).items, strict=True):
        for name in ("facility", "item_rest", "item_total", "upper_lower"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-9)


@given(matrices)
def test_figures_stay_within_their_bounds(scores: np.ndarray[Any, Any]) -> None:
    analysis = analyse(classify(scores))
    assert np.isnan(analysis.reliability.alpha) or analysis.reliability.alpha <= 1
    for item in analysis.items:
        assert 0 <= item.facility <= 1
        assert -1 <= item.upper_lower <= 1
        assert np.isnan(item.item_rest) or -1 <= item.item_rest <= 1


@given(matrices)
def test_a_scale_of_points_changes_no_relative_figure(scores: np.ndarray[Any, Any]) -> None:
    plain = analyse(classify(scores))
    scaled = analyse(classify(scores * 0.25, np.full(scores.shape[1], 0.25)))
    np.testing.assert_allclose(plain.reliability.alpha, scaled.reliability.alpha, atol=1e-9)
    for one, other in zip(plain.items, scaled.items, strict=True):
        np.testing.assert_allclose(
            [one.facility, one.item_rest, one.upper_lower],
            [other.facility, other.item_rest, other.upper_lower],
            atol=1e-9,
        )


def test_what_does_not_vary_has_no_correlation() -> None:
    analysis = analyse(classify([[1, 1], [1, 1]]))
    assert np.isnan(analysis.reliability.alpha)
    assert np.isnan(analysis.items[0].item_rest)
    assert analysis.items[0].upper_lower == 0


def test_who_leaves_a_blank_does_not_guess() -> None:
    """Of a choice of four: (right − wrong / 3) / n. Nothing is taken off where nobody answered."""
    scores = [[1, X], [1, X], [0, X], [X, X], [X, X]]
    some, none = analyse(classify(scores, [1, 1], shown=np.ones((5, 2))), chance=[0.25, 0.25]).items
    assert some.facility_corrected == pytest.approx((2 - 1 / 3) / 5)
    assert none.facility_corrected == 0


def test_one_person_is_enough_for_a_facility() -> None:
    assert analyse(classify([[1, X]])).items[0].facility == 1


def test_weights_efficiency_and_guessing_by_hand() -> None:
    first, second, third = analyse(classify(BY_HAND, [1, 1, 2]), chance=[0.25, 0.25, 0]).items
    assert [item.intended_weight for item in (first, second, third)] == [0.25, 0.25, 0.5]
    # Covariances with the total 0.5, 0.75, 1.25; variance of the total 2.5.
    assert [item.effective_weight for item in (first, second, third)] == pytest.approx([0.2, 0.3, 0.5])
    assert first.facility_corrected == pytest.approx((0.8 - 0.25) / 0.75)
    # Scores 1, 0, 0, 0, 1 beside rests 2, 2, 1, 0, 3: the best order has the ones at 2 and 3.
    assert second.discriminative_efficiency == pytest.approx(1.0)
    # Scores 1, 1, 0, 0, 2 beside 2, 1, 1, 0, 2: sums of products 7 and 7.
    assert third.discriminative_efficiency == pytest.approx(1.0)


def test_chance_is_a_share_below_one() -> None:
    with pytest.raises(ValueError, match="chance"):
        analyse(classify([[1, 0]]), chance=1)


@given(matrices)
def test_effective_weights_sum_to_one(scores: np.ndarray[Any, Any]) -> None:
    items = analyse(classify(scores)).items
    weights = np.array([item.effective_weight for item in items])
    assert np.isnan(weights).all() or weights.sum() == pytest.approx(1)
    for item in items:
        assert np.isnan(item.discriminative_efficiency) or item.discriminative_efficiency <= 1


def test_forms_that_share_no_item_still_have_correlations() -> None:
    rng = np.random.default_rng(1)
    scores = (rng.standard_normal((400, 1)) + rng.standard_normal((400, 8)) > 0).astype(float)
    position = np.tile(np.arange(8), (400, 1))
    position[:200, 4:] = -1
    position[200:, :4] = -1
    found = analyse(classify(scores, position=position))
    assert np.isnan(found.reliability.alpha)
    alone = analyse(classify(scores[:200, :4]))
    for ours, expected in zip(found.items[:4], alone.items, strict=True):
        assert ours.item_rest == pytest.approx(expected.item_rest)
        assert ours.upper_lower == pytest.approx(expected.upper_lower)
        assert ours.item_total == pytest.approx(expected.item_total)


def test_nobody_and_nothing() -> None:
    empty = analyse(classify([[X, X], [X, X]], position=[[-1, -1], [-1, -1]]))
    assert [item.n for item in empty.items] == [0, 0]
    assert np.isnan([item.facility for item in empty.items]).all()
    unreached = analyse(classify([[1, X], [0, X]], shown=[[1, 0], [1, 0]])).items[1]
    assert (unreached.n, unreached.presented, unreached.facility_all) == (0, 2, 0)
    with pytest.raises(ValueError, match="one person"):
        analyse(classify(np.empty((0, 3))))


def test_warnings_tell_what_a_reader_must_know() -> None:
    assert analyse(classify([[1, 0], [1, 1]])).warnings == (Caution.FEW_PERSONS,)
    alone = analyse(classify([[1, 0], [1, 1]] * 20, position=[[0, -1], [-1, 1]] * 20))
    assert alone.warnings == (Caution.SEPARATE_ITEMS, Caution.NO_ALPHA)


def test_more_items_than_persons() -> None:
    rng = np.random.default_rng(1)
    found = analyse(classify((rng.random((3, 30)) < 0.5).astype(float)))
    assert len(found.items) == 30


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_groups_hold_27_percent_whatever_the_ties(totals: list[int]) -> None:
    lower, upper = group_weights(np.array(totals, dtype=np.float64))
    assert lower.sum() == pytest.approx(group_size(len(totals)))
    assert upper.sum() == pytest.approx(group_size(len(totals)))


def test_of_equal_totals_nobody_is_below_the_class_of_the_others() -> None:
    scores, totals = np.array([0.0, 1.0, 1.0]), np.full(3, 0.1 + 0.2)
    assert np.isnan(upper_lower(scores, totals, 1.0, ties=Ties.INTERVAL))
    assert upper_lower(scores, totals, 1.0, ties=Ties.QUANTILE) == 0
    assert upper_lower(scores, totals, 1.0, ties=Ties.ORDER) == 1


def test_a_score_on_the_edge_of_a_class_counts_above_it() -> None:
    shown = histogram(np.array([0.0, 0.1 + 0.2, 9.999999, 10.0]), 10.0, 100)
    assert sum(shown.counts) == 4
    assert shown.counts[3] == 1
    assert shown.counts[-1] == 2


def test_classes_of_a_width_in_points_end_with_the_maximum() -> None:
    shown = histogram(np.array([0.0, 4.9, 5.0, 31.0, 32.0]), 32.0, step=5)
    assert shown.edges == (0, 5, 10, 15, 20, 25, 30, 32)
    assert shown.counts == (2, 1, 0, 0, 0, 0, 2)
    assert histogram(np.array([0.3]), 0.6, step=0.1).edges == pytest.approx((0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6))


@pytest.mark.parametrize("package", ["statistics.classical", "assembly.variant"])
def test_the_core_needs_numpy_and_scipy_only(package: str) -> None:
    script = f"import item_bank.{package}, sys; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"msgspec", "sqlalchemy", "nh3", "litestar"} & set(loaded)


@given(
    arrays(np.float64, (9, 4), elements=st.sampled_from([0.0, 0.5, 1.0, X])),
    arrays(np.bool_, (9, 4)),
    arrays(np.bool_, (9, 4)),
)
def test_all_items_at_once_are_each_item_alone(
    scores: np.ndarray[Any, Any], shown: np.ndarray[Any, Any], presented: np.ndarray[Any, Any]
) -> None:
    """Against sums over the persons of one item after the other, with whatever is missing."""
    for position in (None, np.where(presented, np.arange(4), -1)):
        responses = classify(scores, shown=shown, position=position)
        totals, there = responses.points().sum(axis=1), responses.presented
        with np.errstate(invalid="ignore"):
            criterion = totals if position is None else totals / there.sum(axis=1) * 4
        for item, found in enumerate(analyse(responses, design=ItemDesign.INCOMPLETE).items):
            enters = responses.reached[:, item]
            x, y = responses.points()[enters, item], criterion[enters]
            assert found.n == enters.sum()
            np.testing.assert_allclose(found.item_total, correlation(x, y), atol=1e-9)
            np.testing.assert_allclose(found.mean, x.mean() if x.size else X, atol=1e-12)
            np.testing.assert_allclose(found.sd, x.std(ddof=1) if x.size > 1 else X, atol=1e-9)
            if there.all():
                np.testing.assert_allclose(found.item_rest, correlation(x, y - x), atol=1e-9)


@given(matrices, st.randoms())
def test_the_order_of_items_only_orders_the_figures(scores: np.ndarray[Any, Any], random: Any) -> None:
    order = list(range(scores.shape[1]))
    random.shuffle(order)
    plain, other = analyse(classify(scores)), analyse(classify(scores[:, order]))
    np.testing.assert_allclose(plain.reliability.alpha, other.reliability.alpha, atol=1e-9)
    for place, item in enumerate(order):
        for name in ("item_rest", "alpha_if_deleted", "effective_weight", "biserial", "discriminative_efficiency"):
            one, moved = getattr(plain.items[item], name), getattr(other.items[place], name)
            np.testing.assert_allclose(one, moved, rtol=1e-7, atol=1e-7)


def test_items_that_make_up_for_each_other_have_a_rest_to_correlate_with() -> None:
    """The total is the same for everybody."""
    found = analyse(classify(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))).items
    assert [one.item_rest for one in found] == pytest.approx([-1.0, -1.0])
    assert np.isnan(found[0].item_total)
