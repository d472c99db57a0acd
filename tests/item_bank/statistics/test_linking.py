"""Links of response models: known constants come back, for every model; equating keeps what must stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from item_bank.statistics.equating.common_items import CommonItem, compared, told
from item_bank.statistics.equating.designs import Design
from item_bank.statistics.equating.irt_linking import Criterion, Link, link
from item_bank.statistics.equating.true_score import (
    ability_of,
    equate_observed_scores,
    equate_true_scores,
    true_score,
)
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit
from item_bank.statistics.irt.quadrature import Grid, even_grid, gauss_hermite

MIXED: list[Item] = [
    Logistic(1.2, -0.5),
    Logistic(0.8, 0.7, 0.2),
    Graded(1.1, (-1.0, 0.2, 1.4)),
    PartialCredit(0.9, (-0.4, 0.9, 0.1)),
]
NOMINAL = Nominal((-0.8, -0.2, 1.0), (0.1, 0.3, -0.4))
RIGHT_WRONG: list[Item] = [Logistic(1 + k / 10, -1 + k / 4, 0.2) for k in range(9)]
N = (1000, 1000)
CURVES = (Criterion.HAEBARA, Criterion.STOCKING_LORD)


def moved_away(items: list[Item], slope: float, intercept: float) -> list[Item]:
    """Scale Y from which θ_X = slope · θ_Y + intercept leads to the scale of `items`."""
    away = Link(Criterion.MEAN_MEAN, 1 / slope, -intercept / slope, 0)
    return [away.item(item) for item in items]


@pytest.mark.parametrize("criterion", Criterion)
@given(slope=st.floats(0.5, 2), intercept=st.floats(-1.5, 1.5))
def test_known_constants_come_back(criterion: Criterion, slope: float, intercept: float) -> None:
    found = link(MIXED, moved_away(MIXED, slope, intercept), criterion)
    assert found.converged
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept), abs=1e-5)


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("criterion", CURVES)
def test_nominal_items_link_by_curves(criterion: Criterion, symmetric: bool) -> None:
    items: list[Item] = [NOMINAL, *MIXED]
    found = link(items, moved_away(items, 1.3, -0.4), criterion, grid=even_grid(), symmetric=symmetric)
    assert (found.slope, found.intercept) == pytest.approx((1.3, -0.4), abs=1e-5)
    assert found.rmsd < 1e-5


@given(theta=st.floats(-3, 3), slope=st.floats(0.5, 2), intercept=st.floats(-2, 2))
def test_a_linked_item_keeps_its_curve(theta: float, slope: float, intercept: float) -> None:
    move = Link(Criterion.MEAN_MEAN, slope, intercept, 1)
    for item in (*MIXED, NOMINAL):
        before = item.curves(np.array([theta])).probability
        after = move.item(item).curves(move.abilities(np.array([theta]))).probability
        np.testing.assert_allclose(after, before, atol=1e-9)


def test_links_that_cannot_be_made_say_why() -> None:
    with pytest.raises(ValueError, match="common items of both calibrations"):
        link([], [])
    with pytest.raises(ValueError, match="calibrate it alike"):
        link([Logistic(1, 0)], [Graded(1, (0, 1))])
    with pytest.raises(ValueError, match="common item 2 has no parameters"):
        link([Logistic(1, 0), Logistic(1, 0)], [Logistic(1, 0), Logistic(np.nan, np.nan)])
    with pytest.raises(ValueError, match="have no difficulties"):
        link([NOMINAL], [NOMINAL], Criterion.MEAN_SIGMA)
    with pytest.raises(ValueError, match="different difficulty"):
        link([Logistic(1, 0)], [Logistic(1, 0.5)], Criterion.MEAN_SIGMA)
    with pytest.raises(ValueError, match="slopes above 0"):
        link([Logistic(-1, 0)], [Logistic(-1, 0)], Criterion.MEAN_GMEAN)
    with pytest.raises(ValueError, match="check their keys"):
        link([Logistic(-1, 0), Logistic(0.5, 0)], [Logistic(-0.5, 0), Logistic(1, 0)], Criterion.MEAN_MEAN)
    for criterion in Criterion:
        with pytest.raises(ValueError, match="common item “b” rises with ability on one form and falls on the other"):
            link([Logistic(1, 0), Logistic(0.1, 0)], [Logistic(1, 0), Logistic(-0.1, 1)], criterion, names=("a", "b"))


@pytest.mark.parametrize("criterion", Criterion)
def test_an_item_that_changed_is_named(criterion: Criterion) -> None:
    """A logit harder on Y, or three times as steep there: it is told whatever it does to the link."""
    new = moved_away(RIGHT_WRONG, 1.2, -0.3)
    names = [f"i{k}" for k in range(9)]
    plain = link(RIGHT_WRONG, new, criterion)
    assert plain.rmsd < 1e-5
    still = compared(names, RIGHT_WRONG, new, plain.slope, plain.intercept)
    assert max(abs(one.displacement) for one in still) < 1e-4
    assert list(told(still)) == []
    changed = new[4]
    assert isinstance(changed, Logistic)
    for bent in (replace(changed, b=changed.b + 1), replace(changed, a=3 * changed.a)):
        items = [*new[:4], bent, *new[5:]]
        made = link(RIGHT_WRONG, items, criterion)
        assert made.rmsd > 0.001
        if criterion is not Criterion.STOCKING_LORD:
            assert made.rmsd > 0.01
        (said,) = told(compared(names, RIGHT_WRONG, items, made.slope, made.intercept))
        assert "common item “i4” does not agree with the others" in said


def test_one_common_item_is_enough_for_curves() -> None:
    found = link([Logistic(1.4, 0.3)], moved_away([Logistic(1.4, 0.3)], 1.2, 0.5))
    assert (found.slope, found.intercept) == pytest.approx((1.2, 0.5), abs=1e-4)
    assert found.n == 1


@pytest.mark.parametrize("items", [MIXED, RIGHT_WRONG], ids=["mixed", "3PL"])
def test_a_form_equated_to_itself_stays(items: list[Item]) -> None:
    grid = gauss_hermite()
    truth = equate_true_scores(items, items, Design.NEAT, n=N)
    assert truth.equivalent == pytest.approx(truth.score, abs=1e-9)
    seen = equate_observed_scores(items, items, grid, grid, Design.RANDOM_GROUPS, n=N)
    assert seen.equivalent == pytest.approx(seen.score, abs=1e-6)
    assert (seen.design, seen.n_x) == (Design.RANDOM_GROUPS, 1000)


def test_a_harder_form_earns_more() -> None:
    harder: list[Item] = [Logistic(item.a, item.b + 0.5, 0.2) for item in RIGHT_WRONG if isinstance(item, Logistic)]
    truth = equate_true_scores(harder, RIGHT_WRONG, Design.NEAT, n=N)
    assert (truth.equivalent[3:9] > truth.score[3:9] + 0.2).all()
    assert truth.equivalent[[0, 9]] == pytest.approx([0, 9])
    assert (np.diff(truth.equivalent) > 0).all()
    seen = equate_observed_scores(harder, RIGHT_WRONG, gauss_hermite(), gauss_hermite(), Design.NEAT, n=N)
    np.testing.assert_allclose(seen.equivalent[3:8], truth.equivalent[3:8], atol=0.25)


def test_where_only_guessing_is_known_a_line_leads() -> None:
    found = equate_true_scores(RIGHT_WRONG, [*RIGHT_WRONG, Logistic(1, 0, 0.25)], Design.NEAT, n=N)
    # Nine items with c = 0.2 earn 1.8 by guessing; with the tenth 2.05.
    assert found.equivalent[:2] == pytest.approx([0, 2.05 / 1.8])


@settings(max_examples=30)
@given(st.floats(-4, 4))
def test_the_ability_of_a_true_score(theta: float) -> None:
    assert ability_of(MIXED, true_score(MIXED, np.array([theta]))) == pytest.approx([theta], abs=1e-6)


def test_the_order_of_items_changes_nothing() -> None:
    grid = gauss_hermite()
    one = equate_observed_scores(MIXED, RIGHT_WRONG[:8], grid, grid, Design.NEAT, n=N)
    other = equate_observed_scores(MIXED[::-1], RIGHT_WRONG[7::-1], grid, grid, Design.NEAT, n=N)
    assert one.equivalent == pytest.approx(other.equivalent)


def test_the_synthetic_population_is_weighed() -> None:
    x, y = gauss_hermite(), Grid(gauss_hermite().points + 1, gauss_hermite().weights)
    forms = MIXED, RIGHT_WRONG[:8]
    all_x = equate_observed_scores(*forms, x, y, Design.NEAT, weight=1, n=N)
    only_x = equate_observed_scores(*forms, x, x, Design.NEAT, n=N)
    assert all_x.equivalent == pytest.approx(only_x.equivalent)


def test_equating_that_cannot_be_done_says_why() -> None:
    with pytest.raises(ValueError, match="need not rise"):
        equate_true_scores([NOMINAL], MIXED, Design.NEAT, n=N)
    with pytest.raises(ValueError, match="need not rise"):
        equate_true_scores(MIXED, [Logistic(-0.3, 0)], Design.NEAT, n=N)
    with pytest.raises(ValueError, match="one item or more"):
        equate_true_scores([], MIXED, Design.NEAT, n=N)
    with pytest.raises(ValueError, match="one item or more"):
        equate_observed_scores([], MIXED, gauss_hermite(), gauss_hermite(), Design.NEAT, n=N)
    with pytest.raises(ValueError, match="from 0 to 1"):
        equate_observed_scores(MIXED, MIXED, gauss_hermite(), gauss_hermite(), Design.NEAT, weight=-1, n=N)


def test_what_rounds_to_nothing_is_told_without_a_sign() -> None:
    (said,) = told([CommonItem("q", 0.0, -0.01, 9.0, -0.004, 0.9)])
    assert "difficulty +0.00 logits and slope 2.46 times" in said
    assert "(robust z 0.0 and 9.0," in said
