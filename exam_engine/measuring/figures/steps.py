"""The step in which points are told: scores become whole numbers of it, and tables get a row for each."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

import numpy as np

from item_bank.statistics.responses import Floats

#: Points are told in such parts. A scale of more scores is a mistake, and would fill the memory.
STEPS = (1.0, 0.5, 0.25, 0.2, 0.1, 0.05, 0.025, 0.02, 0.0125, 0.01, 0.005, 0.0025, 0.001)
MOST_SCORES = 10_000


def largest_step(points: Floats, most: float) -> float:
    """The largest that all points, and the most that can be had, keep to. Raises ValueError where there is none."""
    for step in STEPS:
        places = np.append(points, most) / step
        if np.abs(places - np.rint(places)).max() < 1e-6:
            if most / step > MOST_SCORES:
                break
            return step
    many = f"more than {MOST_SCORES} different ones are possible"
    raise ValueError(f"scores up to {most:g}: they are no multiples of {STEPS[-1]:g} points, or {many}")


def common_step(points: Floats) -> float:
    """The largest that all points keep to, thirds among them: of an item worth 1 with three steps. Raises ValueError
    where it would be below a thousandth of a point."""
    exact = [Fraction(one).limit_denominator(1000) for one in np.unique(points).tolist()]
    if np.abs(np.array(exact, np.float64) - np.unique(points)).max(initial=0.0) < 1e-6:
        step = Fraction(gcd(*(one.numerator for one in exact)), lcm(*(one.denominator for one in exact)))
        if step >= Fraction(1, 1000):
            return float(step)
    raise ValueError(f"points of items keep to no common step of {STEPS[-1]:g} points or more")
