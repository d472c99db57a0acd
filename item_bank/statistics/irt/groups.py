"""The ability distributions of the groups that a calibration compares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.irt.layout import Layout
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Population:
    """Mean and variance of a group's normal ability distribution; standard errors are NaN for held values. The
    variance is never below 0.0004: there the answers hang together by chance only, and its standard error says nothing.
    """

    mean: float
    variance: float
    mean_error: float
    variance_error: float

    @property
    def sd(self) -> float:
        return float(np.sqrt(self.variance))


def populations(layout: Layout, full: Floats, covariance: Floats) -> tuple[Population, ...]:
    """covariance: (p, p) of the estimated parameters."""
    made = []
    for group in range(layout.groups):
        mean, sd = layout.population(full, group)
        first = layout.item_parameters + 2 * group
        errors = [
            float(np.sqrt(covariance[place, place])) if place >= 0 else float("nan")
            for place in layout.index[first : first + 2]
        ]
        # dσ²/dτ = 2τ.
        made.append(Population(mean, sd**2, errors[0], 2 * abs(float(full[first + 1])) * errors[1]))
    return tuple(made)
