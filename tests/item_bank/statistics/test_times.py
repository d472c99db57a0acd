"""Response times: recovery, missing times, edges, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from item_bank.statistics.irt.models import Graded, Logistic
from item_bank.statistics.responses import classify
from item_bank.statistics.times.lognormal import TimeModel, calibrate, speeds
from item_bank.statistics.times.person_fit import joint_fit, time_fit
from item_bank.statistics.times.rapid_guessing import cumulative_thresholds, normative_thresholds, rapid_guessing
from item_bank.statistics.times.speededness import pace, speededness


def drawn(seed: int, n: int = 300, k: int = 8) -> tuple[np.ndarray, TimeModel, np.ndarray]:
    rng = np.random.default_rng(seed)
    model = TimeModel(rng.normal(3.5, 0.4, k), rng.uniform(1.5, 2.5, k))
    tau = rng.normal(0, 0.3, n)
    return np.exp(model.beta - tau[:, None] + rng.normal(0, 1, (n, k)) / model.alpha), model, tau


def with_gaps(times: np.ndarray, seed: int = 1) -> np.ndarray:
    return np.where(np.random.default_rng(seed).random(times.shape) < 0.2, np.nan, times)


def test_recovery_with_missing_times() -> None:
    times, model, tau = drawn(0, n=3000, k=20)
    found = calibrate(with_gaps(times))
    assert found.converged
    assert np.abs((found.model.beta - model.beta) / found.beta_error).max() < 4
    assert np.abs((found.model.alpha - model.alpha) / found.alpha_error).max() < 4
    assert abs(found.variance - 0.09) < 4 * found.variance_error
    assert np.corrcoef(speeds(times, found.model, found.variance).tau, tau)[0, 1] > 0.9


def test_log_likelihood_is_that_of_the_normal_distribution() -> None:
    times = with_gaps(drawn(1, n=40, k=4)[0])
    found = calibrate(times)
    whole = np.diag(found.model.alpha**-2) + found.variance
    expected = 0.0
    for row in np.log(times):
        there = ~np.isnan(row)
        if there.any():
            expected += multivariate_normal.logpdf(row[there], found.model.beta[there], whole[np.ix_(there, there)])
    np.testing.assert_allclose(found.log_likelihood, expected, rtol=1e-10)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_order_and_unit_of_time_do_not_matter(seed: int) -> None:
    times = with_gaps(drawn(seed, n=60)[0], seed)
    rng = np.random.default_rng(seed)
    persons, places = rng.permutation(60), rng.permutation(8)
    before, after = calibrate(times), calibrate(1000 * times[persons][:, places])
    np.testing.assert_allclose(after.model.beta, before.model.beta[places] + np.log(1000), atol=1e-5)
    np.testing.assert_allclose(after.model.alpha, before.model.alpha[places], rtol=1e-4)
    np.testing.assert_allclose(after.variance, before.variance, rtol=1e-3, atol=1e-6)


def test_items_and_persons_without_times() -> None:
    times = drawn(2, n=50)[0]
    times[:, 3] = np.nan
    times[7] = np.nan
    found = calibrate(times)
    assert found.n == 49
    assert found.counts[3] == 0
    assert np.isnan([found.model.beta[3], found.model.alpha[3], found.beta_error[3]]).all()
    speed = speeds(times, found.model)
    assert np.isnan(speed.tau[7])
    assert np.isfinite(np.delete(speed.tau, 7)).all()
    assert speeds(times, found.model, found.variance).tau[7] == 0
    fit = time_fit(times, found.model)
    assert np.isnan(fit.p[7])
    assert fit.df[0] == 6


def test_times_that_do_not_vary() -> None:
    with pytest.raises(ValueError, match="must vary by person"):
        calibrate(np.full((5, 3), 10.0))
    one = drawn(8, n=300, k=4)[0]
    one[:, 2] = 7.0
    found = calibrate(one)
    assert np.isnan([found.model.alpha[2], found.model.beta[2]]).all()
    assert found.warnings == ("item 2: everybody took the same time, so it is left out",)
    np.testing.assert_allclose(found.model.alpha[[0, 1, 3]], calibrate(np.delete(one, 2, axis=1)).model.alpha)
    # Everybody as fast as the others: only items differ.
    alike = np.exp(np.random.default_rng(9).normal(3, 0.3, (2000, 2)))
    alike[:, 1] = 900 / alike[:, 0]
    slow = calibrate(alike)
    assert any("do not differ in speed" in one for one in slow.warnings)
    assert np.isnan(slow.variance_error)


def test_fewer_persons_than_items_and_twins() -> None:
    few = with_gaps(drawn(6, n=5, k=40)[0])
    assert np.isfinite(calibrate(few).log_likelihood)
    twins = drawn(7, n=200, k=5)[0]
    twins[:, 1] = twins[:, 0]
    found = calibrate(twins)
    assert np.isnan([found.model.alpha[:2], found.alpha_error[:2]]).all()
    assert np.isfinite(found.model.alpha[2:]).all()
    assert np.isfinite(found.variance_error)
    assert [warning.split(":")[0] for warning in found.warnings] == ["item 0", "item 1"]
    assert (speeds(twins, found.model, found.variance).items == 3).all()


@pytest.mark.parametrize("times", [np.zeros((3, 3)), np.full((3, 3), np.nan), np.ones((5, 1)), np.ones((1, 5))])
def test_times_that_cannot_be_used_are_told(times: np.ndarray) -> None:
    with pytest.raises(ValueError, match="times"):
        calibrate(times)


def test_time_fit_follows_its_distribution() -> None:
    times, model, _ = drawn(3, n=2000, k=12)
    p = time_fit(with_gaps(times), model).p
    assert 0.035 < (p < 0.05).mean() < 0.065
    times[:50, ::2] = 2.0
    assert (time_fit(times, model).p[:50] < 1e-6).all()


def test_joint_fit_of_ordered_categories_and_gaps() -> None:
    times, model, _ = drawn(4, n=800, k=8)
    rng = np.random.default_rng(4)
    items = [Graded(1.5, (-1.0, 0.5)) if item % 2 else Logistic(1.2, 0.3, 0.2) for item in range(8)]
    theta = rng.normal(0, 1, 800)
    chances = [item.curves(theta).probability for item in items]
    answers = np.stack([(rng.random((800, 1)) > c.cumsum(axis=1)[:, :-1]).sum(axis=1) for c in chances], axis=1)
    answers[0] = -1
    found = joint_fit(answers, items, theta, with_gaps(times), model)
    assert np.isnan([found.score[0], found.standardised[0], found.combined[0]]).all()
    # The speed is fitted too, and takes half a unit of surprise with it: the peers' statistic leaves that in.
    assert 0 < np.nanmean(found.standardised) < 0.5
    with pytest.raises(ValueError, match="fit together"):
        joint_fit(answers[:5], items, theta, times, model)


def test_rapid_answers_leave_less_effort() -> None:
    times = np.array([[1.0, 20.0], [30.0, np.nan], [29.0, 40.0], [np.nan, np.nan]])
    found = rapid_guessing(times, normative_thresholds(times, 0.1))
    np.testing.assert_allclose(found.thresholds, [2.0, 3.0])
    np.testing.assert_allclose(found.effort, [0.5, 1, 1, np.nan])
    np.testing.assert_allclose(found.fidelity, [2 / 3, 1])
    np.testing.assert_allclose(found.unmotivated, 1 / 3)
    assert normative_thresholds(times, 0.9, longest=10).tolist() == [10, 10]


def test_cumulative_threshold_by_hand() -> None:
    times = np.array([[1.2], [1.9], [3.0], [4.1], [9.0]])
    # Right so far: 0/1, 0/2, 1/3, 2/4, 3/5: above one half from 9 seconds on, above a quarter from 3.
    scores = np.array([[0], [0], [1], [1], [1]])
    assert cumulative_thresholds(times, scores, 0.5).tolist() == [4]
    assert cumulative_thresholds(times, scores, 0.25).tolist() == [2]
    assert np.isnan(cumulative_thresholds(times, scores, 0.9)).all()
    assert np.isnan(cumulative_thresholds(times, np.ones((5, 1)))).all()
    assert np.isnan(cumulative_thresholds(np.full((5, 1), np.nan), scores)).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: normative_thresholds([[1.0]], 10),
        lambda: cumulative_thresholds([[1.0]], [[2.0]]),
        lambda: cumulative_thresholds([[1.0]], [[1.0]], 2),
        lambda: rapid_guessing([[-1.0]], 3),
    ],
)
def test_bad_thresholds_are_told(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"share|score|chance|seconds"):
        call()


def test_speededness_by_hand() -> None:
    scores = np.array([[1, 1, 1, 1], [1, 0, 1, 0], [1, 1, np.nan, np.nan], [np.nan] * 4])
    found = speededness(classify(scores, shown=~np.isnan(scores)))
    assert (found.n, found.completed, found.three_quarters) == (4, 0.5, 0.5)
    assert found.not_reached == 1.5
    np.testing.assert_allclose(found.variance_ratio, np.var([0, 0, 2, 4]) / np.var([4, 2, 2, 0]))
    assert np.isnan(speededness(classify(np.ones((3, 2)))).variance_ratio)
    with pytest.raises(ValueError, match="nobody"):
        speededness(classify(np.ones((1, 1)), position=[[-1]]))


def test_hurry_at_the_end_shows_in_the_pace() -> None:
    times, model, _ = drawn(5)
    rng = np.random.default_rng(5)
    position = np.argsort(rng.random(times.shape), axis=1)
    times[position >= 6] *= 0.3
    found = pace(times, model, position)
    assert (found.mean[6:] < -1).all()
    assert (found.mean[:6] > 0).all()
    assert (found.n == 300).all()
    assert (found.error < 0.1).all()
