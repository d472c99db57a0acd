"""Circle-arc equating for small groups (Livingston & Kim 2009): three points, two of them fixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.equating.designs import Data, Neat, anchored
from item_bank.statistics.equating.observed import Method
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class CircleArc(Method):
    """The simplified arc: a line joins the end points, and the distance from it follows a circle through 0 there and
    through the middle point, the means of both forms. Under NEAT the middle is the mean of form X and what chained
    linear equating makes of it.

    low, high: end points on form X and form Y; by default the lowest and the highest possible scores. A score that
    pure guessing earns is a sensible low end. Outside the end points scores follow the line.
    """

    low: tuple[float, float] | None = None
    high: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        return "circle-arc"

    def equivalents(self, data: Data) -> Floats:
        x, y = data.x.scale, data.y.scale
        low = self.low or (x.minimum, y.minimum)
        high = self.high or (x.maximum, y.maximum)
        middle = data.x.mean, _middle(data)
        if not low[0] < middle[0] < high[0]:
            raise ValueError(
                f"the mean of form X, {middle[0]:.4g}, lies outside the end points {low[0]} and {high[0]} of the arc: "
                "move them, or use identity"
            )
        slope = (high[1] - low[1]) / (high[0] - low[0])
        line = low[1] + slope * (x.points - low[0])
        bend = middle[1] - (low[1] + slope * (middle[0] - low[0]))
        return np.asarray(line + arc(x.points, low[0], high[0], middle[0], bend))


def arc(points: Floats, low: float, high: float, middle: float, bend: float) -> Floats:
    """Height at `points` of the circle through (low, 0), (middle, bend), (high, 0); 0 outside."""
    if abs(bend) < 1e-12 * (high - low):
        return np.zeros(points.size)
    centre = (low + high) / 2
    half = (high - low) / 2
    # The centre lies at height h: as far from (low, 0) as from (middle, bend).
    h = ((middle - centre) ** 2 + bend**2 - half**2) / (2 * bend)
    if h * bend > 0:
        raise ValueError(
            f"the means lie {abs(bend):.3g} points off the line between the end points, and no arc of half a circle or "
            "less reaches there: the forms are too different for it; use mean or linear equating"
        )
    over = np.clip(half**2 - (points - centre) ** 2, 0.0, None)
    # √(h² + over) − |h| is a small difference of large numbers where the arc is flat; this is the same as a quotient.
    below = np.sqrt(h**2 + over) + abs(h)
    # Of half a circle h is 0, and so is the divisor at both ends, where the height is nothing.
    return np.asarray(np.sign(bend) * np.divide(over, below, out=np.zeros_like(over), where=below > 0))


def _middle(data: Data) -> float:
    if not isinstance(data, Neat):
        return data.y.mean
    neat = anchored(data, "circle-arc")
    from_x, to_y = neat.of_x.second, neat.of_y.second
    away = (from_x.mean - to_y.mean) / np.sqrt(to_y.variance)
    return float(data.y.mean + away * np.sqrt(data.y.variance))
