"""The kind of the graded model: categories as steps reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from item_bank.statistics.irt.kinds import Terms, outer_scores, stretch
from item_bank.statistics.irt.models import Graded, Item
from item_bank.statistics.responses import Floats


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
        return outer_scores(counts, terms) - second

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
        return np.concatenate(([slope], logit(above) * stretch(slope)))
