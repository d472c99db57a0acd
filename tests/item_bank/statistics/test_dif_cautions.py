"""What is told of a comparison of groups that is no better than a hint."""

from __future__ import annotations

import numpy as np
import pytest

from item_bank.statistics import dif
from tests.item_bank.statistics.dif_answers import answers, halves


def told(found: dif.Dif) -> list[str]:
    return [one.text for one in found.warnings]


def test_small_groups_are_computed_and_told() -> None:
    assert told(dif.analyse(answers(600), halves(600), reference="reference")) == []
    few = dif.analyse(answers(600), ["a"] * 450 + ["b"] * 150)
    least = "with fewer than 200 in the smaller group and 500 in both differences are hints at most"
    assert told(few) == [f"b and a: 150 persons in b, 600 in both groups; {least}"]
    assert few.items[0].mantel_haenszel is not None
    three = dif.analyse(answers(900), ["a"] * 500 + ["b"] * 350 + ["c"] * 50)
    assert [one.focal for one in three.warnings] == ["c"]
    assert len(told(dif.analyse(answers(400), halves(400), reference="reference"))) == 1


def test_matching_that_is_not_purified_is_told() -> None:
    strata = dif.ability_strata(answers(600).sum(axis=1))
    for purified in (True, False):
        found = dif.analyse(answers(600), halves(600), matching=strata, purified=purified)
        assert "nothing was purified" in told(found)[0]
        assert {row.in_anchor for row in found.items} == {None}


def test_a_purification_that_ends_nowhere_is_told() -> None:
    """Half of the items favour each group: against one total every item differs."""
    rng = np.random.default_rng(1)
    focal = np.repeat([0, 1], 2000)
    away = np.array([1.5, -1.5] * 3) * focal[:, None]
    scores = (rng.normal(size=(4000, 1)) + rng.normal(size=(4000, 6)) + away > 0).astype(float)
    assert told(dif.analyse(scores, focal)) == [
        "1: every item was flagged, so persons are matched on the total of all items"
    ]


@pytest.mark.parametrize("matched", [True, False])
def test_missing_answers_are_refused_with_what_to_do(matched: bool) -> None:
    scores, groups = answers(), halves()
    matching = scores.sum(axis=1) if matched else None
    with pytest.raises(ValueError, match="nobody was presented with item 0: leave it out"):
        dif.analyse(np.full_like(scores, np.nan), groups, matching=matching)
    scores[:, 2] = np.nan
    with pytest.raises(ValueError, match="nobody was presented with item 2: leave it out"):
        dif.analyse(scores, groups, matching=matching)


def test_matching_values_that_match_nobody() -> None:
    scores, groups = answers(), halves()
    with pytest.raises(ValueError, match="both a group and a matching value"):
        dif.analyse(scores, groups, matching=np.full(len(scores), np.nan))
    with pytest.raises(ValueError, match="ability_strata puts such"):
        dif.analyse(scores, groups, matching=np.where(scores[:, 0] > 0, np.inf, 0.0))
    with pytest.raises(ValueError, match="no ability is known"):
        dif.ability_strata([np.nan, np.nan])
