"""Does a whole model fit: M2, from how often categories occur alone and in pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.linalg import LinAlgError, cholesky, solve_triangular
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2, ncx2

from item_bank.statistics.correlation import pairwise_covariance
from item_bank.statistics.irt.complete import complete_persons
from item_bank.statistics.irt.fit import moments
from item_bank.statistics.irt.likelihood import Categories, check, determined
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.responses import Floats

#: What moves the mean category number at abilities: the slope, and each other parameter.
ScoreChanges = Callable[[Item, Floats], tuple[Floats, list[Floats]]]
_Slopes = Literal["each", "one", "fixed"]
_NOTHING = float("nan")
#: Fewer persons reject models that hold more often than they should (docs/statistics/ability.md).
FEWEST = 200
#: Their moments take 420 MB and three seconds, and those of twice as many items 16 times the memory.
MOST_ITEMS = 120
#: Below this share of the largest variance a direction of the moments does not vary.
LEVEL = 1e-12


@dataclass(frozen=True, slots=True)
class LimitedInformationFit:
    """statistic: M2 ~ χ² with `degrees` when the model holds; p: upper tail. rmsea: √(max(0, M2/df − 1) / (n − 1)),
    lower and upper: its 90 % interval. srmsr: root of the mean squared difference of observed and expected
    correlations. n: persons who answered every item, the only ones counted. Without a degree of freedom, or with fewer
    than two such persons, all is NaN but what srmsr can be had, and warnings say why."""

    n: int
    statistic: float
    degrees: int
    p: float
    rmsea: float
    lower: float
    upper: float
    srmsr: float
    warnings: tuple[str, ...]


def limited_information_fit(
    responses: Categories,
    items: Sequence[Item],
    density: Grid,
    slopes: _Slopes = "each",
    variance: bool = False,
    changes: ScoreChanges | None = None,
) -> LimitedInformationFit:
    """M2 (Maydeu-Olivares & Joe 2006, eq. 3.6); for ordered categories from means and mean products of the category
    numbers (Cai & Hansen 2013, there M2*), which is the same for right and wrong.

    density: the latent density of the calibration. slopes: whether each item's was estimated, one for all, or none.
    variance: whether the density's was. So Rasch is slopes="fixed", variance=True. A lower asymptote above 0 counts
    as estimated. changes: derivatives of expected scores, by default `score_changes`; for comparison with programs that
    take others. ValueError for nominal items, whose category numbers mean nothing, and for more than 120 items.
    """
    _check(responses, items)
    rows, said = complete_persons(responses, FEWEST)
    complete, n = rows.astype(np.float64), len(rows)
    model = _Moments(items, density)
    change = model.changes(items, slopes, variance, changes or score_changes)
    degrees = model.expected.size - change.shape[1]
    if n < 2 or degrees <= 0:
        srmsr = _srmsr(complete, model) if n > 1 else _NOTHING
        counted = f"{model.expected.size} means and products of {len(items)} items"
        why = f"{counted} leave no degree of freedom for {change.shape[1]} parameters: more items are needed"
        said += () if degrees > 0 else (why,)
        return LimitedInformationFit(n, _NOTHING, max(degrees, 0), *(_NOTHING,) * 4, srmsr, said)
    off = np.concatenate((complete.mean(axis=0), (complete.T @ complete / n)[model.pairs])) - model.expected
    statistic = n * _distance(off, change, model)
    p = float(chi2.sf(statistic, degrees))
    rmsea = _rmsea(statistic, degrees, n)
    return LimitedInformationFit(n, statistic, degrees, p, *rmsea, _srmsr(complete, model), said)


def _check(responses: Categories, items: Sequence[Item]) -> None:
    check(responses, items)
    if not determined(items).all():
        raise ValueError("an item has no parameters (NaN): leave it out of the responses and the items")
    if any(isinstance(item, Nominal) for item in items):
        raise ValueError("M2 needs ordered categories: leave nominal items out")
    if len(items) > MOST_ITEMS:
        raise ValueError(
            f"M2 of {len(items)} items takes too much memory: take {MOST_ITEMS} or fewer at a time, or judge by S-X² "
            "and Q3"
        )


class _Moments:
    """What the model says of the moments that are compared: the k means, then the mean product of each pair."""

    def __init__(self, items: Sequence[Item], density: Grid) -> None:
        k = len(items)
        self.density, self.pairs = density, np.triu_indices(k, 1)
        # (k, q): mean of each item's category number, and its variance.
        found = [moments(item, density.points) for item in items]
        self.means = np.array([one.mean for one in found]).reshape(k, -1)
        self.spreads = np.array([one.variance for one in found]).reshape(k, -1)
        self.products = (self.means * density.weights) @ self.means.T
        self.expected = np.concatenate((self.means @ density.weights, self.products[self.pairs]))
        # (k, k): where the product of items i and j is; on the diagonal, where the mean of i is.
        self.places = np.diag(np.arange(k))
        self.places[self.pairs] = k + np.arange(self.pairs[0].size)
        self.places.T[self.pairs] = self.places[self.pairs]

    def partners(self, item: int) -> Floats:
        """(k, q): what the item is multiplied with in the moments at places[item]: 1 in its own mean."""
        found = self.means.copy()
        found[item] = 1.0
        return found

    def covariance(self) -> Floats:
        """Of the moments of one person's answers. Given the ability answers are independent, so that only moments
        that share items vary together there."""
        first, second = self.pairs
        weights = self.density.weights
        given = np.concatenate((self.means, self.means[first] * self.means[second])) - self.expected[:, None]
        found = (given * weights) @ given.T
        for item, spread in enumerate(self.spreads):
            partners = self.partners(item)
            found[np.ix_(self.places[item], self.places[item])] += (partners * (weights * spread)) @ partners.T
        both = self.places[self.pairs]
        found[both, both] += (self.spreads[first] * self.spreads[second]) @ weights
        return np.asarray(found)

    def changes(self, items: Sequence[Item], slopes: _Slopes, variance: bool, of: ScoreChanges) -> Floats:
        """(moments, parameters): how the moments move with each estimated parameter."""
        columns, common = [], np.zeros(self.expected.size)
        for number, item in enumerate(items):
            partners = self.partners(number)
            steep, others = of(item, self.density.points)
            for change in (*((steep,) if slopes == "each" else ()), *others):
                column = np.zeros(self.expected.size)
                column[self.places[number]] = partners @ (self.density.weights * change)
                columns.append(column)
            common[self.places[number]] += partners @ (self.density.weights * steep)
        if slopes == "one":
            columns.append(common)
        if variance:
            away = (self.density.points - self.density.mean) ** 2 - self.density.variance
            weights = self.density.weights * away
            products = (self.means * weights) @ self.means.T
            columns.append(np.concatenate((self.means @ weights, products[self.pairs])))
        return np.array(columns).reshape(-1, self.expected.size).T


def score_changes(item: Item, theta: Floats) -> tuple[Floats, list[Floats]]:
    """How the mean category number at theta (q,) moves with the slope and with each other parameter of the form slope
    times ability plus intercepts."""
    match item:
        case Logistic():
            above = expit(item.a * (theta - item.b))
            change = (1 - item.c) * above * (1 - above)
            return theta * change, [change, 1 - above] if item.c > 0 else [change]
        case Graded():
            at_least = expit(item.a * (theta[:, None] - np.asarray(item.b)))
            changes = list((at_least * (1 - at_least)).T)
            return theta * np.sum(changes, axis=0), changes
    shares, found = item.curves(theta).probability, moments(item, theta)
    return theta * found.variance, [shares[:, k] * (k - found.mean) for k in range(1, item.categories)]


def _distance(off: Floats, change: Floats, model: _Moments) -> float:
    """off′(Ξ⁻¹ − Ξ⁻¹Δ(Δ′Ξ⁻¹Δ)⁻¹Δ′Ξ⁻¹)off: what of `off` is left when all that the parameters can do is taken off."""
    white = _whitened(np.column_stack((off, change)), model)
    left, reach = white[:, 0], white[:, 1:]
    left = left - reach @ np.linalg.lstsq(reach, left, rcond=None)[0]
    return float(left @ left)


def _whitened(columns: Floats, model: _Moments) -> Floats:
    """Columns w with w′w = column′ Ξ⁻¹ column. Moments that hang on others (Ξ is singular) are seen to by the slower
    of two ways."""
    # Transposed, so that the only copy of the largest matrix is overwritten.
    with suppress(LinAlgError):
        root = cholesky(model.covariance().T, lower=True, overwrite_a=True, check_finite=False)
        if np.diag(root).min() ** 2 > 100 * LEVEL * np.diag(root).max() ** 2:
            return np.asarray(solve_triangular(root, columns, lower=True, check_finite=False))
    values, vectors = np.linalg.eigh(model.covariance())
    real = values > values.max() * LEVEL
    return np.asarray((vectors[:, real] / np.sqrt(values[real])).T @ columns)


def _rmsea(statistic: float, degrees: int, n: int) -> tuple[float, float, float]:
    def bound(share: float) -> float:
        if chi2.cdf(statistic, degrees) <= share:
            return 0.0
        above = max(4 * statistic, 100.0)
        central = brentq(lambda at: float(ncx2.cdf(statistic, degrees, at)) - share, 1e-12, above)
        return float(np.sqrt(central / (n * degrees)))

    return float(np.sqrt(max(0.0, statistic / degrees - 1) / (n - 1))), bound(0.95), bound(0.05)


def _srmsr(complete: Floats, model: _Moments) -> float:
    if model.pairs[0].size == 0:
        return _NOTHING
    weights = model.density.weights
    means = model.means @ weights
    spread = (model.spreads + model.means**2) @ weights - means**2
    covariance = pairwise_covariance(complete)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (model.products - np.outer(means, means)) / np.sqrt(np.outer(spread, spread))
        observed = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    return float(np.sqrt(np.mean((observed - expected)[model.pairs] ** 2)))
