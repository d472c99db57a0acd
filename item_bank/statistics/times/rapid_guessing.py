"""Rapid guessing: answers given in less time than reading the item takes, and the effort that they leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.responses import Booleans, Floats
from item_bank.statistics.times.lognormal import log_times


@dataclass(frozen=True, slots=True)
class RapidGuessing:
    """thresholds: (k,) seconds. rapid: (n, k) answers below them; False where there is no time or no threshold.

    effort: (n,) share of a person's timed answers that are not rapid, response time effort (Wise & Kong 2005, eq. 2).
    fidelity: (k,) the same of an item (Wise 2006). Items without a threshold do not count; NaN where nothing counts.
    unmotivated: share of the persons with a time who have at least `least` rapid answers.
    """

    thresholds: Floats
    rapid: Booleans
    effort: Floats
    fidelity: Floats
    unmotivated: float


def normative_thresholds(times: ArrayLike, share: float = 0.10, longest: float = np.inf) -> Floats:
    """(k,) seconds: a share of each item's mean time, 0.10 for NT10, 0.20 for NT20 (Wise & Ma 2012), at most `longest`
    (they use 10 s). times: (n, k) seconds, NaN = none. NaN for an item without times."""
    if not 0 < share < 1:
        raise ValueError(f"a normative threshold is a share between 0 and 1 of the mean time, not {share}")
    _, there = log_times(times)
    count = there.sum(axis=0)
    sums = np.where(there, np.array(times, dtype=np.float64, ndmin=2), 0.0).sum(axis=0)
    means = np.divide(sums, count, out=np.full(count.shape, np.nan), where=count > 0)
    return np.asarray(np.minimum(means * share, longest))


def cumulative_thresholds(times: ArrayLike, scores: ArrayLike, chance: ArrayLike = 0.25) -> Floats:
    """(k,) seconds by the cumulative proportion correct, CUMP (Guo et al. 2016): the longest time, in whole seconds,
    up to which answers are right no more often than by chance.

    times, scores: (n, k) seconds and 0 or 1; a cell that lacks either is left out. chance: of a right guess, one for
    all or (k,). NaN for an item whose proportion stays on one side of chance.
    """
    logs, there = log_times(times)
    right = np.array(scores, dtype=np.float64, ndmin=2)
    if right.shape != logs.shape or not np.isin(right[~np.isnan(right)], (0.0, 1.0)).all():
        raise ValueError("cumulative thresholds need one score of 0 or 1 for each time (NaN for none)")
    guess = np.broadcast_to(np.asarray(chance, dtype=np.float64), logs.shape[1:])
    if not ((guess >= 0) & (guess <= 1)).all():
        raise ValueError("chance lies between 0 and 1")
    seconds = np.rint(np.array(times, dtype=np.float64, ndmin=2))
    complete = there & ~np.isnan(right)
    found = [
        _crossing(seconds[rows, item], right[rows, item], float(guess[item])) for item, rows in enumerate(complete.T)
    ]
    return np.array(found, dtype=np.float64)


def rapid_guessing(times: ArrayLike, thresholds: ArrayLike, *, least: int = 1) -> RapidGuessing:
    """times: (n, k) seconds, NaN = none. thresholds: seconds, one for all items (3 is a common custom) or (k,)."""
    _, there = log_times(times)
    if np.shape(thresholds) not in ((), there.shape[1:]):
        raise ValueError(f"a threshold for each of the {there.shape[1]} items, or one for all")
    limits = np.broadcast_to(np.asarray(thresholds, dtype=np.float64), there.shape[1:]).copy()
    counted = there & ~np.isnan(limits)
    rapid = np.less(np.array(times, dtype=np.float64, ndmin=2), limits, where=counted, out=np.zeros_like(there))
    timed = there.any(axis=1)
    return RapidGuessing(
        thresholds=limits,
        rapid=rapid,
        effort=_kept(rapid.sum(axis=1), counted.sum(axis=1)),
        fidelity=_kept(rapid.sum(axis=0), counted.sum(axis=0)),
        unmotivated=float((rapid.sum(axis=1) >= least)[timed].mean()) if timed.any() else float("nan"),
    )


def _crossing(seconds: Floats, right: Floats, chance: float) -> float:
    values, place = np.unique(seconds, return_inverse=True)
    so_far = np.cumsum(np.bincount(place, weights=right, minlength=values.size))
    proportion = so_far / np.cumsum(np.bincount(place, minlength=values.size))
    by_chance = np.flatnonzero(proportion <= chance)
    crosses = 0 < by_chance.size < values.size
    return float(values[by_chance[-1]]) if crosses else float("nan")


def _kept(rapid: NDArray[np.int64], counted: NDArray[np.int64]) -> Floats:
    return np.asarray(1 - np.divide(rapid, counted, out=np.full(rapid.shape, np.nan), where=counted > 0))
