"""Response models as a calibration sees them: many items at once, slopes and intercepts instead of difficulties.

A block holds `j` items of one kind with `m` categories each, their parameters in an array (j, p). In slopes and
intercepts the likelihood is closest to a parabola, and for all but the graded model and the 3PL it is concave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from scipy.special import expit, logit

from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit
from item_bank.statistics.responses import Floats


class Terms(NamedTuple):
    """A block at q abilities. log_probability: (q, j, m); score: (q, j, m, p), its derivatives by the parameters."""

    theta: Floats
    parameters: Floats
    log_probability: Floats
    score: Floats


class Kind(Protocol):
    """m categories, p parameters an item. The first parameter is a slope, but for the nominal model."""

    @property
    def categories(self) -> int: ...
    @property
    def size(self) -> int: ...
    def terms(self, parameters: Floats, theta: Floats) -> Terms: ...
    def information(self, counts: Floats, terms: Terms) -> Floats:
        """(j, p, p) minus the second derivatives of Σ counts (q, j, m) · log probability."""

    def item(self, parameters: Floats) -> Item: ...
    def parameters(self, item: Item) -> Floats: ...
    def jacobian(self, parameters: Floats) -> Floats:
        """Derivatives of what `reported` lists by the parameters."""

    def errors(self, reported: Floats) -> Item:
        """An item that holds standard errors where `item` holds estimates."""

    def start(self, slope: float, shares: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Ordered:
    """Exponents k·a·θ + d_k, d_0 = 0: generalised partial credit (Muraki 1992), with two categories the 2PL.
    Parameters a, d_1 … d_{m−1}. logistic: whether an item of two categories is given as `Logistic`."""

    categories: int
    logistic: bool = False

    @property
    def size(self) -> int:
        return self.categories

    def terms(self, parameters: Floats, theta: Floats) -> Terms:
        number = np.arange(self.categories, dtype=np.float64)
        exponents = theta[:, None, None] * (parameters[:, :1] * number)
        exponents[..., 1:] += parameters[:, 1:]
        log_probability = _log_softmax(exponents)
        probability = np.exp(log_probability)
        score = np.empty((*probability.shape, self.size))
        score[..., 0] = theta[:, None, None] * (number - (probability @ number)[..., None])
        score[..., 1:] = np.eye(self.categories)[:, 1:] - probability[..., None, 1:]
        return Terms(theta, parameters, log_probability, score)

    def information(self, counts: Floats, terms: Terms) -> Floats:
        return _canonical_information(counts, terms)

    def item(self, parameters: Floats) -> Item:
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = -np.diff(parameters[1:], prepend=0.0) / parameters[0]
        return self._made(float(parameters[0]), steps)

    def _made(self, slope: float, steps: Floats) -> Item:
        return Logistic(slope, float(steps[0])) if self.logistic else PartialCredit(slope, tuple(steps.tolist()))

    def parameters(self, item: Item) -> Floats:
        assert isinstance(item, Logistic | PartialCredit)
        steps = np.atleast_1d(np.asarray(item.b, dtype=np.float64))
        return np.concatenate(([item.a], -item.a * np.cumsum(steps)))

    def jacobian(self, parameters: Floats) -> Floats:
        slope, steps = parameters[0], np.diff(parameters[1:], prepend=0.0)
        made = np.zeros((self.size, self.size))
        made[0, 0] = 1.0
        made[1:, 0] = steps / slope**2
        made[1:, 1:] = -(np.eye(self.size - 1) - np.eye(self.size - 1, k=-1)) / slope
        return made

    def errors(self, reported: Floats) -> Item:
        if self.logistic:
            return Logistic(float(reported[0]), float(reported[1]), float("nan"))
        return PartialCredit(float(reported[0]), tuple(reported[1:].tolist()))

    def start(self, slope: float, shares: Floats) -> Floats:
        slope /= max(1.0, (self.categories - 1) / 2)
        return np.concatenate(([slope], np.log(shares[1:] / shares[0]) * _stretch(slope)))


@dataclass(frozen=True, slots=True)
class Guessing:
    """Right with probability c + (1 − c) / (1 + exp(−aθ − d)): the 3PL. Parameters a, d, logit c."""

    categories: int = 2
    size: int = 3

    def terms(self, parameters: Floats, theta: Floats) -> Terms:
        above, below, c = self._above(parameters, theta)
        right, wrong = c + (1 - c) * above, (1 - c) * below
        by_exponent = above * wrong / right  # of log right
        by_guess = c * wrong / right
        score = np.stack(
            (
                np.stack((-theta[:, None] * above, -above, np.broadcast_to(-c, above.shape)), axis=-1),
                np.stack((theta[:, None] * by_exponent, by_exponent, by_guess), axis=-1),
            ),
            axis=2,
        )
        return Terms(theta, parameters, np.stack((np.log(wrong), np.log(right)), axis=-1), score)

    def _above(self, parameters: Floats, theta: Floats) -> tuple[Floats, Floats, Floats]:
        exponent = theta[:, None] * parameters[:, 0] + parameters[:, 1]
        # Kept off 0, so that a hopeless node stays a finite one.
        return expit(exponent), np.maximum(expit(-exponent), 1e-300), expit(parameters[:, 2])

    def information(self, counts: Floats, terms: Terms) -> Floats:
        theta, parameters = terms.theta, terms.parameters
        above, below, c = self._above(parameters, theta)
        ratio = counts * np.exp(-terms.log_probability)
        weight = ratio[..., 1] - ratio[..., 0]
        slope = above * below
        second = np.empty((theta.size, c.size, 2))
        second[..., 0] = weight * (1 - c) * slope * (1 - 2 * above)
        second[..., 1] = -weight * c * (1 - c) * slope
        powers = np.stack((np.ones_like(theta), theta, theta**2))
        plain, cross = np.moveaxis(np.tensordot(powers, second, axes=(1, 0)), -1, 0)
        guess = (weight * below).sum(axis=0) * c * (1 - c) * (1 - 2 * c)
        curvature = np.stack((plain[2], plain[1], cross[1], plain[1], plain[0], cross[0], cross[1], cross[0], guess))
        return np.asarray(_outer_scores(counts, terms) - curvature.T.reshape(-1, 3, 3))

    def item(self, parameters: Floats) -> Item:
        with np.errstate(divide="ignore", invalid="ignore"):
            return Logistic(float(parameters[0]), float(-parameters[1] / parameters[0]), float(expit(parameters[2])))

    def parameters(self, item: Item) -> Floats:
        assert isinstance(item, Logistic)
        return np.array([item.a, -item.a * item.b, logit(item.c)])

    def jacobian(self, parameters: Floats) -> Floats:
        a, d, guess = parameters
        c = expit(guess)
        return np.array([[1, 0, 0], [d / a**2, -1 / a, 0], [0, 0, c * (1 - c)]], dtype=np.float64)

    def errors(self, reported: Floats) -> Item:
        return Logistic(float(reported[0]), float(reported[1]), float(reported[2]))

    def start(self, slope: float, shares: Floats) -> Floats:
        guess = min(0.2, 0.5 * float(shares[1]))
        slope = min(1.3 * slope, 2.0)
        return np.array([slope, logit((shares[1] - guess) / (1 - guess)) * _stretch(slope), logit(guess)])


@dataclass(frozen=True, slots=True)
class Cumulative:
    """P(X ≥ k) = 1 / (1 + exp(−aθ − d_k)), d descending: the graded model (Samejima 1969). a, d_1 … d_{m−1}."""

    categories: int

    @property
    def size(self) -> int:
        return self.categories

    def _boundaries(self, parameters: Floats, theta: Floats) -> tuple[Floats, Floats]:
        """(q, j, m + 1) of reaching each category, from 1 to 0, and of not reaching it."""
        exponent = theta[:, None, None] * parameters[:, :1] + parameters[:, 1:]
        reached = np.zeros((*exponent.shape[:2], self.categories + 1))
        missed = np.zeros_like(reached)
        reached[..., 0] = missed[..., -1] = 1.0
        reached[..., 1:-1], missed[..., 1:-1] = expit(exponent), expit(-exponent)
        return reached, missed

    def _probability(self, parameters: Floats, reached: Floats, missed: Floats) -> Floats:
        """F(x) − F(y) = F(x) (1 − F(y)) (1 − exp(y − x)), which keeps its digits in the tails. NaN where disordered."""
        gap = np.concatenate(
            (
                np.ones((len(parameters), 1)),
                -np.expm1(np.diff(parameters[:, 1:], axis=1)),
                np.ones((len(parameters), 1)),
            ),
            axis=1,
        )
        return np.asarray(np.maximum(reached[..., :-1] * missed[..., 1:], 1e-300) * np.where(gap > 0, gap, np.nan))

    def terms(self, parameters: Floats, theta: Floats) -> Terms:
        reached, missed = self._boundaries(parameters, theta)
        probability = self._probability(parameters, reached, missed)
        density = reached * missed
        lower, upper = density[..., :-1] / probability, -density[..., 1:] / probability
        score = np.zeros((*probability.shape, self.size))
        score[..., 0] = theta[:, None, None] * (1 - reached[..., :-1] - reached[..., 1:])
        for k in range(1, self.categories):
            score[..., k, k] = lower[..., k]
            score[..., k - 1, k] = upper[..., k - 1]
        return Terms(theta, parameters, np.log(probability), score)

    def information(self, counts: Floats, terms: Terms) -> Floats:
        theta, parameters = terms.theta, terms.parameters
        reached, missed = self._boundaries(parameters, theta)
        ratio = counts * np.exp(-terms.log_probability)
        inner = slice(1, -1)
        bend = (reached * missed * (missed - reached))[..., inner] * np.diff(ratio, axis=2)
        flat, once, twice = np.tensordot(np.stack((np.ones_like(theta), theta, theta**2)), bend, axes=(1, 0))
        second = np.zeros((len(parameters), self.size, self.size))
        second[:, 0, 0] = twice.sum(axis=1)
        second[:, 0, 1:] = second[:, 1:, 0] = once
        steps = np.arange(1, self.size)
        second[:, steps, steps] = flat
        return _outer_scores(counts, terms) - second

    def item(self, parameters: Floats) -> Item:
        return Graded(float(parameters[0]), tuple((-parameters[1:] / parameters[0]).tolist()))

    def parameters(self, item: Item) -> Floats:
        assert isinstance(item, Graded)
        return np.concatenate(([item.a], -item.a * np.asarray(item.b)))

    def jacobian(self, parameters: Floats) -> Floats:
        made = np.diag(np.full(self.size, -1 / parameters[0]))
        made[0, 0] = 1.0
        made[1:, 0] = parameters[1:] / parameters[0] ** 2
        return made

    def errors(self, reported: Floats) -> Item:
        return Graded(float(reported[0]), tuple(reported[1:].tolist()))

    def start(self, slope: float, shares: Floats) -> Floats:
        above = np.cumsum(shares[::-1])[::-1][1:]
        return np.concatenate(([slope], logit(above) * _stretch(slope)))


@dataclass(frozen=True, slots=True)
class Unordered:
    """Exponents α_k θ + d_k with α_0 = d_0 = 0: nominal (Bock 1972). Parameters α_1 … α_{m−1}, d_1 … d_{m−1}."""

    categories: int

    @property
    def size(self) -> int:
        return 2 * (self.categories - 1)

    def terms(self, parameters: Floats, theta: Floats) -> Terms:
        free = self.categories - 1
        exponents = np.zeros((theta.size, len(parameters), self.categories))
        exponents[..., 1:] = theta[:, None, None] * parameters[:, :free] + parameters[:, free:]
        log_probability = _log_softmax(exponents)
        away = np.eye(self.categories)[:, 1:] - np.exp(log_probability)[..., None, 1:]
        return Terms(
            theta, parameters, log_probability, np.concatenate((theta[:, None, None, None] * away, away), axis=-1)
        )

    def information(self, counts: Floats, terms: Terms) -> Floats:
        return _canonical_information(counts, terms)

    def item(self, parameters: Floats) -> Item:
        return self._made(self.jacobian(parameters) @ parameters)

    def _made(self, reported: Floats) -> Item:
        slopes, intercepts = np.split(reported, 2)
        return Nominal(tuple(slopes.tolist()), tuple(intercepts.tolist()))

    def parameters(self, item: Item) -> Floats:
        assert isinstance(item, Nominal)
        parts = (np.asarray(item.slopes), np.asarray(item.intercepts))
        return np.concatenate([part[1:] - part[0] for part in parts])

    def jacobian(self, parameters: Floats) -> Floats:  # noqa: ARG002
        centred = (np.eye(self.categories) - 1 / self.categories)[:, 1:]
        return np.asarray(np.kron(np.eye(2), centred), dtype=np.float64)

    def errors(self, reported: Floats) -> Item:
        return self._made(reported)

    def start(self, slope: float, shares: Floats) -> Floats:
        slopes = slope * (np.arange(1, self.categories) / (self.categories - 1))
        return np.concatenate((slopes, np.log(shares[1:] / shares[0])))


def _log_softmax(exponents: Floats) -> Floats:
    exponents = exponents - exponents.max(axis=-1, keepdims=True)
    return np.asarray(exponents - np.log(np.exp(exponents).sum(axis=-1, keepdims=True)))


def _canonical_information(counts: Floats, terms: Terms) -> Floats:
    """Where exponents are linear in the parameters the second derivatives hang on no response."""
    expected = counts.sum(axis=2, keepdims=True) * np.exp(terms.log_probability)
    return _outer_scores(expected, terms)


def _outer_scores(counts: Floats, terms: Terms) -> Floats:
    """Σ counts · score scoreᵀ, (j, p, p)."""
    q, j, m, p = terms.score.shape
    flat = terms.score.transpose(1, 3, 0, 2).reshape(j, p, q * m)
    weights = counts.transpose(1, 0, 2).reshape(j, 1, q * m)
    return np.asarray((flat * weights) @ flat.transpose(0, 2, 1))


def _stretch(slope: float) -> float:
    """A logit over persons is flatter than one at a given ability (Cohen 1979's PROX)."""
    return float(np.sqrt(1 + (slope / 1.7) ** 2))
