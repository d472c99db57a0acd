"""Person fit without a model: by hand, edges, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from item_bank.statistics.person_fit import PersonFit, person_fit

NAMES = [name for name in PersonFit.__slots__ if name not in ("items", "score")]


def drawn(seed: int, n: int = 60, k: int = 9) -> np.ndarray:
    rng = np.random.default_rng(seed)
    chances = 1 / (1 + np.exp(-(rng.normal(0, 1, (n, 1)) - np.linspace(-2, 2, k))))
    return (rng.random((n, k)) < chances).astype(float)


def test_by_hand() -> None:
    scores = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, 0, 1, 0]], dtype=float)
    found = person_fit(scores)
    # Shares right 0.8, 0.4, 0.4, 0.2: the fourth person has the hardest item alone, after three easier ones.
    np.testing.assert_allclose(found.guttman, [0, 0, 0, 3, 1])
    np.testing.assert_allclose(found.norm_conformity, [1, 1, 1, -1, 0.5])
    np.testing.assert_allclose(found.modified_caution, [0, 0, 0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(found.u3[3], 1)


def test_ht_as_a_matrix_of_persons() -> None:
    scores = drawn(1)
    share = scores.mean(axis=1)
    covariance = np.cov(scores, bias=True)
    greatest = np.minimum(np.outer(share, 1 - share), np.outer(1 - share, share))
    np.fill_diagonal(covariance, 0)
    np.fill_diagonal(greatest, 0)
    mixed = (share > 0) & (share < 1)
    expected = covariance.sum(axis=1)[mixed] / greatest.sum(axis=1)[mixed]
    np.testing.assert_allclose(person_fit(scores).ht[mixed], expected, atol=1e-12)


def test_nothing_or_everything_right_is_not_a_number() -> None:
    found = person_fit(np.array([[1, 1, 1], [0, 0, 0], [np.nan, np.nan, np.nan], [1, 0, 0]]))
    for name in NAMES:
        assert np.isnan(getattr(found, name)[:3]).all()
    assert found.score.tolist() == [3, 0, 0, 1]


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (4, 1), (3, 30)])
def test_small_and_odd_shapes(shape: tuple[int, int]) -> None:
    scores = np.random.default_rng(0).integers(0, 2, shape).astype(float)
    found = person_fit(scores)
    assert all(getattr(found, name).shape == (shape[0],) for name in NAMES)


def test_equally_hard_items_contradict_nobody() -> None:
    found = person_fit(np.eye(4))
    assert np.isnan(found.u3).all()
    assert np.isnan(found.zu3).all()
    assert np.isnan(found.modified_caution).all()


def test_items_not_presented_are_left_out() -> None:
    scores = drawn(2)
    scores[0] = [1, 0, 1, 0, 0, 1, 0, 0, 0]
    masked = scores.copy()
    masked[0, 3] = np.nan
    found = person_fit(masked)
    assert found.items[0] == 8
    assert found.guttman[0] == 4
    assert np.isnan(found.ht[0])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_order_of_persons_and_items_does_not_matter(seed: int) -> None:
    scores = drawn(seed)
    rng = np.random.default_rng(seed)
    persons, places = rng.permutation(60), rng.permutation(9)
    before, after = person_fit(scores), person_fit(scores[persons][:, places])
    p = scores.mean(axis=0)
    ties = np.unique(p).size < p.size
    for name in NAMES:
        # Which of two equally hard items comes first is a convention that Guttman errors hang on.
        if not (ties and name in ("guttman", "guttman_share", "norm_conformity")):
            np.testing.assert_allclose(getattr(after, name), getattr(before, name)[persons], atol=1e-8)


def test_guessers_stand_out() -> None:
    scores = drawn(3, n=400, k=40)
    scores[:20] = np.random.default_rng(4).integers(0, 2, (20, 40))
    found = person_fit(scores)
    assert np.nanmean(found.zu3[:20]) > 2
    assert abs(np.nanmean(found.zu3[20:])) < 0.5
    assert np.nanmean(found.ht[:20]) < np.nanmean(found.ht[20:])


def test_more_than_right_or_wrong_is_told() -> None:
    with pytest.raises(ValueError, match="0 and 1"):
        person_fit([[0, 2]])
