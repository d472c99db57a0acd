"""Too little, too alike, or missing: a defined result, or an error that says what to do; never a warning of numpy."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from item_bank.statistics import association, chance, classical, factor, person_fit, precision, raters, standards
from item_bank.statistics.correlation import pairwise_covariance
from item_bank.statistics.distribution import distribution, histogram
from item_bank.statistics.extremes import group_weights
from item_bank.statistics.irt.models import Logistic
from item_bank.statistics.options import distractors, score_groups
from item_bank.statistics.reliability import by_sets, lower_bounds, reliability, split_half
from item_bank.statistics.responses import ItemDesign, classify
from item_bank.statistics.times.lognormal import TimeModel, calibrate, speeds
from item_bank.statistics.times.rapid_guessing import cumulative_thresholds, normative_thresholds, rapid_guessing
from item_bank.statistics.times.speededness import pace, speededness

X = np.nan
SOUND = np.asarray(
    np.random.default_rng(0).normal(size=(40, 1)) + np.random.default_rng(1).normal(size=(40, 6)) > 0, dtype=float
)
HOLES = np.where(np.random.default_rng(2).random(SOUND.shape) < 0.3, X, SOUND)
NOBODY = SOUND.copy()
NOBODY[:, 2] = X
MATRICES = {
    "sound": SOUND,
    "one person": SOUND[:1],
    "one item": SOUND[:, :1],
    "one cell": SOUND[:1, :1],
    "two persons": SOUND[:2],
    "all right": np.ones((10, 4)),
    "all wrong": np.zeros((10, 4)),
    "a perfect item": np.column_stack((SOUND, np.ones(40))),
    "more items than persons": np.tile(SOUND[:3], 5),
    "one item four times": SOUND[:, [0, 0, 0, 0]],
    "nobody": SOUND[:0],
    "no items": SOUND[:, :0],
    "all missing": np.full((10, 4), X),
    "holes": HOLES,
    "an item of nobody": NOBODY,
}


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def tried(make: Callable[[], Any]) -> Any:
    """A ValueError of ours, which says what is needed, is an answer; one of numpy is none."""
    try:
        return make()
    except ValueError as obstacle:
        told = str(obstacle)
        assert not any(word in told for word in ("broadcast", "operand", "zero-size", "axis", "dimension", "NaN to"))
        assert len(told) > 25
        return None


@pytest.mark.parametrize("name", MATRICES)
@pytest.mark.parametrize("design", [None, *ItemDesign])
@pytest.mark.parametrize("gaps", ["omitted", "not presented"])
def test_tables_of_points(name: str, design: ItemDesign | None, gaps: str) -> None:
    points = MATRICES[name]
    k = points.shape[1]
    choices = np.where(np.isnan(points), -1, np.nan_to_num(points)).astype(int)
    position = np.where(np.isnan(points), -1, np.arange(k)) if gaps == "not presented" else None
    made = classify(points, position=position)
    tried(lambda: classical.analyse(made, design=design))
    tried(lambda: reliability(made, design=design))
    tried(lambda: by_sets(made, [[item] for item in range(k)], design=design))
    tried(lambda: split_half(made))
    tried(lambda: speededness(made))
    tried(lambda: distractors(choices, [2] * k, made, [[1]] * k))


@pytest.mark.parametrize("name", MATRICES)
def test_tables_of_numbers(name: str) -> None:
    points = MATRICES[name]
    n, k = points.shape
    covariance = pairwise_covariance(points) if points.size else np.zeros((k, k))
    totals = np.nansum(points, axis=1)
    for make in (association.tetrachoric, association.polychoric_matrix, raters.intraclass, standards.angoff):
        tried(lambda made=make: made(points))  # type: ignore[misc]
    tried(lambda: person_fit.person_fit(points))
    tried(lambda: lower_bounds(covariance))
    tried(lambda: factor.maximum_likelihood(covariance, n))
    tried(lambda: factor.minres(covariance, n))
    tried(lambda: raters.weighted_kappa(points[:, 0], points[:, -1]) if k else None)
    tried(lambda: precision.livingston_lewis(totals, 0.7, [2.0], 0, max(k, 1)))
    tried(lambda: standards.contrasting_groups(totals, np.arange(n) % 2 == 0))
    tried(lambda: distribution(totals))
    tried(lambda: histogram(totals, max(k, 1)))
    tried(lambda: group_weights(totals))
    tried(lambda: score_groups(totals))


@pytest.mark.parametrize("name", MATRICES)
def test_tables_of_times(name: str) -> None:
    points = MATRICES[name]
    noise = np.random.default_rng(3).normal(size=points.shape)
    for times in (np.exp(points + 0.3 * noise), points * 0 + 7.0, points + 1):
        found = tried(lambda made=times: calibrate(made))  # type: ignore[misc]
        tried(lambda made=times: normative_thresholds(made))  # type: ignore[misc]
        tried(lambda made=times: rapid_guessing(made, 3.0))  # type: ignore[misc]
        tried(lambda made=times: cumulative_thresholds(made, np.where(np.isnan(points), X, points)))  # type: ignore[misc]
        if found:
            assert not (found.model.alpha > 1e3).any()
            speeds(times, found.model, found.variance)
            pace(times, found.model)


SCORES, MASTERS = np.arange(20.0), np.arange(20) > 9
HALF = np.full((3, 4), 0.5)
CURVES = np.full((5, 4), 0.25)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: standards.contrasting_groups(np.where(SCORES == 3, X, SCORES), MASTERS), "scores: some are missing"),
        (lambda: standards.contrasting_groups(SCORES[:5], MASTERS), "one value of each"),
        (lambda: standards.angoff(HALF, np.full(4, X)), "maxima: some are missing"),
        (lambda: standards.angoff(HALF, np.ones(3)), "maxima and items"),
        (lambda: standards.angoff(HALF, None, np.ones(3)), "facilities and items"),
        (lambda: standards.bookmark([Logistic(X, X)], [1]), "no score point is reached"),
        (lambda: precision.binomial_errors(np.array([1, X]), 5), "scores: some are missing"),
        (lambda: precision.binomial_errors(np.ones(1), 5, X), "ratio is not negative"),
        (lambda: precision.lee(CURVES, np.full(5, X), np.arange(4.0), [2]), "none missing or negative"),
        (lambda: precision.lee(CURVES, np.ones(5), np.array([0, 1, 2, X]), [2]), "points: some are missing"),
        (lambda: precision.conditional_errors(CURVES * X, np.arange(4.0)), "sums to 1"),
        (lambda: precision.livingston_lewis(np.array([1, X, 3]), 0.5, [2], 0, 5), "scores: some are missing"),
        (lambda: raters.weighted_kappa(SCORES, SCORES[:5]), "one value of each"),
        (lambda: raters.weighted_kappa(SCORES, SCORES, [0, 0, 1]), "each once, in ascending order"),
        (lambda: raters.weighted_kappa(SCORES, SCORES, None, "cubic"), "weights are none"),  # type: ignore[arg-type]
        (lambda: raters.weighted_kappa(SCORES, SCORES / 0), "marks: some are missing or infinite"),
        (lambda: raters.intraclass(SCORES), "one row for each script"),
        (lambda: raters.intraclass(HALF, 95), "level"),
        (lambda: association.tetrachoric(SCORES), "one row for each person"),
        (lambda: association.polychoric(SCORES, SCORES[:4]), "one value of each"),
        (lambda: association.smoothed(np.zeros((2, 3))), "a square matrix"),
        (lambda: lower_bounds(np.ones((2, 3))), "a square matrix"),
        (lambda: split_half(classify(np.eye(4)), [9]), "numbered from 0 to 3"),
        (lambda: by_sets(classify(np.eye(2)), [[0, 1], []]), "a set needs at least one item"),
        (lambda: classical.analyse(classify(np.eye(4)), [0.1, 0.2]), "for each of the 4 items"),
        (lambda: classify(np.eye(3), shown=[[1, 1, 1]]), "shapes do not fit"),
        (lambda: chance.of_cluster([0, X]), "a cluster's table"),
        (lambda: distribution(SCORES[:0]), "one person or more"),
        (lambda: histogram(SCORES, 0), "a maximum above 0"),
        (lambda: group_weights(SCORES, 2), "at most half"),
        (lambda: speeds(np.ones((3, 2)), TimeModel(np.zeros(3), np.ones(3))), "of the same items"),
        (lambda: speeds(np.ones((3, 2)), TimeModel(np.zeros(2), np.ones(2)), 0.0), "variance above 0"),
        (lambda: rapid_guessing(np.ones((3, 3)), [1, 2]), "for each of the 3 items"),
    ],
)
def test_what_cannot_be_meant_is_refused(make: Callable[[], Any], told: str) -> None:
    with np.errstate(divide="ignore", invalid="ignore"), pytest.raises(ValueError, match=told):
        make()


def test_an_error_that_is_not_defined_is_not_zero() -> None:
    assert np.isnan(association.biserial(np.ones(20), SCORES).error)


def test_why_contrasting_groups_have_no_error() -> None:
    parted = standards.contrasting_groups(SCORES, MASTERS)
    assert (parted.cut, parted.converged, parted.reason) == (9.5, False, standards.NoRegression.PARTED)
    assert standards.contrasting_groups(-SCORES, MASTERS).reason is standards.NoRegression.NOT_DISCRIMINATING
    overlap = standards.contrasting_groups(SCORES, (SCORES > 9) ^ (SCORES == 5))
    assert (overlap.converged, overlap.reason) == (True, None)
