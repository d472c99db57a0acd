"""A latent density as points with weights, over which abilities are averaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Density:
    """A latent density at q abilities. points: (q,) ascending; weights: (q,) not negative, sum 1."""

    points: Floats
    weights: Floats

    @property
    def mean(self) -> float:
        return float(self.weights @ self.points)

    @property
    def variance(self) -> float:
        return float(self.weights @ (self.points - self.mean) ** 2)


def normal_density(nodes: int = 61, width: float = 8.0, mean: float = 0.0, variance: float = 1.0) -> Density:
    """Equally spaced points from mean − width·σ to mean + width·σ with weights in proportion to the normal density.

    The range follows σ: a grid of fixed range cuts a wide ability distribution off.
    """
    if nodes < 2 or not width > 0 or not variance > 0:
        raise ValueError("a density needs at least two nodes, a width above 0 and a variance above 0")
    standard = np.linspace(-width, width, nodes)
    density = np.exp(-0.5 * standard**2)
    return Density(mean + np.sqrt(variance) * standard, density / density.sum())
