"""Classical item analysis: arrays in, frozen dataclasses out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.correlation import correlation, correlation_error
from item_bank.statistics.distribution import Distribution, distribution
from item_bank.statistics.extremes import upper_lower
from item_bank.statistics.reliability import Reliability, is_dichotomous, reliability
from item_bank.statistics.responses import Floats, Responses, Status


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item. Persons who omitted it score 0; those who did not reach it are left out of every figure but
    `facility_all`, `presented` and `not_reached`, and those who were not presented with it out of all.

    n: persons who enter (answered or omitted). presented = n + not_reached.
    facility: mean score over the maximum, 0 to 1, high = easy; `facility_error` its standard error.
    facility_all: the same with not reached as 0.
    sd: standard deviation of the score in points (divisor n − 1).
    item_total, item_rest: Pearson's r with the total score, with and without the item itself; `item_rest_error` the
    large-sample standard error (1 − r²)/√(n − 1). For an item that scores nothing or everything (`dichotomous`) they
    are point-biserial correlations, uncorrected and corrected.
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
    dichotomous: bool
    item_total: float
    item_rest: float
    item_rest_error: float
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


@dataclass(frozen=True, slots=True)
class Analysis:
    """A whole administration. `scores` describes the totals in points, omitted and not reached as 0."""

    scores: Distribution
    reliability: Reliability
    items: tuple[ItemStatistics, ...]


def analyse(responses: Responses) -> Analysis:
    """Test and item statistics of a response matrix with at least one person and one item."""
    n, k = responses.scores.shape
    if n == 0 or k == 0:
        raise ValueError("an analysis needs at least one person and one item")
    totals = responses.totals()
    whole = reliability(responses)
    dichotomous = is_dichotomous(responses)
    items = [_item(responses, item, totals, bool(dichotomous[item]), whole.if_deleted[item]) for item in range(k)]
    return Analysis(distribution(totals), whole, tuple(items))


def _item(
    responses: Responses, item: int, totals: Floats, dichotomous: bool, alpha_if_deleted: float
) -> ItemStatistics:
    status = responses.status[:, item]
    maximum = float(responses.maxima[item])
    enters = responses.reached[:, item]
    scores = np.nan_to_num(responses.scores[enters, item])
    n, presented = int(enters.sum()), int(responses.presented[:, item].sum())
    mean = float(scores.mean()) if n else float("nan")
    sd = float(scores.std(ddof=1)) if n > 1 else float("nan")
    rest = correlation(scores, totals[enters] - scores)
    return ItemStatistics(
        n=n,
        presented=presented,
        omitted=int((status == Status.OMITTED).sum()),
        not_reached=int((status == Status.NOT_REACHED).sum()),
        maximum=maximum,
        mean=mean,
        sd=sd,
        facility=mean / maximum,
        facility_error=sd / maximum / float(np.sqrt(n)) if n else float("nan"),
        facility_all=float(scores.sum()) / presented / maximum if presented else float("nan"),
        dichotomous=dichotomous,
        item_total=correlation(scores, totals[enters]),
        item_rest=rest,
        item_rest_error=correlation_error(rest, n),
        upper_lower=upper_lower(scores, totals[enters], maximum),
        alpha_if_deleted=alpha_if_deleted,
    )
