from __future__ import annotations

import numpy as np
import pytest

from item_bank.statistics import chance
from item_bank.statistics.clusters import number_right, statements


def test_the_share_that_guessing_earns() -> None:
    assert chance.of_choice(4) == 0.25
    assert chance.of_cluster((0, 0.1, 0.25, 0.5, 1)) == 0.30625
    assert chance.of_cluster((0, 1)) == 0.5
    assert chance.SHORT_ANSWER == 0
    with pytest.raises(ValueError, match="right option"):
        chance.of_choice(0)
    with pytest.raises(ValueError, match="table"):
        chance.of_cluster((1.0,))


def test_statements_below_a_cluster() -> None:
    right = np.array([[1, 1], [1, 0], [0, np.nan], [1, 1.0]])
    cluster, totals = np.array([1, 0.25, 0, 1]), np.array([9, 4.25, 2, 6])
    first, second = statements(right, cluster, totals)
    assert (first.right, second.right, second.omitted) == (0.75, 0.5, 1)
    # Totals without the cluster: 8, 4, 2, 5.
    assert first.rest == pytest.approx(np.corrcoef([1, 1, 0, 1], [8, 4, 2, 5])[0, 1])
    assert number_right(right).tolist() == [2, 1, 0, 2]
    assert number_right(np.array([[np.nan, np.nan]])).tolist() == [-1]


def test_one_person_has_no_correlation() -> None:
    (only,) = statements(np.array([[1.0]]), np.array([1.0]), np.array([3.0]))
    assert only.right == 1
    assert np.isnan(only.rest)
    with pytest.raises(ValueError, match="shapes"):
        statements(np.ones((2, 1)), np.ones(1), np.ones(2))
