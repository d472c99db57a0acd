"""Fit of items, persons and whole models: definitions, edges, invariances, behaviour under the model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from item_bank.statistics.correlation import correlation
from item_bank.statistics.irt.ability import expected_a_posteriori, maximum_likelihood, weighted_likelihood
from item_bank.statistics.irt.cells import merged
from item_bank.statistics.irt.fit import (
    item_mean_squares,
    person_mean_squares,
    posterior_mean_squares,
    residual_correlations,
    residuals,
)
from item_bank.statistics.irt.global_fit import limited_information_fit
from item_bank.statistics.irt.item_fit import score_fit, score_tables
from item_bank.statistics.irt.models import Graded, Item, Logistic
from item_bank.statistics.irt.person_fit import corrected_log_likelihood_fit, log_likelihood_fit
from item_bank.statistics.irt.quadrature import normal_grid
from tests.item_bank.statistics.test_ability import MIXED, drawn

DENSITY = normal_grid()
SEEDS = st.integers(0, 2**32 - 1)


def binary(rng: np.random.Generator, k: int) -> list[Item]:
    return [Logistic(a, b) for a, b in zip(rng.uniform(0.7, 1.8, k), rng.normal(size=k), strict=True)]


def test_cells_of_two_categories_by_hand() -> None:
    observed = np.array([[1.0, 0.0], [0.0, 0.0], [6.0, 3.0], [4.0, 6.0], [0.0, 8.0]])
    expected = np.array([[0.8, 0.2], [0.0, 0.0], [5.5, 3.5], [4.2, 5.8], [0.6, 7.4]])
    seen, model = merged(observed, expected)
    # The single person joins the next group there is; the sparse last group the one before.
    assert_allclose(seen, [[7, 3], [4, 14]])
    assert_allclose(model, [[6.3, 3.7], [4.8, 13.2]])


def test_cells_that_no_group_can_fill() -> None:
    seen, model = merged(np.array([[2.0, 0.0]]), np.array([[2.0, 0.0]]))
    assert seen.shape == model.shape == (0, 2)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_merging_loses_nobody(seed: int) -> None:
    rng = np.random.default_rng(seed)
    responses = drawn(MIXED, rng.normal(size=150), rng)
    for observed, expected in score_tables(responses, MIXED, DENSITY):
        assert_allclose(observed.sum(axis=1), expected.sum(axis=1))
        seen, model = merged(observed, expected)
        assert_allclose(seen.sum(), observed.sum())
        assert_allclose(model.sum(), expected.sum())
        if len(model) > 1:
            assert model[model > 0].min() >= 1


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_order_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    responses = drawn(MIXED, rng.normal(size=200), rng)
    persons, columns = rng.permutation(200), rng.permutation(len(MIXED))
    shuffled, items = responses[persons][:, columns], [MIXED[column] for column in columns]
    before, after = score_fit(responses, MIXED, DENSITY), score_fit(shuffled, items, DENSITY)
    assert_allclose(after.statistic, before.statistic[columns], atol=1e-9)
    assert after.degrees.tolist() == before.degrees[columns].tolist()
    theta = expected_a_posteriori(responses, MIXED, DENSITY).theta
    assert_allclose(
        item_mean_squares(shuffled, items, theta[persons]).infit,
        item_mean_squares(responses, MIXED, theta).infit[columns],
    )
    ordered, mixed = ([n for n in order if n != 4] for order in (range(5), columns))
    models = [
        limited_information_fit(data[:, keep], [MIXED[n] for n in names], DENSITY).statistic
        for data, keep, names in (
            (responses, ordered, ordered),
            (shuffled, [int(np.flatnonzero(columns == n)[0]) for n in mixed], mixed),
        )
    ]
    assert_allclose(models[0], models[1], rtol=1e-6)


def test_score_fit_keeps_its_level_and_finds_what_does_not_fit() -> None:
    rng = np.random.default_rng(8)
    items = binary(rng, 20)
    theta = rng.normal(size=4000)
    responses = drawn(items, theta, rng)
    guessed = rng.random(4000) < 0.25
    responses[guessed, 0] = 1
    found = score_fit(responses, items, DENSITY, free=[0] * 20)
    assert found.p[0] < 1e-6
    assert (found.p[1:] < 0.05).mean() < 0.2
    assert found.n == 4000


def test_score_fit_at_the_edges() -> None:
    items = binary(np.random.default_rng(1), 3)
    for responses in (np.zeros((0, 3), dtype=np.int64), np.full((4, 3), -1), np.ones((1, 3), dtype=np.int64)):
        found = score_fit(responses, items, DENSITY)
        assert np.isnan(found.p).all()
        assert found.n == (responses >= 0).all(axis=1).sum()
    assert score_fit(np.zeros((4, 0), dtype=np.int64), [], DENSITY).statistic.size == 0
    assert np.isnan(score_fit(np.array([[0], [1], [1]]), items[:1], DENSITY).p).all()


def test_mean_squares_by_hand() -> None:
    items: list[Item] = [Logistic(1.0, 0.0), Logistic(1.0, 1.0)]
    responses, theta = np.array([[1, 0], [0, 1], [1, -1]]), np.array([0.5, -0.5, np.inf])
    chance = 1 / (1 + np.exp(-(theta[:2, None] - [0.0, 1.0])))
    squares, variance = (responses[:2] - chance) ** 2, chance * (1 - chance)
    found = item_mean_squares(responses, items, theta)
    assert found.n.tolist() == [2, 2]
    assert_allclose(found.outfit, (squares / variance).mean(axis=0))
    assert_allclose(found.infit, squares.sum(axis=0) / variance.sum(axis=0))
    by_person = person_mean_squares(responses, items, theta)
    assert_allclose(by_person.outfit[:2], (squares / variance).mean(axis=1))
    assert np.isnan(by_person.outfit[2])


def test_mean_squares_under_the_model_are_near_one() -> None:
    rng = np.random.default_rng(3)
    theta = rng.normal(size=3000)
    responses = drawn(MIXED * 4, theta, rng)
    responses[rng.random(responses.shape) < 0.1] = -1
    found = item_mean_squares(responses, MIXED * 4, theta)
    assert_allclose(found.infit, 1, atol=0.1)
    assert np.abs(found.infit_z).mean() < 1.3
    outfit, infit = posterior_mean_squares(responses, MIXED * 4, DENSITY)
    assert_allclose(infit, 1, atol=0.05)
    assert_allclose(outfit, 1, atol=0.15)


def test_residual_correlations() -> None:
    rng = np.random.default_rng(5)
    theta = rng.normal(size=800)
    items = binary(rng, 12)
    responses = drawn(items, theta, rng)
    responses[:, 1] = np.where(rng.random(800) < 0.6, responses[:, 0], responses[:, 1])
    responses[rng.random(responses.shape) < 0.1] = -1
    at = expected_a_posteriori(responses, items, DENSITY).theta
    found, left = residual_correlations(responses, items, at), residuals(responses, items, at)
    both = ~np.isnan(left[:, 2]) & ~np.isnan(left[:, 7])
    assert found[2, 7] == pytest.approx(correlation(left[both, 2], left[both, 7]))
    assert found[0, 1] == np.nanmax(found - 2 * np.eye(12))
    assert_allclose(np.diag(found), 1)


def test_all_missing_and_one_person() -> None:
    nothing = np.full((2, 5), -1)
    theta = np.array([0.0, np.nan])
    assert np.isnan(item_mean_squares(nothing, MIXED, theta).outfit).all()
    assert np.isnan(residual_correlations(nothing, MIXED, theta)).all()
    assert np.isnan(log_likelihood_fit(nothing, MIXED, theta).lz).all()
    assert np.isnan(np.concatenate(posterior_mean_squares(nothing, MIXED, DENSITY))).all()
    assert np.isnan(limited_information_fit(nothing[:, :4], MIXED[:4], DENSITY).statistic)
    with pytest.raises(ValueError, match="give one for each"):
        log_likelihood_fit(nothing, MIXED, np.zeros(3))
    with pytest.raises(ValueError, match="nominal"):
        limited_information_fit(nothing, MIXED, DENSITY)


def test_items_without_parameters() -> None:
    responses = drawn(MIXED[:3], np.linspace(-2, 2, 9), np.random.default_rng(1))
    more, items = np.column_stack((responses, np.ones(9, dtype=np.int64))), [*MIXED[:3], Logistic(np.nan, np.nan)]
    theta = np.linspace(-1, 1, 9)
    assert_allclose(log_likelihood_fit(more, items, theta).lz, log_likelihood_fit(responses, MIXED[:3], theta).lz)
    assert np.isnan(item_mean_squares(more, items, theta).infit).tolist() == [False] * 3 + [True]
    assert np.isnan(posterior_mean_squares(more, items, DENSITY)[0]).tolist() == [False] * 3 + [True]
    for whole in (score_fit, limited_information_fit):
        with pytest.raises(ValueError, match="no parameters"):
            whole(more, items, DENSITY)


def test_corrected_person_fit_is_standard_normal_under_the_model() -> None:
    rng = np.random.default_rng(11)
    items = [*binary(rng, 30), *(Graded(1.2, (-0.8, 0.5)) for _ in range(10))]
    theta = rng.normal(size=1500)
    responses = drawn(items, theta, rng)
    estimate = weighted_likelihood(responses, items).theta
    plain = log_likelihood_fit(responses, items, estimate).lz
    corrected = corrected_log_likelihood_fit(responses, items, estimate, "wle").lz
    assert plain.std() < corrected.std()
    assert corrected.std() == pytest.approx(1, abs=0.06)
    assert corrected.mean() == pytest.approx(0, abs=0.1)
    known = log_likelihood_fit(responses, items, theta).lz
    assert known.std() == pytest.approx(1, abs=0.06)


def test_guessers_are_found() -> None:
    rng = np.random.default_rng(12)
    items = binary(rng, 40)
    responses = drawn(items, rng.normal(1.0, 1.0, size=200), rng)
    responses[:20] = rng.random((20, 40)) < 0.5
    theta = maximum_likelihood(responses, items, limits=(-4.0, 4.0)).theta
    lz = corrected_log_likelihood_fit(responses, items, theta).lz
    assert np.median(lz[:20]) < -2 < np.median(lz[20:])


def test_items_that_no_persons_can_test_say_why() -> None:
    rng = np.random.default_rng(4)
    items = binary(rng, 6)
    responses = drawn(items, rng.normal(size=300), rng)
    responses[np.arange(290), np.arange(290) % 6] = -1
    found = score_fit(responses, items, DENSITY)
    assert found.n == 10
    assert found.degrees.min() == 0
    assert [bool(why) for why in found.reasons] == np.isnan(found.p).tolist() == (found.degrees == 0).tolist()
    assert "2 parameters, and score groups with enough of the 10 persons" in max(found.reasons)
    assert [one[:25] for one in found.warnings] == ["10 persons answered every", "10 of 300 persons answere"]
    nobody = score_fit(responses[:290], items, DENSITY)
    assert set(nobody.reasons) == {"nobody answered every item"}
    assert "nothing can be tested" in nobody.warnings[0]
