"""Delta plot: items that lie far from the line through the difficulties of two groups (Angoff & Ford 1973)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from item_bank.statistics.dif.rows import rows
from item_bank.statistics.dif.strata import Purification, Tables, purify
from item_bank.statistics.responses import Booleans, Floats

#: Distance from the line that is held to be DIF (Angoff & Ford 1973).
THRESHOLD = 1.5


@dataclass(frozen=True, slots=True)
class DeltaPoint:
    """One item. delta_reference, delta_focal: 13 + 4·z of the share of wrong answers, high = hard. distance: from the
    major axis, negative = harder for the focal group. flagged: |distance| above the threshold. NaN for an item
    that everybody or nobody of a group answered rightly, and for one with more than two categories."""

    n: int
    delta_reference: float
    delta_focal: float
    distance: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class DeltaPlot:
    """The line delta_focal = intercept + slope·delta_reference is the major axis of the items' points."""

    items: tuple[DeltaPoint, ...]
    intercept: float
    slope: float
    purification: Purification | None


def delta_plot(tables: Tables, *, threshold: float = THRESHOLD, purified: bool = False, rounds: int = 20) -> DeltaPlot:
    """All items of two groups. purified: flagged items do not enter the axis (Magis & Facon 2013)."""
    a, b, c, d = (part.sum(axis=1) for part in tables.right_and_wrong())
    with np.errstate(divide="ignore", invalid="ignore"):
        reference, focal = (13 + 4 * norm.ppf(wrong / (right + wrong)) for right, wrong in ((a, b), (c, d)))
    known = np.isfinite(reference) & np.isfinite(focal)
    reference, focal = np.where(known, reference, np.nan), np.where(known, focal, np.nan)

    def distance(anchor: Booleans) -> tuple[Floats, float, float]:
        intercept, slope = _major_axis(reference[anchor & known], focal[anchor & known])
        return (intercept + slope * reference - focal) / np.sqrt(slope**2 + 1), intercept, slope

    pure = purify(lambda anchor: np.abs(distance(anchor)[0]) > threshold, known.size, rounds) if purified else None
    away, intercept, slope = distance(np.ones_like(known) if pure is None else pure.anchor)
    n = np.nan_to_num(a + b + c + d).astype(int)
    points = rows(DeltaPoint, n, reference, focal, away, np.abs(away) > threshold)
    return DeltaPlot(points, intercept, slope, pure)


def _major_axis(x: Floats, y: Floats) -> tuple[float, float]:
    """The first principal axis of points; NaN for fewer than two, or if they have no direction."""
    if x.size < 2:
        return float("nan"), float("nan")
    covariance = np.cov(x, y)
    difference, both = covariance[1, 1] - covariance[0, 0], covariance[0, 1]
    if abs(both) < 1e-12:
        return float("nan"), float("nan")
    slope = float((difference + np.sqrt(difference**2 + 4 * both**2)) / (2 * both))
    return float(y.mean() - slope * x.mean()), slope
