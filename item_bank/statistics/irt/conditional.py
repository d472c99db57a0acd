"""Conditional maximum likelihood for the Rasch model: item difficulties without a word about the abilities' density.

Persons with the same items and the same number right tell the same of the abilities, so that is conditioned on
(Andersen 1972). A person without some items is a person of a shorter test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2

from item_bank.statistics.irt.likelihood import Categories, check
from item_bank.statistics.irt.models import Logistic
from item_bank.statistics.irt.symmetric import (
    ShorterTests,
    conditional_information,
    conditional_log_likelihood,
    shorter_tests,
)
from item_bank.statistics.responses import Booleans, Floats

_ITERATIONS = 100
_TOLERANCE = 1e-10
_FEW_TESTS = 20


@dataclass(frozen=True, slots=True)
class ConditionalRasch:
    """difficulty: (k,) mean 0 over the items that have one; −∞ (∞) for an item that everybody had right (wrong).
    error: (k,); covariance: (k, k) of the centred difficulties, from the inverse information; NaN for infinite ones.
    log_likelihood: conditional. n: persons who tell something, those with neither everything wrong nor right.
    parameters: free ones, for likelihood-ratio tests.
    """

    n: int
    difficulty: Floats
    error: Floats
    covariance: Floats
    log_likelihood: float
    parameters: int
    converged: bool
    iterations: int

    @property
    def items(self) -> tuple[Logistic, ...]:
        """For the functions that take items; only of a calibration whose difficulties are all finite."""
        if not np.isfinite(self.difficulty).all():
            raise ValueError("an item that everybody had right, or wrong, has no finite difficulty: leave it out")
        return tuple(Logistic(1.0, float(b)) for b in self.difficulty)


@dataclass(frozen=True, slots=True)
class AndersenTest:
    """statistic ~ χ² with `degrees` when the difficulties are the same in all groups; p: upper tail. items: (k,)
    those that have a finite difficulty in every group, on which the test rests."""

    statistic: float
    degrees: int
    p: float
    items: Booleans


def conditional_rasch(responses: Categories) -> ConditionalRasch:
    """responses: (n, k) of 0, 1 and −1 = missing.

    ValueError when items fall into sets that no answers compare (Fischer 1981): a person must be right on an item of
    one and wrong on one of the other, and the other way round.
    """
    k = responses.shape[1] if responses.ndim == 2 else 0
    check(responses, [Logistic(1.0, 0.0)] * k)
    told, difficulty, free = _decided(responses)
    kept = np.flatnonzero(free)
    error, covariance = np.full(k, np.nan), np.full((k, k), np.nan)
    if kept.size < 2:
        return ConditionalRasch(0, difficulty, error, covariance, 0.0, 0, True, 0)
    used = told[:, kept]
    _check_comparable(used)
    tests = shorter_tests(used)
    found, information, height, converged, iterations = _newton(used, tests)
    difficulty[kept] = found
    # The information says nothing of the mean, along which it is made invertible and the result 0 again.
    covariance[np.ix_(kept, kept)] = np.linalg.inv(information + 1 / kept.size) - 1 / kept.size
    error[kept] = np.sqrt(np.diag(covariance)[kept])
    return ConditionalRasch(used.shape[0], difficulty, error, covariance, height, kept.size - 1, converged, iterations)


def andersen_test(responses: Categories, groups: NDArray[np.integer] | None = None) -> AndersenTest:
    """Are difficulties the same in all groups of persons (Andersen 1973, eq. 4)?

    groups: (n,) of each person; by default two, by number right: up to the median of the persons who are neither
    wrong nor right everywhere, and above (or below it and from it on, where none of them is above).
    Items without a finite difficulty in some group are left out of the test.
    """
    if groups is None:
        groups = _halves(responses)
    names = np.unique(groups)
    usable = np.ones(responses.shape[1], dtype=np.bool_)
    while True:
        # Leaving an item out can make another one extreme in some group.
        parts = [responses[groups == name][:, usable] for name in names]
        fine = np.all([_decided(part)[2] for part in parts], axis=0)
        if fine.all():
            break
        usable[np.flatnonzero(usable)[~fine]] = False
    if usable.sum() < 2 or names.size < 2:
        return AndersenTest(float("nan"), 0, float("nan"), usable)
    whole = conditional_rasch(responses[:, usable])
    statistic = 2 * (sum(conditional_rasch(part).log_likelihood for part in parts) - whole.log_likelihood)
    degrees = (names.size - 1) * whole.parameters
    return AndersenTest(statistic, degrees, float(chi2.sf(statistic, degrees)), usable)


def _halves(responses: Categories) -> NDArray[np.int_]:
    right, answered = (responses == 1).sum(axis=1), (responses >= 0).sum(axis=1)
    between = right[(right > 0) & (right < answered)]
    if not between.size:
        return np.zeros(right.size, dtype=np.int_)
    middle = np.median(between)
    upper = right > middle if (between > middle).any() else right >= middle
    return np.asarray(upper, dtype=np.int_)


def _decided(responses: Categories) -> tuple[Categories, Floats, Booleans]:
    """The answers of persons who tell something, (k,) difficulties that need no estimation, and whether one does.

    An item without a finite difficulty takes answers away, after which a person, and then an item, may be extreme.
    """
    difficulty, free = np.full(responses.shape[1], np.nan), np.ones(responses.shape[1], dtype=np.bool_)
    told = np.array(responses, copy=True)
    while True:
        right, answered = (told == 1).sum(axis=1), (told >= 0).sum(axis=1)
        told = told[(right > 0) & (right < answered)]
        right, answered = (told == 1).sum(axis=0), (told >= 0).sum(axis=0)
        extreme = free & ((right == 0) | (right == answered))
        if not extreme.any():
            return told, difficulty, free
        # Of an item that nobody of them answered, those speak who had everything wrong or right.
        silent = answered == 0
        right = np.where(silent, (responses == 1).sum(axis=0), right)
        answered = np.where(silent, (responses >= 0).sum(axis=0), answered)
        difficulty[extreme & (answered > 0) & (right == 0)] = np.inf
        difficulty[extreme & (answered > 0) & (right == answered)] = -np.inf
        free &= ~extreme
        told[:, extreme] = -1


def _check_comparable(used: Categories) -> None:
    beats = (used == 1).astype(np.float64).T @ (used == 0).astype(np.float64)
    sets, _ = connected_components(beats > 0, directed=True, connection="strong")
    if sets > 1:
        raise ValueError(
            f"the items fall into {sets} sets that no answers compare with each other: calibrate them apart, or give "
            "more persons items of both"
        )


def _newton(used: Categories, tests: ShorterTests) -> tuple[Floats, Floats, float, bool, int]:
    right = (used == 1).sum(axis=0).astype(np.float64)
    share = right / (used >= 0).sum(axis=0)
    difficulty = -np.log(share / (1 - share))
    difficulty -= difficulty.mean()
    height, slope = conditional_log_likelihood(difficulty, right, tests)
    information = conditional_information(difficulty, tests)
    converged, iteration = False, 0
    while not converged and iteration < _ITERATIONS:
        iteration += 1
        step = np.linalg.solve(information + 1 / right.size, slope)
        step -= step.mean()
        difficulty, height, slope, step = _climb(difficulty, step, height, right, tests)
        converged = bool(np.abs(step).max() < _TOLERANCE)
        # The information of many tests costs more than a few steps with an old one.
        if len(tests.shown) <= _FEW_TESTS or converged:
            information = conditional_information(difficulty, tests)
    return difficulty, information, height, converged, iteration


def _climb(
    difficulty: Floats, step: Floats, height: float, right: Floats, tests: ShorterTests
) -> tuple[Floats, float, Floats, Floats]:
    """The step, halved until it does not lead down."""
    higher, slope = conditional_log_likelihood(difficulty + step, right, tests)
    for _ in range(30):
        if higher >= height - 1e-12 * abs(height):
            break
        step = step / 2
        higher, slope = conditional_log_likelihood(difficulty + step, right, tests)
    return difficulty + step, higher, slope, step
