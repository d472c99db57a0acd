"""Upper and lower groups of the total score (Kelley 1939: 27 % each)."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from item_bank.statistics.checks import known
from item_bank.statistics.responses import Floats

SHARE = 0.27


class Ties(StrEnum):
    """Who enters the groups where persons with equal totals stand at their boundary."""

    #: All of them, with the fraction that fills the group: the result does not hang on the order of persons.
    FRACTION = "fraction"
    #: Those who fill the group in the order of persons: first ones the lower, last ones the upper (a stable sort; so
    #: `item.exam` of the R package psychometric, with a share of ⌊n/3⌋/n).
    ORDER = "order"
    #: All at or beyond the quantile (type 7 of Hyndman & Fan 1996) of the share: groups differ in size.
    QUANTILE = "quantile"
    #: All below the quantile of the share, and all at or above that of 1 − share: classes closed to the left, as R's
    #: findInterval cuts them (`gDiscrim` of ShinyItemAnalysis: a share of 1/3 or 1/5). The lower may be empty.
    INTERVAL = "interval"


def group_size(n: int, share: float = SHARE) -> int:
    """Persons in each group: share · n, halves upwards, at least 1."""
    return max(1, int(np.floor(share * n + 0.5)))


def group_weights(totals: Floats, share: float = SHARE, ties: Ties = Ties.FRACTION) -> tuple[Floats, Floats]:
    """(n,) totals → weights (n,) of the lower and of the upper group: how far each person belongs to it, from 0 to 1.

    With Ties.FRACTION and Ties.ORDER each sums to the group size. Raises ValueError without persons, for totals that
    are not known and for a share that is not above 0 and at most ½.
    """
    if totals.size == 0 or not 0 < share <= 0.5:
        raise ValueError("groups need one person or more, and at most half of them each")
    known("totals", totals)
    size = group_size(totals.size, share)
    match ties:
        case Ties.FRACTION:
            return _lowest(totals, size), _lowest(-totals, size)
        case Ties.ORDER:
            place = np.empty(totals.size)
            place[np.argsort(totals, kind="stable")] = np.arange(totals.size)
            return (place < size).astype(np.float64), (place >= totals.size - size).astype(np.float64)
    low, high = np.quantile(totals, [share, 1 - share])
    near = _near(totals)
    lower = totals < low - near if ties is Ties.INTERVAL else totals <= low + near
    return lower.astype(np.float64), (totals >= high - near).astype(np.float64)


def upper_lower(
    scores: Floats,
    totals: Floats,
    maximum: float,
    share: float = SHARE,
    groups: tuple[Floats, Floats] | None = None,
    ties: Ties = Ties.FRACTION,
) -> float:
    """Facility in the upper group minus facility in the lower group, from −1 to 1; NaN without persons in each.

    scores, totals: (n,) complete. groups: `group_weights` of the totals where they are known already; then share and
    ties play no part.
    """
    if scores.size == 0:
        return float("nan")
    lower, upper = groups or group_weights(totals, share, ties)
    if not lower.any():
        return float("nan")
    return float((np.dot(upper, scores) / upper.sum() - np.dot(lower, scores) / lower.sum()) / maximum)


def _lowest(totals: Floats, size: int) -> Floats:
    boundary = np.partition(totals, size - 1)[size - 1]
    near = _near(totals)
    below = totals < boundary - near
    tied = np.abs(totals - boundary) <= near
    return np.where(below, 1.0, np.where(tied, (size - below.sum()) / tied.sum(), 0.0))


def _near(totals: Floats) -> float:
    """Totals are sums of floats: equal ones may differ in the last digits, by no more than this."""
    return 1e-9 * max(1.0, float(np.abs(totals).max()))
