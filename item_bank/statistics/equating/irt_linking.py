"""Linking the scales of two calibrations through common items (Kolen & Brennan 2014, chapter 6).

Both scales are logits. Abilities on the new scale Y go to the base scale X by θ_X = A θ_Y + B. Items follow: a / A and
A b + B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

import numpy as np
from scipy.optimize import least_squares

from item_bank.statistics.equating.common_items import CommonItem, slope_of
from item_bank.statistics.irt.models import Curves, Graded, Item, Logistic, Nominal, PartialCredit
from item_bank.statistics.irt.quadrature import Grid, gauss_hermite
from item_bank.statistics.responses import Floats


class Criterion(StrEnum):
    """How slope and intercept are found.

    MEAN_MEAN: means of slopes and of difficulties (Loyd & Hoover 1980). MEAN_GMEAN: geometric mean of slopes (Mislevy &
    Bock 1990). MEAN_SIGMA: standard deviations of difficulties (Marco 1977). HAEBARA: squared differences of item
    curves (Haebara 1980). STOCKING_LORD: squared differences of test curves (Stocking & Lord 1983).
    """

    MEAN_MEAN = "mean-mean"
    MEAN_GMEAN = "mean-gmean"
    MEAN_SIGMA = "mean-sigma"
    HAEBARA = "Haebara"
    STOCKING_LORD = "Stocking-Lord"


@dataclass(frozen=True, slots=True)
class Link:
    """θ_X = slope · θ_Y + intercept, from n common items. rmsd: root mean squared difference of the curves that the
    criterion compares, in points; of the moment methods, which compare none, of the curves of categories, as
    HAEBARA's. A moment method takes no iterations."""

    criterion: Criterion
    slope: float
    intercept: float
    n: int
    rmsd: float = float("nan")
    converged: bool = True
    iterations: int = 0

    def abilities(self, theta: Floats) -> Floats:
        return np.asarray(self.slope * theta + self.intercept)

    def item(self, item: Item) -> Item:
        """An item of scale Y on scale X: the same curve over the moved abilities."""
        match item:
            case Logistic():
                return replace(item, a=item.a / self.slope, b=self.slope * item.b + self.intercept)
            case Graded() | PartialCredit():
                moved = tuple(self.slope * b + self.intercept for b in item.b)
                return replace(item, a=item.a / self.slope, b=moved)
            case Nominal():
                slopes = np.asarray(item.slopes) / self.slope
                intercepts = np.asarray(item.intercepts) - slopes * self.intercept
                return Nominal(tuple(slopes.tolist()), tuple(intercepts.tolist()))
        assert_never(item)


@dataclass(frozen=True, slots=True)
class Scaling:
    """How two forms came to one scale, that of form X.

    common: items of both forms that served. slope, intercept: θ_X = slope · θ_Y + intercept, between the scale of form
    X and that of form Y calibrated by itself; slope_error, intercept_error: their bootstrap standard errors.
    Where nothing was linked (concurrent and fixed-parameter calibration) they say what would have led to the group of
    form Y as it was estimated. rmsd, converged: of the link. means, sds: of the abilities of both groups, on the scale
    of form X.
    """

    common: tuple[str, ...]
    slope: float
    intercept: float
    means: tuple[float, float]
    sds: tuple[float, float]
    rmsd: float = float("nan")
    converged: bool = True
    slope_error: float = float("nan")
    intercept_error: float = float("nan")
    items: tuple[CommonItem, ...] = ()


def link(
    base: Sequence[Item],
    new: Sequence[Item],
    criterion: Criterion = Criterion.STOCKING_LORD,
    *,
    grid: Grid | None = None,
    symmetric: bool = False,
    names: Sequence[str] = (),
) -> Link:
    """base, new: the common items as calibrated on scale X and on scale Y, in the same order.

    grid: abilities at which HAEBARA and STOCKING_LORD compare curves, on scale X; by default 30 Gauss-Hermite nodes of
    N(0, 1). The weights matter more than anything else: say which. symmetric: compare curves on scale Y as well, at the
    same points. names: of the items, for what is told of them; by default their numbers, from 1. ValueError for items
    that do not pair off (one with a slope above 0 here and below there, too), or cannot say how the scales lie.
    """
    _check(base, new, [f"“{name}”" for name in names] or [str(number + 1) for number in range(len(base))])
    if criterion in (Criterion.HAEBARA, Criterion.STOCKING_LORD):
        return _by_curves(base, new, criterion, grid or gauss_hermite(), symmetric)
    slope, intercept = _by_moments(base, new, criterion)
    return Link(criterion, slope, intercept, len(base), _apart(base, new, slope, intercept, grid or gauss_hermite()))


def _apart(base: Sequence[Item], new: Sequence[Item], slope: float, intercept: float, grid: Grid) -> float:
    """Root mean squared difference of the curves of categories."""
    there, _ = _shown(base, grid.points, totals=False)
    moved, _ = _shown(new, (grid.points - intercept) / slope, totals=False)
    return float(np.sqrt(grid.weights @ ((moved - there) ** 2).mean(axis=1) / grid.weights.sum()))


def _by_moments(base: Sequence[Item], new: Sequence[Item], criterion: Criterion) -> tuple[float, float]:
    b_base, b_new = difficulties(base), difficulties(new)
    if criterion is Criterion.MEAN_SIGMA:
        if b_base.size < 2 or not (b_base.std() > 0 and b_new.std() > 0):
            raise ValueError("mean-sigma needs common items of different difficulty: use Stocking-Lord or mean-mean")
        slope = float(b_base.std() / b_new.std())
    else:
        a_base, a_new = (np.array([item.a for item in items if not isinstance(item, Nominal)]) for items in (base, new))
        if criterion is Criterion.MEAN_MEAN:
            slope = float(a_new.mean() / a_base.mean())
        elif (a_base > 0).all() and (a_new > 0).all():
            slope = float(np.exp(np.log(a_new).mean() - np.log(a_base).mean()))
        else:
            raise ValueError("a geometric mean needs slopes above 0: leave out the items that have others")
    if not (np.isfinite(slope) and slope > 0):
        raise ValueError(f"the slopes of the common items give a link with slope {slope:.3g}: check their keys")
    return slope, float(b_base.mean() - slope * b_new.mean())


def difficulties(items: Sequence[Item]) -> Floats:
    """All difficulties, thresholds and steps in one row."""
    found: list[float] = []
    for item in items:
        match item:
            case Logistic():
                found.append(item.b)
            case Graded() | PartialCredit():
                found.extend(item.b)
            case Nominal():
                raise ValueError("nominal items have no difficulties: link them by Haebara's criterion")
            case _:
                assert_never(item)
    return np.array(found)


def _by_curves(base: Sequence[Item], new: Sequence[Item], criterion: Criterion, grid: Grid, symmetric: bool) -> Link:
    """Gauss-Newton on the weighted differences of curves, from the mean-mean link."""
    roots = np.sqrt(grid.weights)[:, None]
    totals = criterion is Criterion.STOCKING_LORD
    fixed = _shown(base, grid.points, totals)[0] * roots
    home = _shown(new, grid.points, totals)[0] * roots

    def residuals(constants: Floats) -> Floats:
        return differences(constants)[0]

    def jacobian_of(constants: Floats) -> Floats:
        return differences(constants)[1]

    def differences(constants: Floats) -> tuple[Floats, Floats]:
        slope, intercept = constants
        points = (grid.points - intercept) / slope
        curves, rise = _shown(new, points, totals)
        by = np.stack((-points / slope, np.full(points.size, -1 / slope)))
        residual = (curves * roots - fixed).ravel()
        jacobian = ((rise * roots).ravel() * np.repeat(by, rise.shape[1], axis=1)).T
        if not symmetric:
            return residual, jacobian
        curves, rise = _shown(base, slope * grid.points + intercept, totals)
        by = np.stack((grid.points, np.ones(grid.points.size)))
        back = ((rise * roots).ravel() * np.repeat(by, rise.shape[1], axis=1)).T
        return np.concatenate((residual, (curves * roots - home).ravel())), np.concatenate((jacobian, back))

    found = least_squares(
        residuals,
        _start(base, new),
        jac=jacobian_of,
        bounds=([1e-3, -np.inf], [1e3, np.inf]),
        xtol=1e-12,
        ftol=1e-14,
        gtol=1e-12,
    )
    slope, intercept = found.x
    worth = 1 if totals else fixed.shape[1]
    rmsd = float(np.sqrt(2 * found.cost / (grid.weights.sum() * worth * (2 if symmetric else 1))))
    return Link(criterion, float(slope), float(intercept), len(base), rmsd, bool(found.success), int(found.nfev))


def _start(base: Sequence[Item], new: Sequence[Item]) -> tuple[float, float]:
    try:
        return _by_moments(base, new, Criterion.MEAN_MEAN)
    except ValueError:
        return 1.0, 0.0


def _shown(items: Sequence[Item], theta: Floats, totals: bool) -> tuple[Floats, Floats]:
    """(q, curves) what the criterion compares, and its derivative by ability: expected total score, or the probability
    of each category. Of an item with two categories one says all."""
    curves = [item.curves(theta) for item in items]
    if totals:
        return sum_of(curves, 0), sum_of(curves, 1)
    kept = [slice(1 if one.probability.shape[1] == 2 else 0, None) for one in curves]
    return (
        np.concatenate([one.probability[:, keep] for one, keep in zip(curves, kept, strict=True)], axis=1),
        np.concatenate([one.first[:, keep] for one, keep in zip(curves, kept, strict=True)], axis=1),
    )


def sum_of(curves: Sequence[Curves], derivative: int) -> Floats:
    """(q, 1) expected total score, or its first or second derivative by ability."""
    return np.asarray(
        sum(one[derivative] @ np.arange(one[derivative].shape[1], dtype=np.float64)[:, None] for one in curves)
    )


def _check(base: Sequence[Item], new: Sequence[Item], names: Sequence[str]) -> None:
    if not base or len(base) != len(new):
        raise ValueError(f"{len(base)} items beside {len(new)}: give the common items of both calibrations, in order")
    for name, one, other in zip(names, base, new, strict=True):
        if type(one) is not type(other) or one.categories != other.categories:
            raise ValueError(
                f"common item {name} is a {type(one).__name__} of {one.categories} categories on one scale and a "
                f"{type(other).__name__} of {other.categories} on the other: calibrate it alike, or leave it out"
            )
        if not all(np.isfinite(item.curves(np.zeros(1)).probability).all() for item in (one, other)):
            raise ValueError(f"common item {name} has no parameters on one of the scales: leave it out")
        if slope_of(one) * slope_of(other) < 0:
            raise ValueError(
                f"common item {name} rises with ability on one form and falls on the other (slopes "
                f"{slope_of(one):.2f} and {slope_of(other):.2f}): check its key, or leave it out of the anchor"
            )
