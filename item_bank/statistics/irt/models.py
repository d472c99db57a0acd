"""Item response functions: how likely each score category is at each ability.

Metric everywhere: logit, D = 1. An ability is a point on the scale on which the calibration's first group has mean 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_softmax

from item_bank.statistics.responses import Floats


class Curves(NamedTuple):
    """At each of q abilities, for each category of an item: its probability and the first two derivatives of that by
    the ability, each (q, categories). The probabilities of a row sum to 1, the derivatives to 0."""

    probability: Floats
    first: Floats
    second: Floats


@dataclass(frozen=True, slots=True)
class Logistic:
    """Right or wrong: P(right) = c + (1 − c) / (1 + exp(−a(θ − b))).

    Rasch, 1PL and 2PL with c = 0, 3PL with a lower asymptote (Birnbaum 1968, eq. 17.3.2). a: slope; b: difficulty, the
    ability at which P is half-way between c and 1; c: from 0 up to, but not including, 1. Categories: wrong, right.
    """

    a: float
    b: float
    c: float = 0.0

    @property
    def categories(self) -> int:
        return 2

    def curves(self, theta: Floats) -> Curves:
        """theta: (q,)."""
        exponent = self.a * (theta - self.b)
        # 1 − P would be 0 where a wrong answer is merely very unlikely, and its logarithm lost.
        above, below = expit(exponent), expit(-exponent)
        wrong, right = (1 - self.c) * below, self.c + (1 - self.c) * above
        first = self.a * wrong * above
        second = self.a * first * (below - above)
        return Curves(
            *(np.stack((low, high), axis=1) for low, high in ((wrong, right), (-first, first), (-second, second)))
        )


@dataclass(frozen=True, slots=True)
class Graded:
    """Ordered categories 0…m: P(X ≥ k) = 1 / (1 + exp(−a(θ − b_k))) (Samejima 1969). b: (m,) ascending."""

    a: float
    b: tuple[float, ...]

    @property
    def categories(self) -> int:
        return len(self.b) + 1

    def curves(self, theta: Floats) -> Curves:
        """theta: (q,)."""
        at_least = expit(self.a * (theta[:, None] - np.asarray(self.b)))
        first = self.a * at_least * (1 - at_least)
        second = self.a * first * (1 - 2 * at_least)
        return Curves(_between(at_least, 1.0), _between(first, 0.0), _between(second, 0.0))


@dataclass(frozen=True, slots=True)
class PartialCredit:
    """Ordered categories 0…m: P(X = k) ∝ exp Σ_{h ≤ k} a(θ − b_h) (Muraki 1992, eq. 8; with a = 1 Masters 1982).

    b: (m,) steps, in any order: where two neighbouring categories are equally likely.
    """

    a: float
    b: tuple[float, ...]

    @property
    def categories(self) -> int:
        return len(self.b) + 1

    @property
    def nominal(self) -> tuple[Floats, Floats]:
        """Slope and intercept of each category's exponent."""
        steps = np.concatenate(([0.0], np.cumsum(self.b)))
        return self.a * np.arange(self.categories, dtype=np.float64), -self.a * steps

    def curves(self, theta: Floats) -> Curves:
        """theta: (q,)."""
        return _softmax(theta, *self.nominal)


@dataclass(frozen=True, slots=True)
class Nominal:
    """Categories without an order: P(X = k) ∝ exp(slopes_k θ + intercepts_k) (Bock 1972). Each sums to 0."""

    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]

    @property
    def categories(self) -> int:
        return len(self.slopes)

    def curves(self, theta: Floats) -> Curves:
        """theta: (q,)."""
        return _softmax(theta, np.asarray(self.slopes), np.asarray(self.intercepts))


Item = Logistic | Graded | PartialCredit | Nominal


def probabilities(items: Sequence[Item], theta: Floats) -> tuple[Floats, ...]:
    """Per item (q, categories), at abilities theta (q,)."""
    return tuple(item.curves(theta).probability for item in items)


def expected_score(item: Item, theta: Floats) -> Floats:
    """(q,) mean category number, that is the score where each category is a point more."""
    return np.asarray(item.curves(theta).probability @ np.arange(item.categories, dtype=np.float64))


def information(item: Item, theta: Floats) -> Floats:
    """(q,) Fisher information of one response about the ability, Σ_k P′_k² / P_k (Samejima 1969): what adds up over
    items to that of the test."""
    curves = item.curves(theta)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = curves.first**2 / curves.probability
    return np.asarray(np.where(curves.probability > 0, parts, 0.0).sum(axis=1))


def _between(at_least: Floats, everybody: float) -> Floats:
    """(q, m) of reaching category k or more → (q, m + 1) of being in it."""
    edge = np.full((at_least.shape[0], 1), everybody)
    return -np.diff(np.concatenate((edge, at_least, np.zeros_like(edge)), axis=1), axis=1)


def _softmax(theta: Floats, slopes: Floats, intercepts: Floats) -> Curves:
    probability = np.exp(log_softmax(theta[:, None] * slopes + intercepts, axis=1))
    mean = probability @ slopes
    away = slopes - mean[:, None]
    spread = (probability * away**2).sum(axis=1)
    return Curves(probability, probability * away, probability * (away**2 - spread[:, None]))
