"""Whether the common items of two calibrations agree on how the scales lie: one that does not can bend the link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from item_bank.statistics.irt.models import Item, Logistic, Nominal
from item_bank.statistics.responses import Floats

#: Robust z beyond which an item is not stable, two-sided level 0.10 (Huynh & Meyer 2010).
UNSTABLE = 1.645
#: A displacement of a difficulty in logits, or of the logarithm of a slope, below which it hardly matters to a link
#: (half a logit: Wright & Douglas 1975), however well the other items agree.
HARDLY_MATTERS = 0.5
#: Interquartile range of a normal distribution, inverse: makes a standard deviation of one (Huynh & Meyer 2010).
_OF_RANGE = 0.74
#: What rounding leaves of no difference.
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class CommonItem:
    """A common item under a link. displacement: its difficulty (the mean of its thresholds or steps) on scale X minus
    that which the link makes of it, in logits of X; NaN of a nominal item.

    robust_z, robust_z_slope: of its difficulty and of the logarithm of its slope on X over that on Y, against the
    median of all common items, whatever the link (Huynh & Meyer 2010). away, away_slope: the same differences, in
    logits and logarithms. Where the middle half of the items does not differ at all z is 0 or ±∞. NaN of nominal items.
    """

    name: str
    displacement: float
    robust_z: float
    robust_z_slope: float
    away: float
    away_slope: float

    @property
    def unstable(self) -> bool:
        pairs = ((self.robust_z, self.away), (self.robust_z_slope, self.away_slope))
        return any(abs(z) > UNSTABLE and abs(away) > HARDLY_MATTERS for z, away in pairs)


def compared(
    names: Sequence[str], base: Sequence[Item], new: Sequence[Item], slope: float, intercept: float
) -> tuple[CommonItem, ...]:
    """base, new: the common items as calibrated on scales X and Y. slope, intercept: of the link. The z of difficulties
    is taken at the slope that the median item asks for, since the link's own may be bent by what is looked for."""
    b_base, b_new = _difficulties(base), _difficulties(new)
    ratios = _logarithms(new) - _logarithms(base)
    middle = _median(ratios)
    z, away = _robust(b_base - np.exp(middle) * b_new)
    z_slope, away_slope = _robust(-ratios)
    columns = b_base - (slope * b_new + intercept), z, z_slope, away, away_slope
    return tuple(
        CommonItem(name, *row)
        for name, row in zip(names, zip(*(one.tolist() for one in columns), strict=True), strict=True)
    )


def told(items: Sequence[CommonItem]) -> Iterator[str]:
    """Of each item that is not stable, what is amiss."""
    for one in items:
        if one.unstable:
            what = f"difficulty {one.away:+z.2f} logits and slope {np.exp(one.away_slope):.2f} times from"
            yield (
                f"common item “{one.name}” does not agree with the others: {what} where they put it (robust z "
                f"{one.robust_z:z.1f} and {one.robust_z_slope:z.1f}, beyond {UNSTABLE}): look at it, and link without "
                "it"
            )


def slope_of(item: Item) -> float:
    """NaN of a nominal item, which has one for each category."""
    return float("nan") if isinstance(item, Nominal) else item.a


def _difficulties(items: Sequence[Item]) -> Floats:
    return np.array([_difficulty(item) for item in items])


def _difficulty(item: Item) -> float:
    if isinstance(item, Nominal):
        return float("nan")
    return item.b if isinstance(item, Logistic) else float(np.mean(item.b))


def _logarithms(items: Sequence[Item]) -> Floats:
    """Of slopes without their signs: those of one item have the same on both scales."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.abs([slope_of(item) for item in items])))


def _robust(values: Floats) -> tuple[Floats, Floats]:
    """z = (d − median) / (0.74 · interquartile range), and d − median."""
    away = values - _median(values)
    if np.isnan(away).all():
        return away, away
    low, high = np.nanquantile(values, [0.25, 0.75])
    spread = _OF_RANGE * (high - low)
    if spread > _NOTHING:
        return away / spread, away
    return np.where(np.abs(away) > _NOTHING, np.copysign(np.inf, away), 0.0), away


def _median(values: Floats) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nanmedian(values))
