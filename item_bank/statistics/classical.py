"""Classical item analysis: arrays in, frozen dataclasses out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.association import discriminative_efficiency, polyserial
from item_bank.statistics.distribution import Distribution, distribution, undefined
from item_bank.statistics.extremes import group_weights, upper_lower
from item_bank.statistics.irt.joined import parts
from item_bank.statistics.item_moments import ItemMoments, Scored, item_moments, score
from item_bank.statistics.reliability import NO_VARIANCE, Reliability, reliability
from item_bank.statistics.responses import Floats, ItemDesign, Responses, Status

#: Below this many persons figures carry a caution.
FEW = 30


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item. Persons who omitted it score 0; those who did not reach it are left out of every figure but
    `facility_all`, `presented` and `not_reached`, and those who were not presented with it out of all.

    n: persons who enter (answered or omitted). presented = n + not_reached.
    facility: mean score over the maximum, 0 to 1, high = easy; `facility_error` its standard error.
    facility_all: the same with not reached as 0. facility_corrected: facility above what blind guessing earned those
    who answered, (facility − chance · answered/n)/(1 − chance): for a choice (right − wrong/(options − 1))/n (Lord &
    Novick 1968, 14.3). Below 0 for an item that does worse.
    sd: standard deviation of the score in points (divisor n − 1).
    item_total, item_rest: Pearson's r with the total score, with and without the item itself; `item_rest_error` the
    large-sample standard error (1 − r²)/√(n − 1). For an item that scores nothing or everything (`dichotomous`) they
    are point-biserial correlations, uncorrected and corrected. Where not everybody was presented with every item,
    item_total is r with the share earned of what was presented, and item_rest comes out of pairwise covariances, as
    alpha does; if two items were never presented together, it is r with the share earned of the others. Where items
    were drawn for each person both are r with the share earned of the others that the person was presented with, and
    effective_weight and alpha_if_deleted are NaN, since there is no total.
    biserial: r of the rest with the normal trait behind the item's score (biserial for two scores, polyserial for
    more); may leave −1…1. discriminative_efficiency: covariance with the rest over the largest that the same scores
    in the best order could have, at most 1.
    intended_weight: maximum over the sum of maxima. effective_weight: covariance with the total over its variance.
    upper_lower: facility in the upper 27 % minus that in the lower 27 % by total score, ties at the boundary entering
    by the fraction that fills the group.
    alpha_if_deleted: alpha of the other items.
    NaN where a figure is not defined (a score that does not vary, too few persons).
    """

    n: int
    presented: int
    omitted: int
    not_reached: int
    maximum: float
    mean: float
    sd: float
    facility: float
    facility_error: float
    facility_all: float
    facility_corrected: float
    dichotomous: bool
    item_total: float
    item_rest: float
    item_rest_error: float
    biserial: float
    discriminative_efficiency: float
    intended_weight: float
    effective_weight: float
    upper_lower: float
    alpha_if_deleted: float

    @property
    def point_biserial(self) -> float:
        """Corrected point-biserial correlation; NaN for an item with partial marks."""
        return self.item_rest if self.dichotomous else float("nan")

    @property
    def omitted_share(self) -> float:
        return self.omitted / self.presented if self.presented else float("nan")

    @property
    def not_reached_share(self) -> float:
        return self.not_reached / self.presented if self.presented else float("nan")


class Caution(StrEnum):
    """What a reader must know of the figures; they are computed all the same."""

    #: Fewer than 30 persons: every figure is rough.
    FEW_PERSONS = "few_persons"
    #: Persons were presented with different items: totals are not comparable, and alpha rests on pairwise covariances.
    #: A marginal reliability from a response model, and abilities, serve instead.
    DIFFERENT_ITEMS = "different_items"
    #: Items were drawn for each person: totals, alpha and all that is made of them are refused.
    DRAWN_ITEMS = "drawn_items"
    #: In place of these two where no chain of persons joins all items: not even a response model makes the parts
    #: comparable, unless chance decided who met which.
    SEPARATE_ITEMS = "separate_items"
    #: Alpha is not defined for another reason; `Reliability.reason` says which.
    NO_ALPHA = "no_alpha"


@dataclass(frozen=True, slots=True)
class Analysis:
    """A whole administration. `scores` describes the totals in points, omitted and not reached as 0; where items were
    drawn for each person (`design`) totals are not of one test, and all but their number is NaN."""

    scores: Distribution
    reliability: Reliability
    items: tuple[ItemStatistics, ...]
    warnings: tuple[Caution, ...] = ()
    design: ItemDesign = ItemDesign.SAME_ITEMS


def analyse(responses: Responses | Scored, chance: ArrayLike = 0.0, *, design: ItemDesign | None = None) -> Analysis:
    """Test and item statistics of a response matrix with at least one person and one item.

    chance: (k,) or one for all: what blind guessing earns of an item, as a share of its maximum, from 0 up to, but not
    including, 1 (see `chance`); NaN where it is not known. responses: also what `score` made of them, which saves time
    when options are analysed beside. design: who was presented with what, by default what `design_of` sees.
    """
    scored = score(responses, design)
    n, k = scored.points.shape
    if n == 0 or k == 0:
        raise ValueError("an analysis needs at least one person and one item")
    by_chance = np.asarray(chance, dtype=np.float64)
    if by_chance.shape not in ((), (k,)):
        raise ValueError(f"a chance level for each of the {k} items, or one for all")
    by_chance = np.broadcast_to(by_chance, (k,))
    if not (np.isnan(by_chance) | ((by_chance >= 0) & (by_chance < 1))).all():
        raise ValueError("a chance level lies from 0 up to, but not including, 1")
    moments = item_moments(scored)
    whole = reliability(scored)
    columns = _columns(scored, moments, by_chance)
    efficiency, biserial, extremes = _person_by_person(scored, moments)
    columns |= {"discriminative_efficiency": efficiency, "biserial": biserial, "upper_lower": extremes}
    columns["alpha_if_deleted"] = np.asarray(whole.if_deleted)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    items = tuple(ItemStatistics(**dict(zip(columns, row, strict=True))) for row in rows)
    drawn = scored.design is ItemDesign.DRAWN
    separate = not scored.complete and len(parts(scored.responses.presented)) > 1
    warnings = {
        Caution.FEW_PERSONS: n < FEW,
        Caution.DIFFERENT_ITEMS: not scored.complete and not separate,
        Caution.SEPARATE_ITEMS: separate,
        Caution.DRAWN_ITEMS: drawn and not separate,
        Caution.NO_ALPHA: not drawn and not np.isfinite(whole.alpha),
    }
    cautions = tuple(one for one, holds in warnings.items() if holds)
    return Analysis(undefined(n) if drawn else distribution(scored.totals), whole, items, cautions, scored.design)


def effective_weights(covariance: Floats) -> Floats:
    """(k, k) covariances of items → (k,) covariance of each with the total over the variance of the total: its share
    of what makes totals differ (Wang & Stanley 1970). They sum to 1, and a negative one works against the rest. NaN
    when the total does not vary."""
    whole = covariance.sum()
    return np.asarray(covariance.sum(axis=0) / whole if whole > NO_VARIANCE else np.full(len(covariance), np.nan))


def _columns(scored: Scored, moments: ItemMoments, chance: Floats) -> dict[str, NDArray[Any]]:
    status, maxima, n = scored.responses.status, scored.maxima, moments.n
    not_reached = np.count_nonzero(status == Status.NOT_REACHED, axis=0)
    presented = n.astype(np.int64) + not_reached
    omitted = np.count_nonzero(status == Status.OMITTED, axis=0)
    weights = effective_weights(scored.covariance)
    if scored.design is ItemDesign.DRAWN:
        weights = np.full_like(weights, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.where(n > 1, np.sqrt(np.nan_to_num(moments.squares) / (n - 1)), np.nan)
        facility = moments.mean / maxima
        return {
            "n": n.astype(np.int64),
            "presented": presented,
            "omitted": omitted,
            "not_reached": not_reached,
            "maximum": maxima,
            "mean": moments.mean,
            "sd": sd,
            "facility": facility,
            "facility_error": sd / maxima / np.sqrt(n),
            "facility_all": scored.points.sum(axis=0) / presented / maxima,
            "facility_corrected": (facility - chance * (1 - omitted / n)) / (1 - chance),
            "dichotomous": scored.dichotomous,
            "item_total": moments.total,
            "item_rest": moments.rest,
            "item_rest_error": np.where(n > 1, (1 - moments.rest**2) / np.sqrt(n - 1), np.nan),
            "intended_weight": maxima / maxima.sum(),
            "effective_weight": weights,
        }


def _person_by_person(scored: Scored, moments: ItemMoments) -> tuple[Floats, Floats, Floats]:
    """Figures that need persons in order: discriminative efficiency, biserial correlation, upper minus lower."""
    everybody = scored.reached_by_all
    shared = group_weights(scored.criterion) if any(everybody) and scored.complete else None
    efficiency, biserial, extremes = (np.full(len(everybody), np.nan) for _ in range(3))
    for item, maximum in enumerate(scored.maxima.tolist()):
        enters = slice(None) if everybody[item] else scored.who_reached(item)
        scores, rest = np.ascontiguousarray(scored.points[enters, item]), scored.without(item)[enters]
        extremes[item] = upper_lower(
            scores, scored.criterion[enters], maximum, groups=shared if everybody[item] else None
        )
        efficiency[item] = discriminative_efficiency(scores, rest)
        biserial[item] = polyserial(scores, float(moments.rest[item]))
    return efficiency, biserial, extremes
