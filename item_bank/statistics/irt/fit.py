"""Residuals: what was answered less what the model expects, for items (infit, outfit, Q3) and persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.correlation import pairwise_covariance
from item_bank.statistics.irt.likelihood import Categories, check, posteriors
from item_bank.statistics.irt.models import Item
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """(k,) for items, (n,) for persons. outfit: mean of squared standardised residuals; infit: squared residuals
    summed, over their variances summed (Wright & Masters 1982, p. 100). Both expect 1. Their z: Wilson and
    Hilferty's cube root (the same, eq. 5.3 and 5.4). n: answers that entered. NaN where none did."""

    n: NDArray[np.int_]
    outfit: Floats
    outfit_z: Floats
    infit: Floats
    infit_z: Floats


class Moments(NamedTuple):
    """Of an item's score at abilities: mean, variance, fourth central moment, (q,) each."""

    mean: Floats
    variance: Floats
    fourth: Floats


def moments(item: Item, theta: Floats) -> Moments:
    """theta: (q,). The score is the category number."""
    shares = item.curves(theta).probability
    numbers = np.arange(item.categories, dtype=np.float64)
    mean = shares @ numbers
    away = (numbers - mean[:, None]) ** 2
    return Moments(mean, (shares * away).sum(axis=1), (shares * away**2).sum(axis=1))


def item_mean_squares(
    responses: Categories, items: Sequence[Item], theta: Floats, least_variance: float = 0.0
) -> MeanSquares:
    """Over persons, at their abilities theta (n,); who has none that is finite is left out.

    The abilities decide what comes out. Ours are ML estimates (`maximum_likelihood`), so persons with an extreme
    score are left out, as in eRm. EAP estimates give mean squares below 1 by construction.
    least_variance: smaller variances count as this much, so that one near-certain answer cannot rule the outfit
    (mirt: √10⁻⁵, with EAP estimates).
    """
    return _mean_squares(*_squares(responses, items, theta, least_variance), axis=0)


def person_mean_squares(
    responses: Categories, items: Sequence[Item], theta: Floats, least_variance: float = 0.0
) -> MeanSquares:
    """Over the items each person answered, at the abilities theta (n,)."""
    return _mean_squares(*_squares(responses, items, theta, least_variance), axis=1)


def posterior_mean_squares(responses: Categories, items: Sequence[Item], density: Grid) -> tuple[Floats, Floats]:
    """Outfit and infit (k,) with every residual averaged over the person's posterior, so that persons with extreme
    scores enter and 1 is expected whatever the length of the test (Wu 1997; TAM's msq.itemfit)."""
    responses = check(responses, items)
    outfit, infit = np.full(len(items), np.nan), np.full(len(items), np.nan)
    counts = _posterior_counts(responses, items, density)
    for column, item in enumerate(items):
        there = moments(item, density.points)
        numbers = np.arange(item.categories, dtype=np.float64)
        squares = (numbers[:, None] - there.mean) ** 2
        seen = counts[column][: item.categories]
        variance = np.maximum(there.variance, np.finfo(np.float64).tiny)
        if seen.sum() > 0:
            outfit[column] = (seen * squares / variance).sum() / seen.sum()
            infit[column] = (seen * squares).sum() / (seen * there.variance).sum()
    return outfit, infit


def residual_correlations(responses: Categories, items: Sequence[Item], theta: Floats) -> Floats:
    """(k, k): Q3 of Yen (1984, eq. 8), Pearson's r of the residuals of two items over the persons who answered both;
    1 on the diagonal, NaN where it is not defined. Its mean is near −1/(k − 1), not 0, when the model holds."""
    residual = residuals(responses, items, theta)[np.isfinite(theta)]
    covariance = pairwise_covariance(residual)
    there = ~np.isnan(residual)
    mask, values = there.astype(np.float64), np.where(there, residual, 0.0)
    n, sums, squares = mask.T @ mask, values.T @ mask, (values**2).T @ mask
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (squares - sums**2 / n) / (n - 1)  # [i, j]: variance of item i over the persons who also have j
        return np.asarray(covariance / np.sqrt(spread * spread.T))


def residuals(responses: Categories, items: Sequence[Item], theta: Floats) -> Floats:
    """(n, k): category number less its expectation at the person's ability; NaN where either is missing."""
    responses = check(responses, items)
    there = np.isfinite(theta)
    found = np.full(responses.shape, np.nan)
    for column, item in enumerate(items):
        found[there, column] = responses[there, column] - moments(item, theta[there]).mean
    return np.where(responses >= 0, found, np.nan)


def _posterior_counts(responses: Categories, items: Sequence[Item], density: Grid) -> Floats:
    """(k, categories, q): persons expected at each point by their answer."""
    most = max((item.categories for item in items), default=1)
    counts = np.zeros((len(items), most, density.points.size))
    for rows, weights in posteriors(responses, items, density):
        for category in range(most):
            counts[:, category] += (responses[rows] == category).astype(np.float64).T @ weights
    return counts


def _squares(
    responses: Categories, items: Sequence[Item], theta: Floats, least_variance: float
) -> tuple[Floats, Floats, Floats]:
    """Squared residuals, variances and fourth moments, (n, k), NaN where nothing entered."""
    squares = residuals(responses, items, theta) ** 2
    variance, fourth = np.full_like(squares, np.nan), np.full_like(squares, np.nan)
    there = np.isfinite(theta)
    for column, item in enumerate(items):
        found = moments(item, theta[there])
        variance[there, column] = np.maximum(found.variance, least_variance)
        fourth[there, column] = found.fourth
    nothing = np.isnan(squares) | ~(variance > 0)
    squares[nothing], variance[nothing], fourth[nothing] = np.nan, np.nan, np.nan
    return squares, variance, fourth


def _mean_squares(squares: Floats, variance: Floats, fourth: Floats, axis: int) -> MeanSquares:
    n = (~np.isnan(squares)).sum(axis=axis)
    with np.errstate(divide="ignore", invalid="ignore"):
        outfit = np.nansum(squares / variance, axis=axis) / n
        infit = np.nansum(squares, axis=axis) / np.nansum(variance, axis=axis)
        outfit_spread = np.sqrt(np.nansum(fourth / variance**2, axis=axis) / n**2 - 1 / n)
        infit_spread = np.sqrt(np.nansum(fourth - variance**2, axis=axis)) / np.nansum(variance, axis=axis)
    return MeanSquares(n, outfit, _cube_root(outfit, outfit_spread), infit, _cube_root(infit, infit_spread))


def _cube_root(mean_square: Floats, spread: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        # A spread above √2 (very few answers) would turn the sign of what a mean square far below 1 says.
        bounded = np.minimum(spread, np.sqrt(2))
        return np.where(spread > 0, (np.cbrt(mean_square) - 1) * 3 / bounded + bounded / 3, np.nan)
