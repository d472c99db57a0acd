"""Calibration: what must hold on any data, and known parameters that come back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from item_bank.statistics.irt.ability import expected_a_posteriori
from item_bank.statistics.irt.ascent import ascend
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.irt.errors import observed_information
from item_bank.statistics.irt.marginal import Marginal
from item_bank.statistics.irt.models import Item, Logistic, Nominal
from item_bank.statistics.irt.quadrature import normal_grid
from tests.item_bank.statistics.calibrated import abilities, answers, marginal, some_items

MODELS = ["rasch", "1pl", "2pl", "3pl", "pcm", "gpcm", "grm", "nominal"]


@pytest.mark.parametrize("model", MODELS)
def test_gradient_and_information_are_the_derivatives_of_the_marginal_likelihood(model: str) -> None:
    problem = marginal(answers(some_items(model, 4), abilities(200)), model)
    place = ascend(problem, np.asarray(_start(problem)), 1.0, 5, 0.8).estimated
    point = problem.at(place)
    size, step = place.size, 1e-5
    gradient, curvature = np.empty(size), np.empty((size, size))
    for one in range(size):
        ahead, behind = (problem.at(place + side * step * np.eye(size)[one]) for side in (1, -1))
        gradient[one] = (ahead.value - behind.value) / (2 * step)
        curvature[one] = (behind.gradient - ahead.gradient) / (2 * step)
    np.testing.assert_allclose(point.gradient, gradient, atol=1e-5)
    np.testing.assert_allclose(observed_information(problem, point), curvature, atol=1e-4)


def _start(problem: Marginal) -> Any:
    """Somewhere: slopes and intercepts of a rough kind."""
    layout, rough = problem.layout, problem.layout.held.copy()
    for slot, first in zip(layout.slots, layout.first_parameter, strict=True):
        shares = np.full(slot.kind.categories, 1 / slot.kind.categories)
        rough[first : first + slot.kind.size] = slot.kind.start(0.8, shares)
    return np.array([rough[layout.index == place][0] for place in range(layout.size)])


@pytest.mark.parametrize("model", MODELS)
def test_known_parameters_come_back_within_their_standard_errors(model: str) -> None:
    truth = some_items(model)
    ours = calibrate(answers(truth, abilities(4000)), model)
    assert ours.converged
    assert not ours.warnings
    away = []
    for one, known, error in zip(ours.items, truth, ours.errors, strict=True):
        away += [(a - b) / e for a, b, e in zip(*map(_numbers, (one, known, error)), strict=True) if np.isfinite(e)]
    assert np.abs(away).max() < 4.5
    assert 0.5 < np.sqrt(np.mean(np.square(away))) < 1.5


def _numbers(item: Item) -> list[float]:
    match item:
        case Logistic():
            return [item.a, item.b, item.c]
        case Nominal():
            return [*item.slopes, *item.intercepts]
    return [item.a, *item.b]


def test_many_persons_are_calibrated_as_few_are() -> None:
    """The way over a part of the patterns ends where the way over all does."""
    truth, theta = some_items("2pl", 20), abilities(8000)
    responses = answers(truth, theta)
    ours = calibrate(responses, "2pl")
    again = marginal(responses, "2pl")
    point = ascend(again, ours.estimated, 1e-9, 20, 0.5).point
    assert ours.converged
    assert ours.loglik == pytest.approx(point.loglik, abs=1e-4)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["rasch", "2pl", "gpcm"]))
@settings(max_examples=12, deadline=None)
def test_order_of_persons_and_items_and_merged_patterns_change_nothing(seed: int, model: str) -> None:
    responses = answers(some_items(model, 5), abilities(400, seed=seed), seed)
    rng = np.random.default_rng(seed)
    responses[rng.random(responses.shape) < 0.05] = -1
    persons, items = rng.permutation(len(responses)), rng.permutation(responses.shape[1])
    patterns, counts = np.unique(responses, axis=0, return_counts=True)
    straight = calibrate(responses, model, tolerance=1e-9)
    turned = calibrate(responses[persons][:, items], model, tolerance=1e-9)
    merged = calibrate(patterns, model, weights=counts, tolerance=1e-9)
    assert turned.loglik == pytest.approx(straight.loglik, abs=1e-6)
    assert merged.loglik == pytest.approx(straight.loglik, abs=1e-6)
    for place, item in enumerate(items):
        np.testing.assert_allclose(_numbers(turned.items[place]), _numbers(straight.items[item]), rtol=1e-3, atol=1e-3)
    assert merged.n == straight.n


def test_two_categories_are_one_model_under_all_names() -> None:
    responses = answers(some_items("2pl"), abilities(600))
    logliks = [calibrate(responses, model).loglik for model in ("2pl", "gpcm", "grm", "nominal")]
    np.testing.assert_allclose(logliks, logliks[0], atol=1e-5)


def test_nominal_holds_the_others_and_does_not_ask_for_an_order() -> None:
    responses = answers(some_items("gpcm"), abilities(1500))
    gpcm, nominal = calibrate(responses, "gpcm"), calibrate(responses, "nominal")
    assert nominal.loglik > gpcm.loglik
    relabelled = calibrate(np.array([2, 0, 3, 1])[responses], "nominal")
    assert relabelled.loglik == pytest.approx(nominal.loglik, abs=1e-3)


def test_a_common_slope_is_a_spread_of_abilities() -> None:
    """1PL with variance 1 and Rasch with a free variance are one model (disagreement 1 of the reference data)."""
    responses = answers(some_items("rasch"), abilities(1000, sd=3.0))
    rasch, common = calibrate(responses, "rasch"), calibrate(responses, "1pl")
    assert rasch.loglik == pytest.approx(common.loglik, abs=1e-4)
    assert isinstance(common.items[0], Logistic)
    assert common.items[0].a == pytest.approx(rasch.populations[0].sd, rel=1e-3)


def test_groups_have_their_own_abilities_and_the_reference_is_the_scale() -> None:
    items = some_items("2pl", 12)
    theta = np.concatenate((abilities(1500), abilities(1500, 0.7, 1.4, seed=9)))
    names = np.repeat(["north", "south"], 1500)
    ours = calibrate(answers(items, theta), "2pl", groups=names)
    assert ours.groups == ("north", "south")
    assert ours.populations[1].mean == pytest.approx(0.7, abs=4 * ours.populations[1].mean_error)
    assert ours.populations[1].variance == pytest.approx(1.96, abs=4 * ours.populations[1].variance_error)
    turned = calibrate(answers(items, theta), "2pl", groups=names, reference="south")
    assert turned.groups == ("south", "north")
    assert turned.loglik == pytest.approx(ours.loglik, abs=1e-4)


def test_items_free_in_every_group_are_as_groups_alone() -> None:
    responses, names = answers(some_items("2pl", 5), abilities(800)), np.repeat([0, 1], 400)
    together = calibrate(responses, "2pl", groups=names, free=range(5), standard_errors=False)
    alone = [calibrate(responses[names == group], "2pl") for group in (0, 1)]
    assert together.loglik == pytest.approx(sum(one.loglik for one in alone), abs=1e-4)
    assert together.items_by_group[1][0].categories == 2
    assert together.parameters == 20
    assert np.isnan(together.covariance).all()


@pytest.mark.parametrize(("model", "sd"), [("2pl", 1.0), ("rasch", 3.0), ("grm", 1.0)])
def test_abilities_on_its_own_grid_are_those_of_the_exact_integral(model: str, sd: float) -> None:
    """Also of who got everything right or wrong, whose posteriors reach furthest."""
    items = some_items(model, 20)
    found = calibrate(answers(items, abilities(500, sd=sd)), model)
    top = [item.categories - 1 for item in items]
    patterns = np.array([top, [0] * len(items), [value // 2 for value in top]])
    population = found.populations[0]
    exact = normal_grid(4001, 12.0, population.mean, population.variance)
    ours, theirs = (expected_a_posteriori(patterns, found.items, grid) for grid in (found.grid(), exact))
    np.testing.assert_allclose(ours.theta, theirs.theta, atol=5e-7)
    np.testing.assert_allclose(ours.error, theirs.error, atol=5e-7)
