from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from item_bank.statistics.options import distractors, item_options, option_statistics, score_groups
from item_bank.statistics.responses import classify


def test_equal_totals_share_a_group_and_the_cut_belongs_below() -> None:
    assert score_groups(np.array([0.0, 1.0, 1.0, 2.0, 3.0, 3.0]), 2).tolist() == [0, 0, 0, 1, 1, 1]
    assert score_groups(np.array([1.0, 1.0, 1.0]), 3).tolist() == [0, 0, 0]


def test_counts_by_group() -> None:
    chosen = ["A", "B", None, "A", "A", "A"]
    scores = np.array([1.0, 0, 0, 1, 1, 1])
    totals = np.array([1.0, 0, 0, 4, 5, 6])
    key, distractor = option_statistics(chosen, "AB", scores, totals, 2)
    assert (key.n, key.by_group, key.shares) == (4, (1, 3), (1 / 3, 1.0))
    assert key.discrimination == pytest.approx(2 / 3)
    assert (distractor.n, distractor.share, distractor.by_group) == (1, 1 / 6, (1, 0))
    assert key.rest == pytest.approx(np.corrcoef(scores, totals - scores)[0, 1])
    assert distractor.total < 0


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        option_statistics(["A"], "AB", np.array([1.0, 2.0]), np.array([1.0]))


def test_those_who_chose_nothing_have_a_row() -> None:
    found = item_options(["A", None, "A"], "AB", np.array([1.0, 0, 1]), np.array([5.0, 1, 6]), "A", 2)
    assert (found.omitted.option, found.omitted.n, found.omitted.share) == (None, 1, 1 / 3)
    assert found.never_chosen == ("B",)
    assert np.isnan(found.options[1].rest)
    assert np.isnan(found.options[1].mean)
    assert sum(one.n for one in found.options) + found.omitted.n == found.n
    assert (found.sizes, found.means) == ((2, 1), (3.0, 6.0))


def test_a_wrong_key_is_suspected() -> None:
    rng = np.random.default_rng(1)
    ability = rng.standard_normal(400)
    right = rng.random(400) < 1 / (1 + np.exp(-2 * ability))
    # The true answer is B, but the key says A.
    chosen = np.where(right, "B", rng.choice(["A", "C"], 400)).tolist()
    scores = np.array([float(one == "A") for one in chosen])
    found = item_options(chosen, "ABC", scores, ability * 3 + 20 + scores, "A")
    assert found.key_suspects == ("B",)
    assert found.chosen_by_the_best == ("B",)
    told = item_options(chosen, "ABC", right.astype(np.float64), ability * 3 + 20 + right, "B")
    assert told.key_suspects == ()
    assert told.chosen_by_the_best == ()
    assert [one.option for one in told.distractors] == ["A", "C"]


def test_without_a_key_nothing_is_suspected() -> None:
    found = item_options(["A", "B"], "AB", np.zeros(2), np.array([1.0, 2]))
    assert (found.key_suspects, found.chosen_by_the_best) == ((), ())


def test_groups_of_given_shares() -> None:
    totals = np.arange(100.0)
    assert np.bincount(score_groups(totals, (0.27, 0.46, 0.27))).tolist() == [27, 46, 27]
    assert score_groups(totals, 1).tolist() == [0] * 100
    with pytest.raises(ValueError, match="sum to 1"):
        score_groups(totals, (0.3, 0.3))


@given(arrays(np.int_, (9, 3), elements=st.integers(-1, 2)), st.permutations(range(3)), st.permutations(range(9)))
def test_names_of_options_and_order_of_persons_change_nothing(
    choices: np.ndarray[Any, np.dtype[np.int_]], names: list[int], order: list[int]
) -> None:
    scores = (choices == 0).astype(float)
    responses = classify(np.where(choices < 0, np.nan, scores), shown=np.ones(choices.shape))
    renamed = np.where(choices < 0, -1, np.array(names)[choices])
    others = classify(np.where(choices < 0, np.nan, scores)[order], shown=np.ones(choices.shape))
    plain = distractors(choices, [3] * 3, responses)
    changed = distractors(renamed[order], [3] * 3, others)
    for one, other in zip(plain, changed, strict=True):
        assert one.omitted.by_group == other.omitted.by_group
        for option in one.options:
            counterpart = other.options[names[int(str(option.option))]]
            assert option.by_group == counterpart.by_group
            np.testing.assert_allclose(option.rest, counterpart.rest, atol=1e-9)


def test_persons_who_did_not_reach_an_item_enter_none_of_its_rows() -> None:
    choices = np.array([[0, 1], [1, 0], [0, -1]])
    responses = classify(np.array([[1, 0], [0, 1], [1, np.nan]]), shown=[[1, 1], [1, 1], [1, 0]])
    first, second = distractors(choices, [2, 2], responses, [[0], [0]])
    assert (first.n, second.n, second.omitted.n) == (3, 2, 0)
    with pytest.raises(ValueError, match="2 options"):
        distractors(choices + 1, [2, 2], responses)
    with pytest.raises(ValueError, match="shapes"):
        distractors(choices, [2], responses)


def test_narrow_numbers_do_not_overflow() -> None:
    rng = np.random.default_rng(1)
    choices = rng.integers(0, 5, (500, 2))
    responses = classify((choices == 0).astype(float))
    narrow, wide = (distractors(one, [5, 5], responses, groups=50) for one in (choices.astype(np.int8), choices))
    for one, other in zip(narrow, wide, strict=True):
        assert [option.by_group for option in one.options] == [option.by_group for option in other.options]
