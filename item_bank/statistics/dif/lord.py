"""Lord's chi-squared: whether an item's parameters, calibrated in each group on its own, differ once on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
from scipy.stats import chi2 as chi_square

from item_bank.statistics.dif.strata import Purification, purify
from item_bank.statistics.equating.irt_linking import Criterion, Link, link
from item_bank.statistics.irt.calibration import Calibration
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit
from item_bank.statistics.responses import Booleans, Floats


@dataclass(frozen=True, slots=True)
class Estimates:
    """A calibration of one group. covariances: of each item's parameters, slope first, then difficulty, thresholds or
    steps, then, where it was estimated, the lower asymptote; a row and column of 0 for a parameter that was held."""

    items: tuple[Item, ...]
    covariances: tuple[Floats, ...]

    @classmethod
    def of(cls, calibration: Calibration, group: int = 0) -> Estimates:
        items = calibration.items_by_group[group]
        return cls(items, tuple(calibration.item_covariance(item, group) for item in range(len(items))))


@dataclass(frozen=True, slots=True)
class LordItem:
    """chi2, df, p: Lord (1980, eq. 14.6), df parameters that were estimated for the item. difference: focal − reference
    of each parameter on the reference scale, slope first; a positive second one = harder for the focal group. NaN where
    an item has no parameters or no covariance in one of the groups."""

    chi2: float
    df: int
    p: float
    difference: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lord:
    items: tuple[LordItem, ...]
    link: Link


def lord(
    reference: Estimates, focal: Estimates, anchor: Booleans | None = None, *, criterion: Criterion | None = None
) -> Lord:
    """All items; the same in both groups, in the same order, of any model but the nominal one.

    anchor: (k,) items that put the focal group's scale on the reference group's, by default all with parameters.
    criterion: by default mean-sigma, as difR's. Where all items of a calibration have one slope (Rasch, 1PL), it only
    sets the scale: then by default mean-mean, which makes both slopes equal, and difficulties are compared alone.
    Raises ValueError for items that do not pair off, or that cannot say how the scales lie.
    """
    if len(reference.items) != len(focal.items):
        raise ValueError(f"{len(reference.items)} items in the reference group, but {len(focal.items)}")
    if any(a.shape != b.shape for a, b in zip(reference.covariances, focal.covariances, strict=True)):
        raise ValueError("every item must be calibrated by the same model in both groups")
    one, other = ([_parameters(item) for item in side.items] for side in (reference, focal))
    known = np.array([np.isfinite(a).all() and np.isfinite(b).all() for a, b in zip(one, other, strict=True)])
    linking = np.flatnonzero(known if anchor is None else known & anchor)
    sloped = _own_slopes(one, known) or _own_slopes(other, known)
    rule = criterion or (Criterion.MEAN_SIGMA if sloped else Criterion.MEAN_MEAN)
    found = link([reference.items[item] for item in linking], [focal.items[item] for item in linking], rule)
    rows = []
    for item, new in enumerate(focal.items):
        moved = _parameters(found.item(new)) if known[item] else other[item]
        turn = _turn(new, found.slope)[: len(focal.covariances[item])]
        covariance = reference.covariances[item] + turn[:, None] * focal.covariances[item] * turn
        rows.append(_compared((moved - one[item])[: turn.size], covariance, sloped))
    return Lord(tuple(rows), found)


def purified_lord(
    reference: Estimates,
    focal: Estimates,
    *,
    level: float = 0.05,
    criterion: Criterion | None = None,
    rounds: int = 20,
) -> tuple[Lord, Purification]:
    """The same with items of p < `level` taken out of the link (Candell & Drasgow 1988)."""

    def flagged(anchor: Booleans) -> Booleans:
        flags = np.array([row.p < level for row in lord(reference, focal, anchor, criterion=criterion).items])
        # A link needs two items: with fewer it stays as it is, and is said not to have converged.
        return flags if (~flags).sum() > 1 else np.ones_like(flags)

    pure = purify(flagged, len(reference.items), rounds)
    return lord(reference, focal, pure.anchor, criterion=criterion), pure


def _compared(difference: Floats, covariance: Floats, sloped: bool) -> LordItem:
    estimated = np.asarray(np.diagonal(covariance) > 0)
    estimated[0] &= sloped
    df = int(estimated.sum())
    values = tuple(difference.tolist())
    if df == 0 or not (np.isfinite(difference).all() and np.isfinite(covariance).all()):
        return LordItem(float("nan"), df, float("nan"), values)
    part = difference[estimated]
    chi2 = float(part @ np.linalg.pinv(covariance[np.ix_(estimated, estimated)], hermitian=True) @ part)
    return LordItem(chi2, df, float(chi_square.sf(chi2, df)), values)


def _parameters(item: Item) -> Floats:
    """Slope, difficulties, lower asymptote, in the order of the covariances."""
    match item:
        case Logistic():
            return np.array([item.a, item.b, item.c])
        case Graded() | PartialCredit():
            return np.array([item.a, *item.b])
        case Nominal():
            raise ValueError("Lord's test needs difficulties: compare nominal items by the likelihood ratio")
    assert_never(item)


def _turn(item: Item, slope: float) -> Floats:
    """(p,) what the link multiplies each parameter's error by."""
    turn = np.full(_parameters(item).size, slope)
    turn[0] = 1 / slope
    if isinstance(item, Logistic):
        turn[-1] = 1.0
    return turn


def _own_slopes(parameters: list[Floats], known: Booleans) -> bool:
    """Whether items have slopes of their own."""
    slopes = [one[0] for one, has in zip(parameters, known, strict=True) if has]
    return len(slopes) < 2 or max(slopes) - min(slopes) > 1e-9
