"""Logistic regression of many items at once, from counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, xlog1py, xlogy

from item_bank.statistics.responses import Booleans, Floats

#: Below this a design does not tell its columns apart, in eigenvalues relative to the largest.
SINGULAR = 1e-11
#: Below this share of what the persons could tell of some direction, their chances there have become 0 or 1.
EXHAUSTED = 1e-6


#: R's glm begins at fitted chances of (y + ½) / 2: ± this is the working response of its first step.
FIRST_RESPONSE = np.log(3.0) + 4 / 3


@dataclass(frozen=True, slots=True)
class Fits:
    """The same design for k items. coefficients: (k, q); covariance: (k, q, q), inverse information, NaN where the
    estimates run away; log_likelihood: (k,); converged: (k,); iterations: rounds until the last item stood still.

    NaN throughout for an item whose answers do not vary or whose persons do not tell all columns of the design apart.
    """

    coefficients: Floats
    covariance: Floats
    log_likelihood: Floats
    converged: Booleans
    iterations: int


def fit(right: Floats, persons: Floats, design: Floats, rounds: int = 50) -> Fits:
    """right, persons: (k, m) counts in m cells; design: (m, q). Fisher scoring with steps halved when they overshoot.

    Start, end (the deviance changes by less than 1e-8 of itself) and covariance (of the last step's weights, not of
    the estimates') are those of R's glm, so that Wald tests agree with it to more than their second decimal.
    Where answers separate the cells the maximum lies at infinity: the log-likelihood still comes to its limit.
    """
    k, q = persons.shape[0], design.shape[1]
    products = (design[:, :, None] * design[:, None, :]).reshape(-1, q * q)
    greatest = (persons @ products).reshape(k, q, q)
    varies = (right.sum(axis=1) > 0) & (right.sum(axis=1) < persons.sum(axis=1))
    usable = _regular(greatest) & varies
    information = greatest
    beta = _solve(greatest, FIRST_RESPONSE * (2 * right - persons) @ design)
    reached = _log_likelihood(right, persons, beta @ design.T)
    still = ~usable
    iteration = 0
    while iteration < rounds and not still.all():
        iteration += 1
        expected = expit(beta @ design.T)
        weights = (persons * expected * (1 - expected)) @ products
        information = np.where(still[:, None, None], information, weights.reshape(k, q, q))
        step = np.where(still[:, None], 0.0, _solve(information, (right - persons * expected) @ design))
        beta, gained = _ascend(right, persons, design, beta, step, reached)
        still |= np.abs(gained - reached) < 1e-8 * (np.abs(gained) + 0.05)
        reached = gained
    estimable = usable & informative(information, np.where(usable[:, None, None], greatest, np.eye(q)))
    covariance = np.linalg.inv(np.where(estimable[:, None, None], information, np.eye(q)))
    return Fits(
        np.where(usable[:, None], beta, np.nan),
        np.where(estimable[:, None, None], covariance, np.nan),
        np.where(usable, reached, np.nan),
        estimable & still,
        iteration,
    )


def null_log_likelihood(right: Floats, persons: Floats) -> Floats:
    """(k,): of one chance of a right answer for everybody."""
    hits, n = right.sum(axis=1), persons.sum(axis=1)
    share = hits / np.maximum(n, 1)
    return np.asarray(xlogy(hits, share) + xlog1py(n - hits, -share))


def cox_snell(log_likelihood: Floats, null: Floats, n: Floats) -> Floats:
    """R² of Cox & Snell (1989, p. 209): 1 − exp(2(null − log-likelihood) / n)."""
    return np.asarray(-np.expm1(2 * (null - log_likelihood) / np.maximum(n, 1)))


def nagelkerke(log_likelihood: Floats, null: Floats, n: Floats) -> Floats:
    """R² of Nagelkerke (1991, eq. 3): that of Cox and Snell over the greatest it can be. NaN if nothing varies."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = cox_snell(log_likelihood, null, n) / -np.expm1(2 * null / np.maximum(n, 1))
    return np.where(null < -1e-9, found, np.nan)


def _solve(matrix: Floats, vector: Floats) -> Floats:
    """(k, q, q), (k, q) → (k, q); the shortest solution where a matrix is singular."""
    return np.asarray((np.linalg.pinv(matrix, hermitian=True) @ vector[:, :, None])[:, :, 0])


def _regular(information: Floats) -> Booleans:
    values = np.linalg.eigvalsh(information)
    return np.asarray((values[:, -1] > 0) & (values[:, 0] > SINGULAR * values[:, -1]))


def informative(information: Floats, greatest: Floats) -> Booleans:
    """(k, q, q) each → (k,): whether the information keeps a share of the greatest in every direction. It does not
    where answers part the persons, because their chances have become 0 or 1 there."""
    whiten = np.linalg.inv(np.linalg.cholesky(greatest))
    share = np.linalg.eigvalsh(whiten @ information @ whiten.transpose(0, 2, 1))
    return np.asarray(share[:, 0] > EXHAUSTED)


def _ascend(
    right: Floats, persons: Floats, design: Floats, beta: Floats, step: Floats, reached: Floats
) -> tuple[Floats, Floats]:
    """The step, halved for an item as long as its log-likelihood falls, at most ten times and then left out."""
    found = _log_likelihood(right, persons, (beta + step) @ design.T)
    worse = found < reached - 1e-9 * np.abs(reached)
    for _ in range(10):
        if not worse.any():
            break
        step = np.where(worse[:, None], step / 2, step)
        found = _log_likelihood(right, persons, (beta + step) @ design.T)
        worse = found < reached - 1e-9 * np.abs(reached)
    return beta + np.where(worse[:, None], 0.0, step), np.where(worse, reached, found)


def _log_likelihood(right: Floats, persons: Floats, eta: Floats) -> Floats:
    return np.asarray((right * eta - persons * np.logaddexp(0.0, eta)).sum(axis=1))
