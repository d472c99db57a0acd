"""Reliability of a total score from one administration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from item_bank.statistics.correlation import pairwise_covariance
from item_bank.statistics.responses import Floats, Responses


@dataclass(frozen=True, slots=True)
class Reliability:
    """alpha: coefficient alpha (Cronbach 1951, eq. 2); for 0/1 items it is KR-20 (Kuder & Richardson 1937, eq. 20),
    repeated in `kr20` and NaN there otherwise. lower, upper: 95 % interval of Feldt (1965). sem: standard error of
    measurement in points, s·√(1 − alpha), NaN when alpha is. if_deleted: (k,) alpha of the others. n persons, k items.

    Omitted and not reached score 0. Items that some persons were not presented with enter by pairwise covariances.
    alpha is NaN for fewer than two items or a total that does not vary; it may be negative.
    """

    n: int
    k: int
    alpha: float
    lower: float
    upper: float
    kr20: float
    sem: float
    if_deleted: tuple[float, ...]


def reliability(responses: Responses) -> Reliability:
    marked = responses.marked()
    n, k = marked.shape
    covariance = pairwise_covariance(marked)
    alpha = _alpha(covariance)
    lower, upper = _feldt(alpha, n, k)
    others = [np.delete(np.arange(k), item) for item in range(k)]
    spread = float(np.std(responses.totals(), ddof=1)) if n > 1 else float("nan")
    return Reliability(
        n=n,
        k=k,
        alpha=alpha,
        lower=lower,
        upper=upper,
        kr20=alpha if is_dichotomous(responses).all() else float("nan"),
        sem=spread * float(np.sqrt(1 - alpha)) if alpha <= 1 else float("nan"),
        if_deleted=tuple(_alpha(covariance[np.ix_(rest, rest)]) for rest in others),
    )


def is_dichotomous(responses: Responses) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(k,): whether an item earned nothing or everything only."""
    marked = responses.marked()
    extreme = np.isnan(marked) | (marked == 0) | (marked == responses.maxima)
    return np.asarray(extreme.all(axis=0))


def _alpha(covariance: Floats) -> float:
    k = covariance.shape[0]
    total = covariance.sum()
    if k < 2 or not np.isfinite(total) or total <= 1e-14:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def _feldt(alpha: float, n: int, k: int) -> tuple[float, float]:
    """(1 − alpha) / (1 − estimate) follows F with n − 1 and (n − 1)(k − 1) degrees of freedom (Feldt 1965)."""
    if not np.isfinite(alpha) or n < 2:
        return float("nan"), float("nan")
    degrees = (n - 1, (n - 1) * (k - 1))
    lower = 1 - (1 - alpha) * float(f_distribution.ppf(0.975, *degrees))
    upper = 1 - (1 - alpha) * float(f_distribution.ppf(0.025, *degrees))
    return lower, upper
