"""Reliability of a total score from one administration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import f as f_distribution

from item_bank.statistics.correlation import correlation
from item_bank.statistics.item_moments import Scored, score
from item_bank.statistics.responses import Floats, ItemDesign, Responses, design_of

#: A variance below this counts as none: sums of floats leave as much.
NO_VARIANCE = 1e-14


class NoAlpha(StrEnum):
    """Why there is no coefficient alpha, and what serves instead."""

    #: Items were drawn for each person, and nobody took the test that alpha would be of: take the marginal reliability
    #: of abilities, each from the person's own items (`irt.information.empirical_reliability` of EAP).
    DRAWN_ITEMS = "drawn_items"
    #: One item has no consistency with others.
    ONE_ITEM = "one_item"
    ONE_PERSON = "one_person"
    #: Two items that no two persons had together: analyse each form by itself, or take a marginal reliability.
    NEVER_TOGETHER = "never_together"
    #: All persons have the same total.
    NO_VARIANCE = "no_variance"


@dataclass(frozen=True, slots=True)
class Reliability:
    """alpha: coefficient alpha (Cronbach 1951, eq. 2); for 0/1 items it is KR-20 (Kuder & Richardson 1937, eq. 20),
    repeated in `kr20` and NaN there otherwise. lower, upper: 95 % interval of Feldt (1965). kr21: what KR-20 would be
    if all items were equally hard (Kuder & Richardson 1937, eq. 21), NaN unless all items score 0 or 1 and were
    presented to all. sem: standard error of measurement in points, s·√(1 − alpha), NaN when alpha is. if_deleted: (k,)
    alpha of the others. n persons, k items.

    Omitted and not reached score 0. Items that some persons were not presented with enter by pairwise covariances.
    Where alpha is NaN `reason` says why, else it is None; drawn items (`ItemDesign`) leave everything here undefined.
    alpha may be negative.
    """

    n: int
    k: int
    alpha: float
    lower: float
    upper: float
    kr20: float
    kr21: float
    sem: float
    if_deleted: tuple[float, ...]
    reason: NoAlpha | None = None


@dataclass(frozen=True, slots=True)
class SplitHalf:
    """Two halves of a test. correlation: Pearson's r of their totals. spearman_brown: 2r/(1 + r), the reliability of
    the whole for parallel halves (Spearman 1910; Brown 1910). guttman: 4·cov/variance of the whole (Rulon 1939;
    Guttman 1945, λ4), for halves that may differ in spread. first: numbers of the items of the first half."""

    n: int
    first: tuple[int, ...]
    correlation: float
    spearman_brown: float
    guttman: float


@dataclass(frozen=True, slots=True)
class LowerBounds:
    """What reliability is at least, from (k, k) covariances; of correlations: for items of equal spread.

    alpha = λ3 ≤ λ2 (Guttman 1945, eqs. 28 and 18); lambda6: by the squared multiple correlation of each item with the
    others (eq. 50), NaN where the matrix is singular. mean_r: mean correlation of two items. All NaN for fewer than
    two items, for missing covariances, or a total that does not vary.
    """

    alpha: float
    lambda2: float
    lambda6: float
    mean_r: float


def reliability(responses: Responses | Scored, level: float = 0.95, *, design: ItemDesign | None = None) -> Reliability:
    """level: of the interval, above 0 and below 1. design: by default what `design_of` sees."""
    scored = score(responses, design)
    n, k = scored.points.shape
    if scored.design is ItemDesign.DRAWN:
        nothing = float("nan")
        refused = (nothing,) * k
        return Reliability(n, k, *(nothing,) * 6, if_deleted=refused, reason=NoAlpha.DRAWN_ITEMS)
    alpha = alpha_of(scored.covariance)
    lower, upper = alpha_interval(alpha, n, k, level)
    if n == 0 or k == 0:
        raise ValueError("a reliability needs at least one person and one item")
    spread = float(np.std(scored.totals, ddof=1)) if n > 1 else float("nan")
    binary = bool(scored.dichotomous.all())
    ones = binary and scored.complete and bool((scored.maxima == 1).all())
    return Reliability(
        n=n,
        k=k,
        alpha=alpha,
        lower=lower,
        upper=upper,
        kr20=alpha if binary else float("nan"),
        kr21=_kr21(scored.totals, k) if ones else float("nan"),
        sem=spread * float(np.sqrt(1 - alpha)) if alpha <= 1 else float("nan"),
        if_deleted=tuple(_without_each(scored.covariance).tolist()),
        reason=None if np.isfinite(alpha) else _no_alpha(n, k, scored.covariance),
    )


def _no_alpha(n: int, k: int, covariance: Floats) -> NoAlpha:
    if k < 2:
        return NoAlpha.ONE_ITEM
    if n < 2:
        return NoAlpha.ONE_PERSON
    return NoAlpha.NEVER_TOGETHER if np.isnan(covariance).any() else NoAlpha.NO_VARIANCE


def by_sets(responses: Responses, sets: Sequence[Sequence[int]], *, design: ItemDesign | None = None) -> Reliability:
    """Reliability with each set of items (a passage with its questions) as one item: items of a set share more than
    the ability, which alpha by item takes for reliability (Wainer & Lewis 1990).

    sets: item numbers of each set; every item in exactly one, a set of one for an item on its own. A set counts as
    presented where all of its items were. `k` and `if_deleted` of the result are of sets. design: of the items.
    """
    members = sorted(item for one in sets for item in one)
    if members != list(range(responses.scores.shape[1])):
        raise ValueError("every item must be in exactly one set")
    if not all(sets) or not sets:
        raise ValueError("a set needs at least one item")
    points, presented = responses.points(), responses.presented
    whole = np.stack([presented[:, list(one)].all(axis=1) for one in sets], axis=1)
    sums = np.stack([points[:, list(one)].sum(axis=1) for one in sets], axis=1)
    worth = np.array([responses.maxima[list(one)].sum() for one in sets])
    status = np.where(whole, 0, 3).astype(np.int8)
    seen = ItemDesign.SAME_ITEMS if whole.all() else design or design_of(presented)
    return reliability(Responses(np.where(whole, sums, np.nan), status, worth), design=seen)


def split_half(responses: Responses, first: Sequence[int] | None = None) -> SplitHalf:
    """first: item numbers of the first half; by default the 1st, 3rd, 5th … item. Every person must have been
    presented with every item, because sums of different items cannot be compared."""
    n, k = responses.scores.shape
    chosen = list(range(0, k, 2)) if first is None else sorted(set(first))
    if not responses.presented.all():
        raise ValueError("split halves need every item presented to every person: use alpha or a marginal reliability")
    if not 0 < len(chosen) < k or chosen[0] < 0 or chosen[-1] >= k:
        raise ValueError(f"each half needs at least one item, and items are numbered from 0 to {k - 1}")
    points = responses.points()
    one = points[:, chosen].sum(axis=1)
    other = points.sum(axis=1) - one
    r = correlation(one, other)
    spread = float(np.var(one + other, ddof=1)) if n > 1 else 0.0
    both = float(np.cov(one, other)[0, 1]) if n > 1 else float("nan")
    return SplitHalf(
        n=n,
        first=tuple(chosen),
        correlation=r,
        spearman_brown=2 * r / (1 + r) if r > -1 else float("nan"),
        guttman=4 * both / spread if spread > NO_VARIANCE else float("nan"),
    )


def lower_bounds(covariance: Floats) -> LowerBounds:
    """covariance: (k, k), as `pairwise_covariance` or `numpy.corrcoef` gives it."""
    if covariance.ndim != 2 or covariance.shape[0] != covariance.shape[1]:
        raise ValueError(f"covariances of items with each other: a square matrix, not {covariance.shape}")
    k, whole = len(covariance), float(covariance.sum())
    own = np.diagonal(covariance)
    if k < 2 or not np.isfinite(whole) or whole <= NO_VARIANCE or (own <= NO_VARIANCE).any():
        return LowerBounds(*[float("nan")] * 4)
    off = covariance - np.diag(own)
    spread = np.sqrt(own)
    left = float("nan")
    if np.linalg.eigvalsh(covariance / np.outer(spread, spread)).min() > 1e-10:
        # What the others leave of an item is 1 over the diagonal of the inverse.
        left = float((1 / np.diagonal(np.linalg.inv(covariance))).sum())
    return LowerBounds(
        alpha=alpha_of(covariance),
        lambda2=float(off.sum() + np.sqrt(k / (k - 1) * (off**2).sum())) / whole,
        lambda6=1 - left / whole,
        mean_r=float((off / np.outer(spread, spread)).sum()) / (k * (k - 1)),
    )


def alpha_of(covariance: Floats) -> float:
    """Coefficient alpha of items with covariances (k, k): k/(k − 1)·(1 − sum of variances / sum of all)."""
    k = covariance.shape[0]
    return float(_alpha(float(np.trace(covariance)), float(covariance.sum()), k)) if k > 1 else float("nan")


def alpha_interval(alpha: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """(1 − alpha) / (1 − estimate) follows F with n − 1 and (n − 1)(k − 1) degrees of freedom (Feldt 1965)."""
    if not 0 < level < 1:
        raise ValueError("the level of an interval lies between 0 and 1")
    if not np.isfinite(alpha) or n < 2 or k < 2:
        return float("nan"), float("nan")
    degrees = (n - 1, (n - 1) * (k - 1))
    lower = 1 - (1 - alpha) * float(f_distribution.ppf((1 + level) / 2, *degrees))
    upper = 1 - (1 - alpha) * float(f_distribution.ppf((1 - level) / 2, *degrees))
    return lower, upper


def _without_each(covariance: Floats) -> Floats:
    """(k,) alpha of the items without each: both sums lose a row and a column, so no matrix is copied."""
    k = covariance.shape[0]
    missing = np.isnan(covariance)
    known = np.where(missing, 0.0, covariance)
    own = np.diagonal(known)
    totals = known.sum() - 2 * known.sum(axis=0) + own
    holes = missing.sum() - 2 * missing.sum(axis=0) + np.diagonal(missing)
    traces = own.sum() - own
    return np.where((holes == 0) & (k > 2), _alpha(traces, totals, max(k - 1, 2)), np.nan)


def _alpha(trace: Floats | float, total: Floats | float, k: int) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = k / (k - 1) * (1 - np.divide(trace, total))
    return np.where(np.greater(total, NO_VARIANCE), found, np.nan)


def _kr21(totals: Floats, k: int) -> float:
    spread = float(np.var(totals))
    if k < 2 or spread <= NO_VARIANCE:
        return float("nan")
    mean = float(totals.mean())
    return k / (k - 1) * (1 - mean * (k - mean) / (k * spread))
