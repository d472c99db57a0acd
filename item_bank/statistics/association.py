"""Correlations of the traits behind scores: biserial, polyserial, tetrachoric, polychoric; how efficient an item is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri

from item_bank.statistics.bivariate_normal import density, lower_probability
from item_bank.statistics.checks import known, together
from item_bank.statistics.correlation import correlation
from item_bank.statistics.responses import Floats

#: Estimates stop short of ±1, where the likelihood has no slope.
LIMIT = 0.9999


@dataclass(frozen=True, slots=True)
class Association:
    """r: correlation of two normal traits; error: its large-sample standard error; n persons; iterations of the
    search; converged is False when r stopped at ±0.9999, as it does when a cell that should hold persons is empty."""

    r: float
    error: float
    n: int
    converged: bool
    iterations: int


def discriminative_efficiency(scores: Floats, rest: Floats) -> float:
    """(n,), (n,), persons without a rest (NaN) left out → covariance of both over the largest
    that the same values in the best order could have (Moodle's quiz statistics, there in per cent): at most 1, and NaN
    when either does not vary."""
    known = ~np.isnan(rest)
    if not known.all():
        scores, rest = scores[known], rest[known]
    if scores.size < 2:
        return float("nan")
    away = rest - rest.mean()
    most = float(np.sort(scores) @ np.sort(away))
    varies = np.ptp(scores) > 0 and np.ptp(rest) > 1e-9 * max(1.0, float(np.abs(rest).max()))
    return min(1.0, float(scores @ away) / most) if varies else float("nan")


def polyserial(scores: Floats, r: float) -> float:
    """Two-step polyserial correlation (Olsson, Drasgow & Dorans 1982, eq. 26), biserial for two scores (Pearson 1909):
    r · s / Σ (x_j+1 − x_j) φ(τ_j), where s (divisor n) belongs to `scores` and τ_j cuts a normal trait so that the
    shares below each score are the observed ones. It may leave −1…1 when the other variable is not normal.

    scores: (n,) points, complete; r: Pearson's correlation of them with the continuous variable. NaN without variance.
    """
    known("scores", scores)
    values, counts = _levels(scores)
    if values.size < 2 or not np.isfinite(r):
        return float("nan")
    cuts = ndtri(np.cumsum(counts)[:-1] / scores.size)
    steepness = float(np.diff(values) @ np.exp(-(cuts**2) / 2)) / np.sqrt(2 * np.pi)
    mean = float(values @ counts) / scores.size
    spread = np.sqrt(float((values - mean) ** 2 @ counts) / scores.size)
    return float(r * spread / steepness)


def biserial(scores: Floats, criterion: Floats) -> Association:
    """Biserial or polyserial r of an item's points (n,) with a continuous criterion (n,), both complete.

    The error holds for two scores: (√(pq)/φ(τ) − r²)/√n (Lord & Novick 1968, eq. 15.5.4); NaN for more.
    """
    together("scores and criterion", scores, criterion)
    r = polyserial(scores, correlation(scores, criterion))
    _values, counts = _levels(scores)
    error = float("nan")
    if counts.size == 2 and np.isfinite(r):
        p = counts[0] / scores.size
        steepness = np.exp(-(ndtri(p) ** 2) / 2) / np.sqrt(2 * np.pi)
        error = float((np.sqrt(p * (1 - p)) / steepness - r * r) / np.sqrt(scores.size))
    return Association(r, max(error, 0.0), scores.size, bool(np.isfinite(r)), 0)


def tetrachoric(scores: Floats) -> tuple[Floats, Floats]:
    """(n, k) of 0, 1 and NaN for missing → (k, k) tetrachoric correlations and their standard errors, each pair over
    the persons who have both (Pearson 1900).

    The threshold of each item is that of the pair's persons, so r is the maximum-likelihood estimate; no cell is
    corrected for continuity. An empty cell gives ±0.9999 and error NaN; an item without variance gives NaN. Errors by
    the delta method from the multinomial counts (Brown 1977).
    """
    if scores.ndim != 2:
        raise ValueError("scores: one row for each person, one column for each item")
    there = ~np.isnan(scores)
    if not np.isin(scores[there], (0.0, 1.0)).all():
        raise ValueError("tetrachoric correlations need scores of 0 and 1: use polychoric for more categories")
    right, mask = np.where(there, scores, 0.0), there.astype(np.float64)
    n, both = mask.T @ mask, right.T @ right
    with np.errstate(divide="ignore", invalid="ignore"):
        p11, p1, p2 = both / n, (right.T @ mask) / n, (mask.T @ right) / n
    r, error = _four_cells(p11, p1, p2, n)
    alone = np.eye(len(n), dtype=np.bool_)
    return np.where(alone, 1.0, r), np.where(alone, 0.0, error)


def smoothed(correlations: Floats) -> Floats:
    """(k, k) correlations estimated pair by pair → the same made positive definite: eigenvalues below 0 are raised to
    nearly 0, all scaled back to the sum k, and the diagonal to 1 (Wothke 1993). A matrix that is positive definite
    stays as it is. NaN anywhere is refused."""
    if correlations.ndim != 2 or correlations.shape[0] != correlations.shape[1] or not correlations.size:
        raise ValueError(f"correlations of items with each other: a square matrix, not {correlations.shape}")
    if not np.isfinite(correlations).all():
        raise ValueError("leave out items without variance before smoothing: some correlations are not defined")
    values, vectors = np.linalg.eigh(correlations)
    least = 100 * np.finfo(np.float64).eps
    if values.min() >= least:
        return correlations
    raised = np.maximum(values, least)
    made = (vectors * (raised * values.size / raised.sum())) @ vectors.T
    spread = np.sqrt(np.diagonal(made))
    return np.asarray(made / np.outer(spread, spread))


def _four_cells(p11: Floats, p1: Floats, p2: Floats, n: Floats) -> tuple[Floats, Floats]:
    h, k = ndtri(p1), ndtri(p2)
    defined = np.isfinite(h) & np.isfinite(k)
    h, k, target = np.where(defined, h, 0.0), np.where(defined, k, 0.0), np.where(defined, p11, 0.25)
    low, high = np.full(h.shape, -LIMIT), np.full(h.shape, LIMIT)
    r = np.zeros(h.shape)
    for _ in range(60):
        off = lower_probability(h, k, r) - target
        low, high = np.where(off < 0, r, low), np.where(off < 0, high, r)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            newton = r - off / density(h, k, r)
        following = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
        moved = np.abs(following - r).max(initial=0.0)
        r = following
        if moved < 1e-10:
            break
    empty = np.minimum(np.minimum(p11, p1 - p11), np.minimum(p2 - p11, 1 - p1 - p2 + p11)) < 1e-12
    bound = defined & (empty | (np.abs(r) > LIMIT - 1e-6))
    r = np.where(bound, np.sign(r) * LIMIT, r)
    return np.where(defined, r, np.nan), np.where(defined & ~bound, _four_cells_error(p11, p1, p2, h, k, r, n), np.nan)


def _four_cells_error(p11: Floats, p1: Floats, p2: Floats, h: Floats, k: Floats, r: Floats, n: Floats) -> Floats:
    steep = np.sqrt(1 - r * r)
    first, second = ndtr((k - r * h) / steep), ndtr((h - r * k) / steep)
    cells = (p11, p1 - p11, p2 - p11)
    slopes = (1 - first - second, -first, -second)
    mean = sum(p * slope for p, slope in zip(cells, slopes, strict=True))
    square = sum(p * slope**2 for p, slope in zip(cells, slopes, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(np.maximum(square - mean**2, 0) / n) / density(h, k, r))


def polychoric(first: Floats, second: Floats) -> Association:
    """Two-step polychoric correlation of two items (n,), NaN for missing, any ordered scores (Olsson 1979): thresholds
    from the margins, then r by maximum likelihood. The error comes from the information on r with thresholds known.
    NaN when either item does not vary."""
    together("scores on both", first, second)
    both = ~(np.isnan(first) | np.isnan(second))
    _, rows = np.unique(first[both], return_inverse=True)
    _, columns = np.unique(second[both], return_inverse=True)
    n = int(both.sum())
    shape = (int(rows.max(initial=0)) + 1, int(columns.max(initial=0)) + 1)
    if n == 0 or min(shape) < 2:
        return Association(float("nan"), float("nan"), n, False, 0)
    table = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    cuts = np.meshgrid(_cuts(table.sum(axis=1)), _cuts(table.sum(axis=0)), indexing="ij")
    found = minimize_scalar(
        lambda r: -float((table * np.log(_cells(*cuts, r))).sum()),
        bounds=(-LIMIT, LIMIT),
        method="bounded",
        options={"xatol": 1e-8},
    )
    r = float(found.x)
    slopes = np.diff(np.diff(density(*cuts, np.array(r)), axis=0), axis=1)
    knowledge = n * float((slopes**2 / _cells(*cuts, r)).sum())
    inside = abs(r) < LIMIT - 1e-4
    error = 1 / np.sqrt(knowledge) if inside and knowledge > 0 else float("nan")
    return Association(r, float(error), n, bool(found.success) and inside, int(found.nfev))


def polychoric_matrix(scores: Floats) -> tuple[Floats, Floats]:
    """(n, k), NaN for missing → (k, k) polychoric correlations and their standard errors, pair by pair."""
    k = scores.shape[1]
    r, error = np.eye(k), np.zeros((k, k))
    for first, second in combinations(range(k), 2):
        found = polychoric(scores[:, first], scores[:, second])
        r[first, second] = r[second, first] = found.r
        error[first, second] = error[second, first] = found.error
    return r, error


def _cells(h: Floats, k: Floats, r: float) -> Floats:
    """Probabilities of the cells between cuts, never quite 0."""
    below = lower_probability(h, k, np.full(h.shape, r))
    return np.maximum(np.diff(np.diff(below, axis=0), axis=1), 1e-300)


def _cuts(counts: Floats) -> Floats:
    return np.concatenate(([-np.inf], ndtri(np.cumsum(counts)[:-1] / counts.sum()), [np.inf]))


def _levels(scores: Floats) -> tuple[Floats, Floats]:
    """Different points in order, and how many persons have each; points that differ by a rounding error are one."""
    values, counts = np.unique(scores, return_counts=True)
    if values.size < 2:
        return values, counts.astype(np.float64)
    new = np.concatenate(([True], np.diff(values) > 1e-9))
    return values[new], np.add.reduceat(counts, np.flatnonzero(new)).astype(np.float64)
