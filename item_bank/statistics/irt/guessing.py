"""The kind of items that can be guessed: the 3PL."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from item_bank.statistics.irt.kinds import Terms, outer_scores, stretch
from item_bank.statistics.irt.models import Item, Logistic
from item_bank.statistics.responses import Floats


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
        return np.asarray(outer_scores(counts, terms) - curvature.T.reshape(-1, 3, 3))

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
        return np.array([slope, logit((shares[1] - guess) / (1 - guess)) * stretch(slope), logit(guess)])
