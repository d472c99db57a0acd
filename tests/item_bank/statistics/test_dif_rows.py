"""Differential item functioning as a whole: rows, groups, matching, and what has no figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from item_bank.statistics import dif
from item_bank.statistics.dif.mantel_haenszel import mantel_haenszel
from item_bank.statistics.dif.sibtest import sibtest
from item_bank.statistics.dif.strata import ability_strata, as_sets, study
from tests.item_bank.statistics.dif_answers import answers, halves
from tests.reference import peers


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_an_item_that_does_not_vary_has_no_figures(level: float) -> None:
    scores = answers()
    scores[:, 2] = level
    row = dif.analyse(scores, halves()).items[2]
    assert row.mantel_haenszel is not None
    assert row.logistic is not None
    assert (row.mantel_haenszel.ets, row.logistic.both.zumbo_thomas) == ("", "")
    assert np.isnan([row.mantel_haenszel.p, row.logistic.both.lrt, row.adjusted["mantel_haenszel"]]).all()


@pytest.mark.parametrize(
    ("persons", "items", "points"), [(2, 3, 1), (3, 1, 1), (3, 2, 4), (20, 1, 1), (8, 30, 1), (40, 0, 1)]
)
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.filterwarnings("error")
def test_a_small_study_gives_rows_with_gaps(persons: int, items: int, points: int, own: bool) -> None:
    scores = answers(persons, max(items, 1), points=points)[:, :items]
    matching = np.arange(persons) % 2 if own else None
    assert len(dif.analyse(scores, halves(persons), matching=matching).items) == items


@pytest.mark.parametrize(
    ("scores", "groups", "told"),
    [
        ([[1.0, 0.0]], ["a"], "two groups"),
        ([[1.0, 0.0], [0.0, 1.0]], ["a"], "group labels"),
        ([[1.0, 0.5], [0.0, 1.0]], ["a", "b"], "whole numbers"),
        ([[1.0, -1.0], [0.0, 1.0]], ["a", "b"], "whole numbers"),
        ([[1.0, np.nan], [0.0, 1.0]], ["a", "b"], "ability_strata"),
        ([[1.0, 0.0], [0.0, 1.0]], ["a", None], "two groups"),
    ],
)
def test_what_cannot_be_compared_is_refused(scores: list[list[float]], groups: list[object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        dif.analyse(scores, groups)


def test_wrong_settings_are_refused() -> None:
    scores, groups = answers(), halves()
    with pytest.raises(ValueError, match="reference group"):
        dif.analyse(scores, groups, reference="nobody")
    with pytest.raises(ValueError, match="anchor"):
        dif.analyse(scores, groups, anchor=[99])
    with pytest.raises(ValueError, match="no method"):
        dif.analyse(scores, groups, methods=["guess"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="matches on a total"):
        sibtest(study(scores, groups, matching=np.zeros(600)))
    with pytest.raises(ValueError, match="two groups"):
        mantel_haenszel(study(scores, ["a", "b", "c"] * 200).tables())


def test_every_group_is_compared_with_the_largest_and_unknown_ones_are_left_out() -> None:
    scores = answers(persons=700, points=2)
    groups: list[object] = ["north"] * 300 + ["south"] * 200 + [3] * 150 + [None, "", np.nan, None, None] * 10
    found = dif.analyse(scores, groups)
    assert found.reference == "north"
    assert [row.focal for row in found.items] == ["3"] * 10 + ["south"] * 10
    assert found.items[0].focal_persons == 150
    assert found.items[0].mantel_haenszel is None
    assert found.items[0].generalised == found.items[10].generalised
    assert found.items[0].generalised is not None
    assert found.items[0].generalised.df == 4
    assert set(found.purifications) == {"3", "south"}


def test_drawn_items_are_matched_on_strata_of_ability() -> None:
    """Each person answers half of the items; the first is harder for the second group."""
    rng = np.random.default_rng(5)
    scores = answers(3000, 20, harder=1.0)
    scores[rng.random(scores.shape) < 0.5] = np.nan
    strata = ability_strata(np.nanmean(scores, axis=1), 8)
    found = dif.analyse(scores, halves(3000), matching=strata, reference="reference")
    assert len(np.unique(strata)) == 8
    assert [row.sibtest for row in found.items] == [None] * 20
    first, others = found.items[0], found.items[1:]
    assert first.mantel_haenszel is not None
    assert first.mantel_haenszel.ets == "C"
    assert first.reference_persons + first.focal_persons < 1700
    assert sum(row.adjusted["mantel_haenszel"] < 0.05 for row in others) <= 1


def test_a_set_is_studied_as_one_item() -> None:
    scores = answers(items=6)
    sets = [[0, 1], [2], [3, 4, 5]]
    np.testing.assert_array_equal(as_sets(scores, sets)[:, 2], scores[:, 3:].sum(axis=1))
    found = dif.analyse(scores, halves(), sets=sets, methods=["mantel", "mantel_haenszel"])
    assert [row.item for row in found.items] == [0, 1, 2]
    assert found.items[0].mantel_haenszel is None
    assert found.items[1].mantel_haenszel is not None
    assert found.items[0].logistic is None


@pytest.mark.parametrize("name", ["sim_dif_2000x25"])
def test_simulated_dif_is_found(shared: Path, name: str) -> None:
    """The items that were made to differ, and at most one other, at a false-discovery rate of 5 %."""
    scores, group = peers.grouped(shared, name, "group")
    found = dif.analyse(scores, group, reference=0)
    flagged = {row.item + 1 for row in found.items if row.adjusted["logistic"] < 0.05}
    assert {5, 12} <= flagged
    assert len(flagged - set(peers.truth(shared, name)["dif_items_1based"])) <= 1


def test_an_anchor_can_be_given() -> None:
    scores, groups = answers(harder=1.0), halves()
    found = dif.analyse(scores, groups, reference="reference", anchor=[2, 3, 4], methods=["mantel", "generalised"])
    assert [row.in_anchor for row in found.items] == [item in (2, 3, 4) for item in range(10)]
    assert found.purifications == {}
    assert found.items[0].mantel is not None
    assert found.items[0].generalised is not None
    assert found.items[0].generalised.chi2 == pytest.approx(found.items[0].mantel.chi2)


def test_two_groups_share_their_anchor_with_the_generalised_test() -> None:
    found = dif.analyse(answers(harder=1.5), halves(), reference="reference", methods=["mantel", "generalised"])
    assert not found.items[0].in_anchor
    for row in found.items:
        assert row.mantel is not None
        assert row.generalised is not None
        assert row.generalised.chi2 == pytest.approx(row.mantel.chi2)
