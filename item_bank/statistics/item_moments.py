"""Moments of every item with a criterion at once: the sums that classical figures are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.correlation import correlation, pairwise_covariance
from item_bank.statistics.responses import Booleans, Floats, ItemDesign, Responses, Status, design_of

#: A sum of squares below this share of what it was made from is a rounding error.
ROUNDING_SHARE = 1e-12


@dataclass(frozen=True, slots=True)
class Scored:
    """A response matrix made ready, for several analyses of it.

    points: (n, k) what a cell adds to the total; marked: the same with NaN for not presented; reached: (n, k). totals,
    worth: (n,) points earned, and points of what was presented; criterion: (n,) of `Responses.criterion()`.
    covariance: (k, k) of `marked`, pairwise; dichotomous: (k,) items that earn nothing or everything; maxima: (k,).
    complete: everybody was presented with every item. design: whether items were drawn for each person.
    """

    responses: Responses
    points: Floats
    marked: Floats
    reached: Booleans
    totals: Floats
    worth: Floats
    criterion: Floats
    covariance: Floats
    complete: bool
    design: ItemDesign
    dichotomous: Booleans
    maxima: Floats

    @property
    def reached_by_all(self) -> list[bool]:
        """(k,)"""
        return [bool(one) for one in np.atleast_1d(self.reached.all(axis=0))]

    def who_reached(self, item: int) -> NDArray[np.int_]:
        """Rows of those who reached the item."""
        return np.flatnonzero(self.reached[:, item])

    def without(self, item: int) -> Floats:
        """(n,): the criterion without the item. Where persons were presented with different items: the share that they
        earned of the others, times what these are worth."""
        others = self.totals - self.points[:, item]
        if self.complete:
            return others
        worth = self.worth - self.maxima[item] * ~np.isnan(self.marked[:, item])
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(worth > 0, others / worth, np.nan)
        return np.asarray(shares * (self.maxima.sum() - self.maxima[item]))


def dichotomous(marked: Floats, maxima: Floats) -> Booleans:
    """(n, k) with NaN for not presented → (k,): whether an item earned nothing or everything only."""
    # The product is 0 at both ends, and NaN is never above 0.
    return np.asarray(~(np.abs(marked * (marked - maxima)) > 0).any(axis=0))


def score(responses: Responses | Scored, design: ItemDesign | None = None) -> Scored:
    """design: as the caller knows it; by default what `design_of` sees. ValueError for one that the table belies."""
    if isinstance(responses, Scored):
        return responses if design is None else replace(responses, design=_declared(design, responses.complete))
    points, presented = responses.points(), responses.presented
    complete = bool(presented.all())
    marked = points if complete else np.where(presented, points, np.nan)
    totals = points.sum(axis=1)
    return Scored(
        responses=responses,
        points=points,
        marked=marked,
        reached=responses.reached,
        totals=totals,
        worth=np.full(len(points), responses.maxima.sum()) if complete else presented @ responses.maxima,
        criterion=totals if complete else responses.criterion(),
        covariance=pairwise_covariance(marked),
        complete=complete,
        design=_declared(design, complete) if design else ItemDesign.SAME_ITEMS if complete else design_of(presented),
        dichotomous=dichotomous(marked, responses.maxima),
        maxima=responses.maxima,
    )


def _declared(design: ItemDesign, complete: bool) -> ItemDesign:
    if design is ItemDesign.SAME_ITEMS and not complete:
        raise ValueError("some persons were not presented with some items: the design is incomplete, or drawn")
    return design


@dataclass(frozen=True, slots=True)
class ItemMoments:
    """Per item (k,), over the persons who reached it: their number, the mean and the sum of squares of the score, and
    Pearson's r with the criterion that includes and that leaves out the item. Drawn items: both leave it out."""

    n: Floats
    mean: Floats
    squares: Floats
    total: Floats
    rest: Floats


def item_moments(scored: Scored) -> ItemMoments:
    persons = len(scored.points)
    if scored.complete and persons > 1 and scored.reached.all():
        # Then the covariances hold all sums already: those with the total are sums of a row.
        n, mean = np.full(len(scored.maxima), float(persons)), scored.points.mean(axis=0)
        sums = scored.covariance * (persons - 1)
        squares, together = np.diagonal(sums), sums.sum(axis=0)
        spread = np.full(len(n), float(sums.sum()))
    else:
        n, mean, squares, together, spread = _sums(scored)
    squares = _positive(squares, n * scored.maxima**2)
    varying = _positive(spread, n * scored.maxima.sum() ** 2)
    if scored.design is ItemDesign.DRAWN:
        rest = _rest_by_share(scored)
        return ItemMoments(n, mean, squares, rest, rest)
    if scored.complete:
        left = _positive(spread - 2 * together + squares, spread + squares)
        rest = _correlation_of(together - squares, squares * left)
    else:
        rest = _incomplete_rest(scored)
    return ItemMoments(n, mean, squares, _correlation_of(together, squares * varying), rest)


def _sums(scored: Scored) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """(k,) each, over those who reached the item: number, mean, sum of squares of the score, sum of products of score
    and criterion, sum of squares of the criterion."""
    enters = scored.reached.astype(np.float64)
    n = enters.sum(axis=0)
    known = ~np.isnan(scored.criterion)
    middle = scored.criterion[known].mean() if known.any() else 0.0
    c = np.where(known, scored.criterion - middle, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = scored.points.sum(axis=0) / n
        away = (scored.points - np.nan_to_num(mean)) * enters
        spread = enters.T @ c**2 - (enters.T @ c) ** 2 / n
    return n, mean, np.einsum("ij,ij->j", away, away), away.T @ c, spread


def _incomplete_rest(scored: Scored) -> Floats:
    """r of an item with the sum of the others out of pairwise covariances, as alpha has them; where two items never
    met, r with the leave-one-out share instead."""
    covariance = scored.covariance
    all_reached = not (scored.responses.status == Status.NOT_REACHED).any()
    reached = covariance if all_reached else pairwise_covariance(np.where(scored.reached, scored.points, np.nan))
    if np.isnan(reached).any():
        return _rest_by_share(scored)
    own, rows = np.diagonal(covariance), covariance.sum(axis=0)
    left = _positive(covariance.sum() - 2 * rows + own, np.full(own.size, np.trace(covariance)))
    scores = np.diagonal(reached)
    return _correlation_of(reached.sum(axis=0) - scores, _positive(scores, scored.maxima**2) * left)


def _rest_by_share(scored: Scored) -> Floats:
    found = []
    for item in range(scored.points.shape[1]):
        rest = scored.without(item)
        enters = scored.reached[:, item] & ~np.isnan(rest)
        found.append(correlation(scored.points[enters, item], rest[enters]))
    return np.array(found)


def _positive(squares: Floats, scale: Floats) -> Floats:
    """Sums of squares, NaN where they are nothing but rounding."""
    return np.where(squares > ROUNDING_SHARE * scale, squares, np.nan)


def _correlation_of(products: Floats, spread: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.clip(products / np.sqrt(spread), -1.0, 1.0))
