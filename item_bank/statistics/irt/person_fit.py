"""Person fit on given item parameters: are a person's answers as likely as they should be at that ability?

Without a response model see `item_bank.statistics.person_fit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import norm

from item_bank.statistics.irt.likelihood import Categories, check
from item_bank.statistics.irt.models import Item
from item_bank.statistics.responses import Floats

#: A variance that is but the rounding of what was subtracted tells nothing.
LEAST_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True)
class LikelihoodFit:
    """(n,) each; NaN where the ability is not finite or nothing was answered. lz: log-likelihood, standardised by its
    mean and variance at the ability, low = answers that the model finds odd. p: lower tail of the standard normal."""

    lz: Floats
    p: Floats


def log_likelihood_fit(responses: Categories, items: Sequence[Item], theta: Floats) -> LikelihoodFit:
    """lz (Drasgow, Levine & Williams 1985, eq. 3 to 5; for more than two categories the same, there called Zh).

    theta: (n,) taken as if it were known. With an estimate in its place lz varies less than a standard normal, so p
    is too large: `corrected_log_likelihood_fit` is to be preferred for verdicts.
    """
    found = _moments(responses, items, theta)
    return _fit(found.excess, found.variance)


def corrected_log_likelihood_fit(
    responses: Categories,
    items: Sequence[Item],
    theta: Floats,
    method: Literal["ml", "wle", "map"] = "ml",
    mean: float = 0.0,
    variance: float = 1.0,
) -> LikelihoodFit:
    """lz* (Snijders 2001, eq. 6 to 9; for more than two categories Sinharay 2016): lz for an estimated ability.

    theta: (n,) from ML, Warm's WLE or MAP, as `method` says; mean and variance of MAP's prior.
    """
    return _fit(*corrected_log_likelihood(responses, items, theta, method, mean, variance))


def corrected_log_likelihood(
    responses: Categories,
    items: Sequence[Item],
    theta: Floats,
    method: Literal["ml", "wle", "map"] = "ml",
    mean: float = 0.0,
    variance: float = 1.0,
) -> tuple[Floats, Floats]:
    """What lz* is made of, (n,) each: a person's log-likelihood less its expectation, corrected for the ability being
    an estimate, and its variance, 0 where it tells nothing."""
    found = _moments(responses, items, theta)
    with np.errstate(divide="ignore", invalid="ignore"):
        match method:
            case "ml":
                pull = np.zeros_like(theta)
            case "wle":
                pull = found.skew / (2 * found.information)
            case _:
                pull = (mean - theta) / variance
        slope = found.covariance / found.information
        left = found.variance - slope**2 * found.information
        return found.excess + slope * pull, np.where(left > LEAST_VARIANCE, left, 0.0)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Sums over a person's items: log P of the answers less its mean, variance of log P, its covariance with the
    slope P′/P, information Σ P′²/P, and Warm's J = Σ P′P″/P; (n,) each."""

    excess: Floats
    variance: Floats
    covariance: Floats
    information: Floats
    skew: Floats


def _moments(responses: Categories, items: Sequence[Item], theta: Floats) -> _Moments:
    responses = check(responses, items)
    if theta.shape != (responses.shape[0],):
        raise ValueError(f"{theta.shape} abilities do not fit {responses.shape[0]} persons: give one for each")
    sums = np.zeros((5, theta.size))
    for column, item in enumerate(items):
        there = np.flatnonzero((responses[:, column] >= 0) & np.isfinite(theta))
        curves = item.curves(theta[there])
        share = np.maximum(curves.probability, np.finfo(np.float64).tiny)
        log = np.log(share)
        mean = (share * log).sum(axis=1)
        sums[0, there] += log[np.arange(there.size), responses[there, column]] - mean
        sums[1, there] += (share * (log - mean[:, None]) ** 2).sum(axis=1)
        sums[2, there] += (curves.first * log).sum(axis=1)
        sums[3, there] += (curves.first**2 / share).sum(axis=1)
        sums[4, there] += (curves.first * curves.second / share).sum(axis=1)
    sums[:, ~np.isfinite(theta)] = np.nan
    return _Moments(*sums)


def _fit(excess: Floats, variance: Floats) -> LikelihoodFit:
    with np.errstate(divide="ignore", invalid="ignore"):
        lz = np.where(variance > LEAST_VARIANCE, excess / np.sqrt(variance), np.nan)
    return LikelihoodFit(lz, np.asarray(norm.cdf(lz)))
