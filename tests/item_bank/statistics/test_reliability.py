from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from item_bank.statistics.reliability import alpha_interval, by_sets, lower_bounds, reliability, split_half
from item_bank.statistics.responses import classify

matrices = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, min_side=3, max_side=8), elements=st.sampled_from([0.0, 1.0])
)


@given(matrices)
def test_alpha_if_deleted_is_the_alpha_of_the_others(scores: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    found = reliability(classify(scores)).if_deleted
    expected = [reliability(classify(np.delete(scores, item, axis=1))).alpha for item in range(scores.shape[1])]
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_deleting_an_item_may_heal_what_was_never_seen_together() -> None:
    rng = np.random.default_rng(1)
    scores = (rng.random((40, 4)) < 0.5).astype(float)
    position = np.tile(np.arange(4), (40, 1))
    position[:20, 0] = position[20:, 1] = -1
    found = reliability(classify(scores, position=position))
    assert np.isnan(found.alpha)
    assert np.isfinite(found.if_deleted[0])
    assert np.isfinite(found.if_deleted[1])
    assert np.isnan(found.if_deleted[2])


def test_the_interval_covers_alpha_as_often_as_it_says() -> None:
    # Parallel items with correlation 0.5: alpha = 5 · 0.5 / (1 + 4 · 0.5).
    rng, alpha, covered = np.random.default_rng(2), 2.5 / 3, 0
    for _ in range(400):
        scores = rng.standard_normal((60, 1)) + rng.standard_normal((60, 5))
        found = reliability(classify(scores), level=0.9)
        covered += found.lower <= alpha <= found.upper
    assert covered / 400 == pytest.approx(0.9, abs=0.05)


def test_a_level_is_a_share() -> None:
    with pytest.raises(ValueError, match="level"):
        alpha_interval(0.8, 100, 10, 95)


def test_sets_are_single_items() -> None:
    rng = np.random.default_rng(3)
    ability, passage = rng.standard_normal((500, 1)), np.repeat(rng.standard_normal((500, 3)), 4, axis=1)
    scores = (ability + passage + rng.standard_normal((500, 12)) > 0).astype(float)
    whole = classify(scores)
    sets = [range(start, start + 4) for start in (0, 4, 8)]
    found = by_sets(whole, sets)
    sums = classify(scores.reshape(500, 3, 4).sum(axis=2), [4, 4, 4])
    np.testing.assert_equal(asdict(found), asdict(reliability(sums)))
    # What items of a passage share beyond the ability is no reliability.
    assert found.alpha < reliability(whole).alpha - 0.1
    assert by_sets(whole, [[item] for item in range(12)]).alpha == pytest.approx(reliability(whole).alpha)
    with pytest.raises(ValueError, match="exactly one set"):
        by_sets(whole, [[0, 1]])


def test_split_halves() -> None:
    rng = np.random.default_rng(4)
    scores = (rng.standard_normal((300, 1)) + rng.standard_normal((300, 6)) > 0).astype(float)
    found = split_half(classify(scores))
    assert found.first == (0, 2, 4)
    odd, even = scores[:, ::2].sum(axis=1), scores[:, 1::2].sum(axis=1)
    r = np.corrcoef(odd, even)[0, 1]
    assert found.spearman_brown == pytest.approx(2 * r / (1 + r))
    assert found.guttman == pytest.approx(2 * (1 - (odd.var() + even.var()) / (odd + even).var()))
    # Alpha is the mean of λ4 over all halvings: of two items, the one.
    assert split_half(classify(scores[:, :2])).guttman == pytest.approx(reliability(classify(scores[:, :2])).alpha)
    with pytest.raises(ValueError, match="half"):
        split_half(classify(scores), range(6))
    with pytest.raises(ValueError, match="presented"):
        split_half(classify([[1, 0], [1, 1]], position=[[0, -1], [0, 1]]))


def test_kr21_needs_items_of_one_point() -> None:
    assert np.isnan(reliability(classify([[1.0, 0.5], [0.0, 0.0]])).kr21)
    assert np.isnan(reliability(classify([[2, 0], [0, 2]], [2, 2])).kr21)
    found = reliability(classify([[1, 1, 1], [0, 0, 1], [0, 0, 0]]))
    # Mean 4/3, variance 14/9: 3/2 (1 − 4/3 · 5/3 / (3 · 14/9)).
    assert found.kr21 == pytest.approx(1.5 * (1 - (20 / 9) / (14 / 3)))
    assert found.kr21 <= found.kr20


def test_bounds_are_in_order() -> None:
    rng = np.random.default_rng(6)
    covariance = np.cov(rng.standard_normal((200, 1)) * [1, 2, 0.5, 1] + rng.standard_normal((200, 4)), rowvar=False)
    found = lower_bounds(covariance)
    assert found.alpha < found.lambda2 < 1
    assert np.isnan(lower_bounds(np.zeros((3, 3))).lambda2)
    assert np.isnan(lower_bounds(np.ones((3, 3))).lambda6)
    assert lower_bounds(np.ones((3, 3))).alpha == pytest.approx(1)
