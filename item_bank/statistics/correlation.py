"""Moments over what is there: pairwise covariances and correlations with missing cells."""

from __future__ import annotations

import numpy as np

from item_bank.statistics.responses import Floats


def pairwise_covariance(scores: Floats) -> Floats:
    """(n, k) with NaN for missing → (k, k) covariances, each over the persons who have both items, divisor n − 1.

    NaN where fewer than two persons have both. Without missing cells: the ordinary covariance matrix.
    """
    there = ~np.isnan(scores)
    if there.all() and len(scores) > 1:
        values = scores - scores.mean(axis=0)
        return np.asarray(values.T @ values / (len(scores) - 1))
    # Centred first, because the sums of products below would cancel digits otherwise.
    middle = np.nansum(scores, axis=0) / np.maximum(there.sum(axis=0), 1)
    values = np.where(there, scores - middle, 0.0)
    mask = there.astype(np.float64)
    together = mask.T @ mask
    sums = values.T @ mask  # [i, j]: sum of item i over the persons who also have j
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = (values.T @ values - sums * sums.T / together) / (together - 1)
    return np.where(together >= 2, covariance, np.nan)


def correlation(first: Floats, second: Floats) -> float:
    """Pearson's r of two complete vectors (n,); NaN when either does not vary or n < 2."""
    if first.size < 2:
        return float("nan")
    x, y = first - first.mean(), second - second.mean()
    spread = np.sqrt(np.dot(x, x) * np.dot(y, y))
    # A constant column may differ from its own mean in the last digit.
    tiny = 1e-12 * first.size * max(1.0, float(np.abs(first).max()) * float(np.abs(second).max()))
    return float("nan") if spread <= tiny else float(np.clip(np.dot(x, y) / spread, -1.0, 1.0))


def correlation_error(r: float, n: int) -> float:
    """Large-sample standard error of Pearson's r: (1 − r²) / √(n − 1)."""
    return float("nan") if n < 2 else float((1 - r * r) / np.sqrt(n - 1))
