"""Abilities, sum scores and information: definitions, edges, invariances, recovery."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from item_bank.statistics.irt.ability import (
    Abilities,
    expected_a_posteriori,
    maximum_a_posteriori,
    maximum_likelihood,
    weighted_likelihood,
)
from item_bank.statistics.irt.information import (
    empirical_reliability,
    item_information,
    marginal_reliability,
    separation_reliability,
)
from item_bank.statistics.irt.likelihood import log_likelihood
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit, probabilities
from item_bank.statistics.irt.quadrature import normal_grid
from item_bank.statistics.irt.sums import score_distribution, sum_score_abilities, without_each

MIXED: list[Item] = [
    Logistic(1.2, -0.5),
    Logistic(0.8, 0.4, 0.2),
    Graded(1.1, (-1.0, 0.2, 1.3)),
    PartialCredit(0.9, (0.3, -0.4)),
    Nominal((-0.7, 0.1, 0.6), (0.2, 0.3, -0.5)),
]
DENSITY = normal_grid()
METHODS: list[Callable[..., Abilities]] = [maximum_a_posteriori, maximum_likelihood, weighted_likelihood]


def drawn(items: list[Item], theta: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    columns = [
        (rng.random((theta.size, 1)) > np.cumsum(share, axis=1)[:, :-1]).sum(axis=1)
        for share in probabilities(items, theta)
    ]
    return np.stack(columns, axis=1)


def test_log_likelihood_is_the_sum_over_answers() -> None:
    theta = np.array([-1.5, 0.0, 2.0])
    shares = probabilities(MIXED, theta)
    parts = [np.log(share[:, answer]) for share, answer in zip(shares[:4], [1, 0, 3, 2], strict=True)]
    assert_allclose(log_likelihood(np.array([[1, 0, 3, 2, -1]]), MIXED, theta), np.sum(parts, axis=0)[None])


def test_eap_is_mean_and_deviation_of_the_posterior() -> None:
    responses = np.array([[1, 0, 2, 1, 0], [0, -1, -1, 2, 1]])
    posterior = np.exp(log_likelihood(responses, MIXED, DENSITY.points)) * DENSITY.weights
    posterior /= posterior.sum(axis=1, keepdims=True)
    mean = posterior @ DENSITY.points
    found = expected_a_posteriori(responses, MIXED, DENSITY)
    assert_allclose(found.theta, mean)
    assert_allclose(found.error, np.sqrt(posterior @ DENSITY.points**2 - mean**2))
    assert found.answered.tolist() == [5, 3]
    assert found.n == 2


def test_who_answered_nothing() -> None:
    nothing = np.full((1, 5), -1)
    prior = normal_grid(mean=0.5, variance=4.0)
    eap, map_ = expected_a_posteriori(nothing, MIXED, prior), maximum_a_posteriori(nothing, MIXED, 0.5, 4.0)
    assert_allclose([eap.theta[0], eap.error[0]], [0.5, 2.0], atol=1e-6)
    assert_allclose([map_.theta[0], map_.error[0]], [0.5, 2.0], atol=1e-6)
    for method in (maximum_likelihood, weighted_likelihood):
        found = method(nothing, MIXED)
        assert np.isnan([*found.theta, *found.error]).all()
        assert found.converged.all()


def test_extreme_answers() -> None:
    items = [Logistic(1.0, b) for b in (-1.0, 0.0, 1.0)]
    extreme = np.array([[0, 0, 0], [1, 1, 1]])
    assert maximum_likelihood(extreme, items).theta.tolist() == [-np.inf, np.inf]
    bounded = maximum_likelihood(extreme, items, limits=(-4.0, 4.0))
    assert bounded.theta.tolist() == [-4.0, 4.0]
    assert np.isfinite(bounded.error).all()
    wle = weighted_likelihood(extreme, items)
    assert np.isfinite(wle.theta).all()
    assert_allclose(wle.theta[0], -wle.theta[1], atol=1e-7)


def test_guessing_can_leave_no_maximum() -> None:
    # Right on the hardest item alone: the likelihood is highest for who knows nothing.
    items = [Logistic(2.0, b, 0.25) for b in (-2.0, -1.0, 0.0, 3.0)]
    assert maximum_likelihood(np.array([[0, 0, 0, 1]]), items).theta[0] == -np.inf
    assert np.isfinite(maximum_a_posteriori(np.array([[0, 0, 0, 1]]), items).theta[0])


def test_the_highest_of_two_maxima_is_taken() -> None:
    items = [Logistic(3.0, -2.0), Logistic(3.0, -1.8), Logistic(4.0, 1.5, 0.2), Logistic(4.0, 1.7, 0.2)]
    every = np.array(list(product((0, 1), repeat=4)))
    fine = np.linspace(-8, 8, 6401)
    found = maximum_a_posteriori(every, items)
    height = log_likelihood(every, items, fine) - 0.5 * fine**2
    assert_allclose(found.theta, fine[height.argmax(axis=1)], atol=0.002)


def test_a_cliff_in_the_likelihood() -> None:
    items: list[Item] = [Logistic(60.0, 0.0), PartialCredit(1.0, (0.0, 0.5)), Logistic(-0.8, 0.2)]
    found = maximum_likelihood(np.array([[1, 0, 1], [0, 2, 0]]), items)
    assert found.converged.all()
    fine = np.linspace(-0.5, 0.5, 100_001)
    height = log_likelihood(np.array([[1, 0, 1], [0, 2, 0]]), items, fine)
    assert_allclose(found.theta, fine[height.argmax(axis=1)], atol=2e-5)


def test_an_item_without_parameters_tells_nothing() -> None:
    responses = drawn(MIXED, np.linspace(-2, 2, 9), np.random.default_rng(1))
    more, items = np.column_stack((responses, np.ones(9, dtype=np.int64))), [*MIXED, Logistic(np.nan, np.nan)]
    eap = expected_a_posteriori(more, items, DENSITY)
    assert_allclose(eap.theta, expected_a_posteriori(responses, MIXED, DENSITY).theta)
    assert (eap.answered == 5).all()
    for method in METHODS:
        assert_allclose(method(more, items).theta, method(responses, MIXED).theta)
    assert np.isnan(maximum_likelihood(more[:, 5:], items[5:]).theta).all()


@pytest.mark.parametrize("persons", [0, 1])
def test_no_items(persons: int) -> None:
    empty = np.zeros((persons, 0), dtype=np.int64)
    assert_allclose(expected_a_posteriori(empty, [], DENSITY).theta, np.zeros(persons), atol=1e-12)
    assert maximum_likelihood(empty, []).n == persons
    assert maximum_a_posteriori(empty, []).n == persons


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="one column for each item"):
        expected_a_posteriori(np.zeros((2, 3), dtype=np.int64), MIXED, DENSITY)
    with pytest.raises(ValueError, match="item 1 has a response outside"):
        maximum_likelihood(np.array([[0, 2, 0, 0, 0]]), MIXED)
    with pytest.raises(ValueError, match="whole category numbers"):
        maximum_likelihood(np.zeros((2, 5)), MIXED)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="variance above 0"):
        maximum_a_posteriori(np.zeros((1, 5), dtype=np.int64), MIXED, variance=0.0)
    with pytest.raises(ValueError, match="at least two nodes"):
        normal_grid(nodes=1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    responses = drawn(MIXED, rng.normal(size=12), rng)
    responses[rng.random(responses.shape) < 0.2] = -1
    persons, columns = rng.permutation(12), rng.permutation(5)
    shuffled, items = responses[persons][:, columns], [MIXED[column] for column in columns]
    assert_allclose(
        expected_a_posteriori(shuffled, items, DENSITY).theta,
        expected_a_posteriori(responses, MIXED, DENSITY).theta[persons],
        atol=1e-10,
    )
    for method in METHODS:
        assert_allclose(method(shuffled, items).theta, method(responses, MIXED).theta[persons], atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 2.0), st.floats(-2.0, 2.0))
def test_a_change_of_scale_changes_abilities_with_it(seed: int, wide: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    items = [Logistic(a, b) for a, b in zip(rng.uniform(0.7, 1.8, 8), rng.normal(size=8), strict=True)]
    moved = [Logistic(item.a / wide, item.b * wide + shift) for item in items]
    responses = drawn(list(items), rng.normal(size=10), rng)
    before, after = (
        maximum_a_posteriori(responses, one, *prior) for one, prior in ((items, (0.0, 1.0)), (moved, (shift, wide**2)))
    )
    assert_allclose(after.theta, before.theta * wide + shift, atol=1e-6)
    assert_allclose(after.error, before.error * wide, atol=1e-6)


def test_abilities_are_recovered() -> None:
    rng = np.random.default_rng(4)
    items: list[Item] = [Graded(1.5, tuple(np.sort(rng.normal(size=3)))) for _ in range(60)]
    theta = rng.normal(size=300)
    responses = drawn(items, theta, rng)
    for found in (
        expected_a_posteriori(responses, items, DENSITY),
        maximum_likelihood(responses, items),
        weighted_likelihood(responses, items),
        weighted_likelihood(responses, items, "jeffreys"),
    ):
        standard = (found.theta - theta) / found.error
        assert abs(standard.mean()) < 0.2
        assert 0.85 < standard.std() < 1.15


def test_sum_scores_are_counted_out() -> None:
    theta = np.array([-1.0, 0.3])
    shares = probabilities(MIXED, theta)
    expected = np.zeros((2, 1 + 1 + 3 + 2 + 2 + 1))
    for answers in product(*(range(item.categories) for item in MIXED)):
        chance = np.prod([share[:, answer] for share, answer in zip(shares, answers, strict=True)], axis=0)
        expected[:, sum(answers)] += chance
    assert_allclose(score_distribution(shares), expected)
    for column, others in enumerate(without_each(shares)):
        assert_allclose(others, score_distribution(shares[:column] + shares[column + 1 :]))
    with pytest.raises(ValueError, match="at least one item"):
        score_distribution([])


def test_a_rasch_sum_score_says_all() -> None:
    items = [Logistic(1.0, b) for b in (-1.2, -0.3, 0.4, 1.1)]
    patterns = np.array([[1] * score + [0] * (4 - score) for score in range(5)])
    table = sum_score_abilities(items, DENSITY)
    by_pattern = expected_a_posteriori(patterns, items, DENSITY)
    assert_allclose(table.theta, by_pattern.theta)
    assert_allclose(table.error, by_pattern.error)
    assert_allclose(table.probability.sum(), 1.0)


def test_sums_of_points_that_are_no_category_numbers() -> None:
    """A quarter point for right and wrong, and a cluster worth 0.1, 0.25, 0.5 and 1: in steps of 0.05."""
    items: list[Item] = [Logistic(1.0, 0.2), PartialCredit(0.8, (-1.0, -0.2, 0.1, 0.9))]
    points = [[0, 5], [0, 2, 5, 10, 20]]
    table = sum_score_abilities(items, DENSITY, points)
    shares = probabilities(items, DENSITY.points)
    for score in (0, 5, 15, 25):
        ways = [(x, y) for x in range(2) for y in range(5) if points[0][x] + points[1][y] == score]
        joint = sum(shares[0][:, x] * shares[1][:, y] for x, y in ways) * DENSITY.weights
        assert_allclose(table.probability[score], joint.sum())
        assert_allclose(table.theta[score], joint @ DENSITY.points / joint.sum())
    assert table.probability[3] == 0
    assert np.isnan(table.theta[3])
    assert_allclose(table.probability.sum(), 1.0)
    with pytest.raises(ValueError, match="one whole number from 0 for each category"):
        sum_score_abilities(items, DENSITY, [[0, 5], [0, 2]])


def test_information_and_reliability() -> None:
    theta = np.linspace(-2, 2, 5)
    found = item_information([Logistic(1.5, 0.0), Logistic(1.0, 0.5, 0.2)], theta)
    right = 0.2 + 0.8 / (1 + np.exp(-(theta - 0.5)))
    # Birnbaum 1968: the information of the three-parameter model.
    assert_allclose(found[1], (1 - right) / right * ((right - 0.2) / 0.8) ** 2)
    assert_allclose(found[0, 2], 1.5**2 / 4)
    short, long = ([Logistic(1.0, 0.0)] * k for k in (5, 50))
    assert 0 < marginal_reliability(short, DENSITY) < marginal_reliability(long, DENSITY) < 1
    one = maximum_likelihood(np.array([[1, 0, 0, 0, 0]]), short)
    assert np.isnan([empirical_reliability(one), separation_reliability(one)]).all()
    with pytest.raises(ValueError, match="population that varies"):
        marginal_reliability(short, DENSITY, variance=0.0)
