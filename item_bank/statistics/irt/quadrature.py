"""Quadrature: a latent density as points with weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Grid:
    """A latent density at q abilities. points: (q,) ascending; weights: (q,) not negative, sum 1."""

    points: Floats
    weights: Floats

    @property
    def mean(self) -> float:
        return float(self.weights @ self.points)

    @property
    def variance(self) -> float:
        return float(self.weights @ (self.points - self.mean) ** 2)


def normal_grid(nodes: int = 61, width: float = 6.0, mean: float = 0.0, variance: float = 1.0) -> Grid:
    """Equally spaced points from mean − width·σ to mean + width·σ with weights in proportion to the normal density.

    The range follows σ: a grid of fixed range cuts a wide ability distribution off.
    """
    if nodes < 2 or not width > 0 or not variance > 0:
        raise ValueError("a grid needs at least two nodes, a width above 0 and a variance above 0")
    standard = np.linspace(-width, width, nodes)
    density = np.exp(-0.5 * standard**2)
    return Grid(mean + np.sqrt(variance) * standard, density / density.sum())
