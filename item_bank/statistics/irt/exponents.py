"""Kinds whose categories have exponents that are linear in their parameters: 2PL, partial credit, nominal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.irt.kinds import Terms, outer_scores, stretch
from item_bank.statistics.irt.models import Item, Logistic, Nominal, PartialCredit
from item_bank.statistics.responses import Floats


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
        return np.concatenate(([slope], np.log(shares[1:] / shares[0]) * stretch(slope)))


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
    return outer_scores(expected, terms)
