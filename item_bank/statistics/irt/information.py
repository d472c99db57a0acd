"""How precisely a test measures, at each ability and over a population."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from item_bank.statistics.irt.ability import Abilities
from item_bank.statistics.irt.models import Item, information
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.responses import Floats


def item_information(items: Sequence[Item], theta: Floats) -> Floats:
    """(k, q): Fisher information of each item at abilities theta (q,), Σ P′²/P (Samejima 1969)."""
    return np.array([information(item, theta) for item in items]).reshape(len(items), theta.size)


def test_information(items: Sequence[Item], theta: Floats) -> Floats:
    """(q,): the sum over items. Its inverse square root is the standard error of the ML estimate."""
    return np.asarray(item_information(items, theta).sum(axis=0))


def marginal_reliability(items: Sequence[Item], density: Grid, variance: float | None = None) -> float:
    """Mean over the density of I / (I + 1/σ²): the share of the ability's variance that the test tells, 0 to 1.

    For σ² = 1 it is mirt's marginal_rxx. variance: σ², by default that of the density. (Green, Bock, Humphreys, Linn &
    Reckase 1984 average the error variance instead; averaging the share keeps it between 0 and 1.)
    """
    spread = density.variance if variance is None else variance
    if not spread > 0:
        raise ValueError("reliability needs a population that varies")
    found = test_information(items, density.points)
    return float(density.weights @ (found / (found + 1 / spread)))


def empirical_reliability(abilities: Abilities) -> float:
    """s² / (s² + mean squared error) of EAP estimates (mirt's empirical_rxx), 0 to 1; NaN for fewer than two."""
    theta, error = _finite(abilities)
    if theta.size < 2:
        return float("nan")
    spread = float(theta.var(ddof=1))
    return spread / (spread + float(np.mean(error**2)))


def separation_reliability(abilities: Abilities) -> float:
    """(s² − mean squared error) / s² of ML or WLE estimates (Wright & Masters 1982, p. 106), finite ones only; NaN
    where they do not vary. It may be negative."""
    theta, error = _finite(abilities)
    spread = float(theta.var(ddof=1)) if theta.size > 1 else 0.0
    return 1 - float(np.mean(error**2)) / spread if spread > 0 else float("nan")


def _finite(abilities: Abilities) -> tuple[Floats, Floats]:
    there = np.isfinite(abilities.theta) & np.isfinite(abilities.error)
    return abilities.theta[there], abilities.error[there]
