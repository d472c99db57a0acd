"""A model given to HiGHS through `scipy.optimize.milp`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from item_bank.assembly.optimal.model import Model
from item_bank.assembly.optimal.request import Floats

_TIME_RAN_OUT, _IMPOSSIBLE = 1, 2


@dataclass(frozen=True, slots=True)
class Answer:
    """values (variables,) or None; best: nothing better is left to find; impossible: proven that there are none."""

    values: Floats | None
    best: bool
    impossible: bool


def solve(
    model: Model, *, seconds: float, cost: Floats | None = None, least: float = 0.0, most: bool = False
) -> Answer:
    """The least distance, by default; `cost` (variables,) names another sum to make small, `most` makes the distance
    large instead. No distance below `least` is looked for: the first solution there ends the search."""
    if cost is None:
        cost = np.zeros(model.upper.size)
        cost[-1] = -1.0 if most else 1.0
    lower = np.zeros(model.upper.size)
    lower[-1] = least
    answer = milp(
        cost,
        constraints=LinearConstraint(model.matrix, model.low, model.high),
        integrality=model.integral,
        bounds=Bounds(lower, model.upper),
        options={"time_limit": max(seconds, 0.1)},
    )
    values = None if answer.x is None else np.where(model.integral > 0, np.round(answer.x), answer.x)
    return Answer(values, answer.status == 0, answer.status == _IMPOSSIBLE)
