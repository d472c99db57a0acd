"""Intervals of single figures, from the figure and the number of persons alone. No arrays: pages ask for them."""

from __future__ import annotations

from math import atanh, inf, sqrt, tanh
from statistics import NormalDist


def wilson(share: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927, p. 210), 0 to 1. Of a mean share of points, which varies less than one of
    persons, it is wider than needed."""
    if n <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    shrunk = n + z * z
    middle = (share * n + z * z / 2) / shrunk
    half = z * sqrt(n * share * (1 - share) + z * z / 4) / shrunk
    return max(0.0, middle - half), min(1.0, middle + half)


def fisher(r: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of Pearson's r by its z transformation, with standard error 1/√(n − 3) (Fisher 1921); −1 to 1 for fewer
    than four persons."""
    if n < 4:
        return -1.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2) / sqrt(n - 3)
    middle = inf if r >= 1 else -inf if r <= -1 else atanh(r)
    return tanh(middle - z), tanh(middle + z)
