"""A person's ability from the answers, item parameters given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.irt.likelihood import BLOCK, Categories, check, log_likelihood, raw_posteriors
from item_bank.statistics.irt.models import Item, information
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.responses import Booleans, Floats

#: Where a maximum is looked for before it is refined: dense where people are, and far enough for any of them.
_SEARCH = np.concatenate((np.arange(-40.0, -8.0), np.arange(-8.0, 8.0, 0.25), np.arange(8.0, 41.0)))
#: An interior maximum that is higher than the end of the scale by less than this is no maximum.
_FLAT = 1e-9
_ITERATIONS = 100
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Abilities:
    """One estimate a person, (n,) each.

    theta: ability; −∞ or ∞ where the likelihood rises to the end of the scale; NaN where nothing was answered and no
    prior speaks. error: its standard error, NaN where theta is not finite. answered: items answered.
    """

    theta: Floats
    error: Floats
    answered: NDArray[np.int_]
    converged: Booleans
    iterations: int

    @property
    def n(self) -> int:
        return self.theta.size


class _Slope(NamedTuple):
    """First and second derivative of what is maximised, at each person's ability, (n,)."""

    first: Floats
    second: Floats


_Penalty = Callable[[Booleans], Floats]
_SlopeOf = Callable[[Categories, Floats], _Slope]


def expected_a_posteriori(responses: Categories, items: Sequence[Item], density: Grid) -> Abilities:
    """EAP (Bock & Mislevy 1982, eq. 4 and 5): mean and standard deviation of the posterior over the density.

    responses: (n, k) categories, −1 = missing. Who answered nothing gets mean and deviation of the density.
    """
    responses = check(responses, items)
    centred = density.points - density.mean
    moments = np.stack((np.ones_like(centred), centred, centred**2), axis=1)
    sums = np.empty((responses.shape[0], 3))
    for rows, weights in raw_posteriors(responses, items, density):
        sums[rows] = weights @ moments
    mean, square = (sums[:, 1:] / sums[:, :1]).T
    error = np.sqrt(np.maximum(square - mean**2, 0.0))
    return Abilities(
        mean + density.mean, error, (responses >= 0).sum(axis=1), np.ones(len(responses), dtype=np.bool_), 1
    )


def maximum_a_posteriori(
    responses: Categories, items: Sequence[Item], mean: float = 0.0, variance: float = 1.0
) -> Abilities:
    """MAP: the mode of the posterior under a normal prior; error: 1/√ of the posterior's curvature there.

    Who answered nothing gets mean and deviation of the prior.
    """
    if not variance > 0:
        raise ValueError("the prior needs a variance above 0")

    def slope(answers: Categories, theta: Floats) -> _Slope:
        first, second = _likelihood_slope(answers, items, theta)
        return _Slope(first - (theta - mean) / variance, second - 1 / variance)

    prior = -0.5 * (_SEARCH - mean) ** 2 / variance
    found = _maximise(responses, items, lambda _: prior, slope)
    blank = found.answered == 0
    return replace(
        found, theta=np.where(blank, mean, found.theta), error=np.where(blank, np.sqrt(variance), found.error)
    )


def maximum_likelihood(
    responses: Categories, items: Sequence[Item], limits: tuple[float, float] = (-np.inf, np.inf)
) -> Abilities:
    """ML. error: 1/√ of the observed information. An estimate outside `limits` becomes the limit.

    Without limits a person with the lowest (highest) answer to everything gets −∞ (∞), and so does any other whose
    likelihood has no maximum, as happens with lower asymptotes.
    """

    def slope(answers: Categories, theta: Floats) -> _Slope:
        return _likelihood_slope(answers, items, theta)

    found = _maximise(responses, items, lambda _: np.zeros(_SEARCH.size), slope, infinite=True)
    theta = np.clip(found.theta, *limits)
    moved = np.isfinite(theta) & (theta != found.theta)
    error = found.error.copy()
    error[moved] = _root_inverse(-slope(responses[moved], theta[moved]).second)
    return replace(found, theta=theta, error=error)


def weighted_likelihood(
    responses: Categories, items: Sequence[Item], correction: Literal["warm", "jeffreys"] = "warm"
) -> Abilities:
    """WLE: maximum likelihood with its bias of order 1/k taken off; finite for every person who answered something.

    "warm" solves l′ + J/(2I) = 0 with J = Σ P′P″/P (Warm 1989, eq. 5); error 1/√I. "jeffreys" maximises l + ½ log I;
    error 1/√ of the curvature of that. The estimates are the same in Rasch, 2PL, partial credit and nominal models;
    they differ with lower asymptotes and in the graded model (Magis 2015), where mirt gives the second.
    """

    def gradient(answers: Categories, theta: Floats) -> Floats:
        found = _sums(answers, items, theta)
        twice = found.skew if correction == "warm" else 2 * found.skew - found.cube
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(found.first + 0.5 * twice / found.information)

    def slope(answers: Categories, theta: Floats) -> _Slope:
        step = 1e-4
        ahead, behind = gradient(answers, theta + step), gradient(answers, theta - step)
        return _Slope(gradient(answers, theta), (ahead - behind) / (2 * step))

    found = _maximise(responses, items, lambda answered: 0.5 * np.log(_spread(answered, items)), slope)
    if correction == "jeffreys":
        return found
    there = np.isfinite(found.theta)
    error = np.full(found.n, np.nan)
    error[there] = _root_inverse(_sums(responses[there], items, found.theta[there]).information)
    return replace(found, error=error)


def _spread(answered: Booleans, items: Sequence[Item]) -> Floats:
    """(n, points of the search): information of what each person answered."""
    each = np.nan_to_num([information(item, _SEARCH) for item in items]).reshape(len(items), _SEARCH.size)
    return np.asarray(np.maximum(answered.astype(np.float64) @ each, np.finfo(np.float64).tiny))


def _maximise(
    responses: Categories, items: Sequence[Item], penalty: _Penalty, slope: _SlopeOf, *, infinite: bool = False
) -> Abilities:
    """The highest of all maxima of log-likelihood + penalty, once for each answer pattern: looked for on a coarse
    scale, then refined. infinite: whether a maximum at the end of the scale is an infinite one."""
    responses = check(responses, items)
    answered = (responses >= 0).sum(axis=1)
    if not responses.size:
        nothing = np.full(responses.shape[0], np.nan)
        return Abilities(nothing, nothing, answered, np.ones(answered.size, dtype=np.bool_), 0)
    patterns, person = np.unique(responses, axis=0, return_inverse=True)
    theta = _search(patterns, items, penalty, infinite)
    error, converged = np.full(theta.size, np.nan), np.ones(theta.size, dtype=np.bool_)
    finite = np.isfinite(theta)
    theta[finite], error[finite], converged[finite], iterations = _refine(patterns[finite], theta[finite], slope)
    person = person.reshape(-1)
    return Abilities(theta[person], error[person], answered, converged[person], iterations)


def _search(patterns: Categories, items: Sequence[Item], penalty: _Penalty, infinite: bool) -> Floats:
    """(patterns,): the best point of the coarse scale, NaN for an empty pattern."""
    best = np.full(len(patterns), np.nan)
    for start in range(0, len(patterns), BLOCK):
        some = patterns[start : start + BLOCK]
        height = log_likelihood(some, items, _SEARCH) + penalty(some >= 0)
        top = height.max(axis=1)
        found = _SEARCH[height.argmax(axis=1)]
        if infinite:
            found[height[:, -1] > top - _FLAT] = np.inf
            found[height[:, 0] > top - _FLAT] = -np.inf
        best[start : start + BLOCK] = np.where((some >= 0).any(axis=1), found, np.nan)
    return best


def _refine(patterns: Categories, start: Floats, slope: _SlopeOf) -> tuple[Floats, Floats, Booleans, int]:
    """Newton's steps, kept between the points where the slope was seen to be up and down."""
    theta, curvature = start.copy(), np.full(start.size, np.nan)
    low, high = np.full(start.size, -np.inf), np.full(start.size, np.inf)
    open_ = np.arange(start.size)
    iteration = 0
    while open_.size and iteration < _ITERATIONS:
        iteration += 1
        here = theta[open_]
        first, second = slope(patterns[open_], here)
        curvature[open_] = second
        low[open_] = np.where(first > 0, here, low[open_])
        high[open_] = np.where(first < 0, here, high[open_])
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(second < 0, -first / second, np.sign(first))
        target = here + np.clip(np.nan_to_num(step), -1.0, 1.0)
        # Back to an end that was tried already would go round in circles.
        outside = np.where(target < here, target <= low[open_], (target > here) & (target >= high[open_]))
        target[outside] = 0.5 * (low[open_] + high[open_])[outside]
        theta[open_] = target
        open_ = open_[np.abs(target - here) > _TOLERANCE]
    converged = np.ones(start.size, dtype=np.bool_)
    converged[open_] = False
    return theta, _root_inverse(-curvature), converged, iteration


def _root_inverse(value: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(value > 0, 1 / np.sqrt(value), np.nan)


class _Sums(NamedTuple):
    """Over the items a person answered, at the person's ability, (n,) each: derivatives of the log-likelihood,
    information I = Σ P′²/P, J = Σ P′P″/P and Σ P′³/P²; the derivative of I is 2J less the last."""

    first: Floats
    second: Floats
    information: Floats
    skew: Floats
    cube: Floats


def _likelihood_slope(answers: Categories, items: Sequence[Item], theta: Floats) -> _Slope:
    found = _sums(answers, items, theta)
    return _Slope(found.first, found.second)


def _sums(answers: Categories, items: Sequence[Item], theta: Floats) -> _Sums:
    totals = np.zeros((5, theta.size))
    for column, item in enumerate(items):
        there = np.flatnonzero(answers[:, column] >= 0)
        curves = item.curves(theta[there])
        probability = np.maximum(curves.probability, np.finfo(np.float64).tiny)
        relative = curves.first / probability
        given = (np.arange(there.size), answers[there, column])
        totals[0, there] += relative[given]
        totals[1, there] += curves.second[given] / probability[given] - relative[given] ** 2
        totals[2, there] += (relative * curves.first).sum(axis=1)
        totals[3, there] += (relative * curves.second).sum(axis=1)
        totals[4, there] += (relative**2 * curves.first).sum(axis=1)
    return _Sums(*totals)
