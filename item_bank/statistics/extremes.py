"""Upper and lower groups of the total score (Kelley 1939: 27 % each)."""

from __future__ import annotations

import numpy as np

from item_bank.statistics.checks import known
from item_bank.statistics.responses import Floats

SHARE = 0.27


def group_size(n: int, share: float = SHARE) -> int:
    """Persons in each group: share · n, halves upwards, at least 1."""
    return max(1, int(np.floor(share * n + 0.5)))


def group_weights(totals: Floats, share: float = SHARE) -> tuple[Floats, Floats]:
    """(n,) totals → weights (n,) of the lower and of the upper group; each sums to the group size.

    Persons whose score lies at the boundary all enter, with the fraction that fills the group. So the result does not
    hang on the order of the persons.
    """
    if totals.size == 0 or not 0 < share <= 0.5:
        raise ValueError("groups need one person or more, and at most half of them each")
    known("totals", totals)
    size = group_size(totals.size, share)
    return _lowest(totals, size), _lowest(-totals, size)


def upper_lower(
    scores: Floats,
    totals: Floats,
    maximum: float,
    share: float = SHARE,
    groups: tuple[Floats, Floats] | None = None,
) -> float:
    """Facility in the upper group minus facility in the lower group, from −1 to 1; NaN without persons.

    scores, totals: (n,) complete. groups: `group_weights` of the totals where they are known already.
    """
    if scores.size == 0:
        return float("nan")
    lower, upper = groups or group_weights(totals, share)
    return float((np.dot(upper, scores) / upper.sum() - np.dot(lower, scores) / lower.sum()) / maximum)


def _lowest(totals: Floats, size: int) -> Floats:
    boundary = np.partition(totals, size - 1)[size - 1]
    # Totals are sums of floats: equal ones may differ in the last digits.
    near = 1e-9 * max(1.0, float(np.abs(totals).max()))
    below = totals < boundary - near
    tied = np.abs(totals - boundary) <= near
    return np.where(below, 1.0, np.where(tied, (size - below.sum()) / tied.sum(), 0.0))
