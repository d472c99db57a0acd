"""Speededness: did the time limit, rather than the questions, decide what persons could show?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.responses import Floats, Responses, Status
from item_bank.statistics.times.lognormal import TimeModel
from item_bank.statistics.times.person_fit import standardised_residuals


@dataclass(frozen=True, slots=True)
class Speededness:
    """n persons with at least one item.

    completed: share of them who reached every item of theirs; three_quarters: who reached 75 % of them. By the rule of
    Educational Testing Service (Swineford 1974) a test is hardly speeded when the first is at least 0.80 and the second
    practically 1. not_reached: mean number of items not reached.
    variance_ratio: variance of the number not reached over that of the score with each item from 0 to 1, up to 0.25
    hardly speeded (Gulliksen 1950, ch. 17; Swineford 1974); NaN where scores do not vary.
    """

    n: int
    completed: float
    three_quarters: float
    not_reached: float
    variance_ratio: float


@dataclass(frozen=True, slots=True)
class Pace:
    """(places,) each, by the place in the person's own order. mean: mean standardised log-time residual, 0 = as the
    person worked elsewhere, below 0 = in a hurry; error: its standard error; n: times."""

    mean: Floats
    error: Floats
    n: NDArray[np.int64]


def speededness(responses: Responses) -> Speededness:
    presented = responses.presented.sum(axis=1)
    there = presented > 0
    n = int(there.sum())
    if n == 0:
        raise ValueError("nobody was presented with an item")
    late = (responses.status == Status.NOT_REACHED).sum(axis=1)[there]
    reached = 1 - late / presented[there]
    scores = np.nansum(responses.marked() / responses.maxima, axis=1)[there]
    spread = float(scores.var())
    return Speededness(
        n=n,
        completed=float((late == 0).mean()),
        three_quarters=float((reached >= 0.75).mean()),
        not_reached=float(late.mean()),
        variance_ratio=float(late.var()) / spread if spread > 1e-12 else float("nan"),
    )


def pace(times: ArrayLike, model: TimeModel, position: ArrayLike | None = None) -> Pace:
    """times: (n, k) seconds, NaN = none. position: (n, k) places in the person's own order from 0, negative = not
    presented; by default the column. A fall over the last places tells of a time limit that was felt."""
    residuals = standardised_residuals(times, model)
    if position is not None and np.shape(position) not in (residuals.shape, residuals.shape[1:]):
        raise ValueError(f"shapes do not fit: times {residuals.shape}, position {np.shape(position)}")
    order = np.arange(residuals.shape[1]) if position is None else np.asarray(position)
    places = np.broadcast_to(order, residuals.shape)
    known = ~np.isnan(residuals) & (places >= 0)
    at, values = places[known], residuals[known]
    size = int(places.max(initial=-1)) + 1
    n = np.bincount(at, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(at, weights=values, minlength=size) / n
        spread = np.bincount(at, weights=(values - mean[at]) ** 2, minlength=size) / (n - 1)
        error = np.where(n > 1, np.sqrt(spread / n), np.nan)
    return Pace(mean, error, n.astype(np.int64))
