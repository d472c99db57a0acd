"""Quadrature: a latent density as points with weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from item_bank.statistics.responses import Floats

#: A lattice reaches this many standard deviations from the mean: 2 in 10⁹ persons lie beyond.
REACH = 6.0
#: The posterior of who got everything right has its mean further out; what lies beyond this changes no 10th digit.
FAR = 8.0
FEWEST, MOST = 31, 501


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


def gauss_hermite(nodes: int = 30) -> Grid:
    """Abilities of a standard normal population, few of them: exact for polynomials of a degree below twice `nodes`."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return Grid(points, weights / weights.sum())


def even_grid(nodes: int = 40, low: float = -4.0, high: float = 4.0) -> Grid:
    """Equally spaced abilities that count alike."""
    return Grid(np.linspace(low, high, nodes), np.full(nodes, 1 / nodes))


@dataclass(frozen=True, slots=True)
class Lattice:
    """Points that several populations are integrated on. nodes: (q,) abilities, ascending and equally spaced.

    On smooth integrands that vanish at both ends the trapezoidal rule converges faster than any power of the spacing
    (Trefethen & Weideman 2014). For a posterior of standard deviation s its relative error is near
    2 exp(−2π²(s / spacing)²): 5 in 10⁹ where the spacing equals s.
    """

    nodes: Floats

    @property
    def spacing(self) -> float:
        return float(self.nodes[1] - self.nodes[0])

    def log_weights(self, mean: float, sd: float) -> Floats:
        """(q,) log of the share of a normal population that each node stands for."""
        away = (self.nodes - mean) / sd
        return np.asarray(np.log(self.spacing / (sd * np.sqrt(2 * np.pi))) - away**2 / 2)

    def grid(self, mean: float, sd: float) -> Grid:
        """One normal population, on points no further apart, and reaching further, than the nodes: for abilities."""
        nodes = int(np.ceil(2 * FAR * sd / self.spacing)) + 1
        return normal_grid(nodes, FAR, mean, sd**2)

    @property
    def exhausted(self) -> bool:
        """Whether it has as many nodes as any may have: then what it should resolve may be finer still."""
        return self.nodes.size >= MOST

    def serves(self, means: Sequence[float], sds: Sequence[float], sharpest: float, fineness: float = 1.0) -> bool:
        """Whether populations and a posterior as narrow as `sharpest` are still integrated as they should be."""
        lower, upper, spacing = _wanted(means, sds, sharpest, fineness)
        slack = 0.5 * max(sds)
        wide = self.nodes[0] <= lower + slack and self.nodes[-1] >= upper - slack
        return bool(wide and (self.spacing <= 1.15 * spacing or self.exhausted))


def lattice_for(means: Sequence[float], sds: Sequence[float], sharpest: float, fineness: float = 1.0) -> Lattice:
    """The lattice for normal populations (their means and standard deviations), when no posterior distribution is
    narrower than `sharpest` (a standard deviation). fineness: spacing ÷ that; 1 is exact for all purposes, 1.4 serves
    the way to a solution."""
    lower, upper, spacing = _wanted(means, sds, sharpest, fineness)
    nodes = int(np.clip(np.ceil((upper - lower) / spacing) + 1, FEWEST, MOST))
    return Lattice(np.linspace(lower, upper, nodes))


def _wanted(
    means: Sequence[float], sds: Sequence[float], sharpest: float, fineness: float
) -> tuple[float, float, float]:
    centre, spread = np.asarray(means), np.asarray(sds)
    lower, upper = float((centre - REACH * spread).min()), float((centre + REACH * spread).max())
    return lower, upper, fineness * min(sharpest, float(spread.min()))
