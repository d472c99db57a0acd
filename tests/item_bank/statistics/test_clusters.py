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


def test_a_statement_that_the_best_judge_against_its_key_is_suspect() -> None:
    ability = np.arange(60)
    able = (ability >= 20).astype(float)
    badly_put = np.where(ability % 10 < np.where(ability < 20, 10, 8), 1.0, 0.0)
    right = np.column_stack([able, 1 - able, badly_put])
    found = statements(right, np.zeros(60), ability.astype(float))
    assert [one.key_suspect for one in found] == [False, True, False]
    assert (found[1].shares, found[1].against_shares) == ((1, 0, 0), (0, 1, 1))
    # Worse with higher scores by more than two standard errors, but most of the best judge by the key.
    assert found[2].rest == pytest.approx(-found[2].against_rest)
    assert found[2].rest < -2 / np.sqrt(59)
    assert found[2].shares[-1] == 0.8


def test_statements_where_nobody_came_and_where_some_have_no_rest() -> None:
    (nobody,) = statements(np.zeros((0, 1)), np.zeros(0), np.zeros(0))
    assert nobody.n == 0
    assert not nobody.key_suspect
    right, totals = np.array([[1.0], [0.0], [1.0]]), np.array([4.0, 1.0, 3.0])
    (some,) = statements(right, np.zeros(3), totals, rest=np.array([4.0, 1.0, np.nan]))
    assert some.n == 3
    assert some.rest == pytest.approx(1)
