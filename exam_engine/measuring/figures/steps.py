"""The step in which points are told: scores become whole numbers of it, and tables get a row for each."""

from __future__ import annotations

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
