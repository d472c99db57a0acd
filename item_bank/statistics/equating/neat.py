"""Equating through an anchor: the groups that took the forms may differ in ability (Kolen & Brennan 2014, chs 4, 5).

Group 1 took form X, group 2 form Y, both the anchor V. Methods that speak of a synthetic population weigh group 1 by
`weight` and group 2 by the rest; by default in proportion to their sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from item_bank.statistics.equating.designs import Data, Neat, anchored, spread
from item_bank.statistics.equating.loglinear import Smoothing
from item_bank.statistics.equating.observed import Method, place_of_rank, ranks, same_rank
from item_bank.statistics.equating.tables import Joint, Table
from item_bank.statistics.responses import Floats


class Weigh(StrEnum):
    """What the weight of frequency estimation multiplies. It makes no difference for groups of the same size.

    COUNTS: numbers of persons, as Albano's equate (2016) does, so that 0.5 counts every person alike. SHARES: shares
    of each group, so that 0.5 counts the groups alike (Kolen & Brennan 2014, eqs 5.8, 5.9).
    """

    COUNTS = "counts"
    SHARES = "shares"


@dataclass(frozen=True, slots=True)
class Synthetic:
    """Means and variances of both forms in the synthetic population."""

    x_mean: float
    x_variance: float
    y_mean: float
    y_variance: float

    def equivalents(self, points: Floats, *, mean_only: bool) -> Floats:
        slope = 1.0 if mean_only else float(np.sqrt(self.y_variance / self.x_variance))
        return self.y_mean + slope * (points - self.x_mean)


@dataclass(frozen=True, slots=True)
class NominalWeights(Method):
    """Mean equating for groups too small for regressions: a point on the anchor is worth as many points of the total
    as the scales' lengths say (Babcock, Albano & Raymond 2012)."""

    weight: float | None = None

    @property
    def name(self) -> str:
        return "nominal weights mean"

    def equivalents(self, data: Data) -> Floats:
        neat = anchored(data, self.name)
        slopes = _length(neat.of_x), _length(neat.of_y)
        return synthetic(neat, slopes, self.weight).equivalents(data.x.scale.points, mean_only=True)


@dataclass(frozen=True, slots=True)
class Tucker(Method):
    """The regression of the total on the anchor is the same in both groups (eqs 4.17–4.20). mean_only: slope 1."""

    weight: float | None = None
    mean_only: bool = False

    @property
    def name(self) -> str:
        return "Tucker mean" if self.mean_only else "Tucker linear"

    def equivalents(self, data: Data) -> Floats:
        neat = anchored(data, self.name)
        slopes = _regression(neat.of_x), _regression(neat.of_y)
        return synthetic(neat, slopes, self.weight).equivalents(data.x.scale.points, mean_only=self.mean_only)


@dataclass(frozen=True, slots=True)
class Levine(Method):
    """True scores of total and anchor are perfectly related (observed-score method, eqs 4.31–4.55)."""

    weight: float | None = None
    mean_only: bool = False

    @property
    def name(self) -> str:
        return "Levine observed-score mean" if self.mean_only else "Levine observed-score linear"

    def equivalents(self, data: Data) -> Floats:
        neat = anchored(data, self.name)
        slopes = _effective_length(neat.of_x, neat.internal), _effective_length(neat.of_y, neat.internal)
        return synthetic(neat, slopes, self.weight).equivalents(data.x.scale.points, mean_only=self.mean_only)


@dataclass(frozen=True, slots=True)
class LevineTrue(Method):
    """Levine's true-score method, its result applied to observed scores (eqs 4.65–4.66)."""

    @property
    def name(self) -> str:
        return "Levine true-score linear"

    def equivalents(self, data: Data) -> Floats:
        neat = anchored(data, self.name)
        of_x, of_y = _effective_length(neat.of_x, neat.internal), _effective_length(neat.of_y, neat.internal)
        apart = neat.of_x.second.mean - neat.of_y.second.mean
        return of_y / of_x * (data.x.scale.points - data.x.mean) + data.y.mean + of_y * apart


@dataclass(frozen=True, slots=True)
class BraunHolland(Method):
    """Linear equating of the synthetic distributions of frequency estimation (eqs 5.11–5.14)."""

    weight: float | None = None
    weigh: Weigh = Weigh.COUNTS

    @property
    def name(self) -> str:
        return "Braun-Holland linear"

    def equivalents(self, data: Data) -> Floats:
        neat = anchored(data, self.name)
        x, y = estimate_frequencies(neat, self.weight, self.weigh)
        # A variance of a whole population: its divisor is the number of persons.
        moments = Synthetic(x.mean, x.moment(2), y.mean, y.moment(2))
        return moments.equivalents(data.x.scale.points, mean_only=False)


@dataclass(frozen=True, slots=True)
class ChainedLinear(Method):
    """Form X to the anchor in group 1, the anchor to form Y in group 2, both linear (eq. 4.72)."""

    @property
    def name(self) -> str:
        return "chained linear"

    def equivalents(self, data: Data) -> Floats:
        neat = anchored(data, self.name)
        from_x, to_y = neat.of_x.second, neat.of_y.second
        anchor = (data.x.scale.points - data.x.mean) / spread(data.x, "form X") * spread(from_x, "the anchor")
        away = (anchor + from_x.mean - to_y.mean) / spread(to_y, "the anchor")
        return np.asarray(away * spread(data.y, "form Y") + data.y.mean)


@dataclass(frozen=True, slots=True)
class ChainedEquipercentile(Method):
    """Form X to the anchor in group 1, the anchor to form Y in group 2, both equipercentile (section 5.2)."""

    smoothing: Smoothing | None = None

    @property
    def name(self) -> str:
        return _smoothed_name("chained equipercentile", self.smoothing)

    def equivalents(self, data: Data) -> Floats:
        neat = _smoothed(anchored(data, self.name), self.smoothing)
        anchor = place_of_rank(neat.of_x.second, ranks(neat.x, np.arange(neat.x.scale.size, dtype=np.float64)))
        return neat.y.scale.at(place_of_rank(neat.y, ranks(neat.of_y.second, anchor)))


@dataclass(frozen=True, slots=True)
class FrequencyEstimation(Method):
    """Equipercentile equating of synthetic distributions: totals are spread alike in both groups among persons with
    the same anchor score (section 5.1)."""

    smoothing: Smoothing | None = None
    weight: float | None = None
    weigh: Weigh = Weigh.COUNTS

    @property
    def name(self) -> str:
        return _smoothed_name("frequency estimation equipercentile", self.smoothing)

    def equivalents(self, data: Data) -> Floats:
        neat = _smoothed(anchored(data, self.name), self.smoothing)
        return same_rank(*estimate_frequencies(neat, self.weight, self.weigh))


def synthetic(neat: Neat, slopes: tuple[float, float], weight: float | None) -> Synthetic:
    """Moments of both forms from the slopes of total on anchor in groups 1 and 2 (eqs 4.17–4.20)."""
    one = share_of_first(neat, weight)
    two = 1 - one
    apart = neat.of_x.second.mean - neat.of_y.second.mean
    wider = neat.of_x.second.variance - neat.of_y.second.variance
    of_x, of_y = slopes
    result = Synthetic(
        x_mean=neat.x.mean - two * of_x * apart,
        x_variance=neat.x.variance - two * of_x**2 * wider + one * two * (of_x * apart) ** 2,
        y_mean=neat.y.mean + one * of_y * apart,
        y_variance=neat.y.variance + one * of_y**2 * wider + one * two * (of_y * apart) ** 2,
    )
    if not (result.x_variance > 0 and result.y_variance > 0):
        raise ValueError(
            "the groups differ so much on the anchor that a form would have no variance in the synthetic population: "
            "use chained equating, or give the forms to groups that are more alike"
        )
    return result


def estimate_frequencies(neat: Neat, weight: float | None, weigh: Weigh) -> tuple[Table, Table]:
    """Distributions of both forms in the synthetic population (eqs 5.8, 5.9), as shares.

    ValueError where an anchor score of one group is missing from the other: what its persons would score on the other
    form is then unknown.
    """
    one = share_of_first(neat, weight)
    if weigh is Weigh.COUNTS:
        one = one * neat.of_x.n / (one * neat.of_x.n + (1 - one) * neat.of_y.n)
    of_x, of_y = neat.of_x.counts / neat.of_x.n, neat.of_y.counts / neat.of_y.n
    anchor_1, anchor_2 = of_x.sum(axis=0), of_y.sum(axis=0)
    lonely = (anchor_1 > 0) != (anchor_2 > 0)
    if lonely.any():
        scores = ", ".join(f"{score:g}" for score in neat.of_x.across.points[lonely])
        raise ValueError(
            f"anchor scores {scores} occur in one group only: smooth the distributions, or use chained equating"
        )
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(anchor_1 > 0, anchor_2 / anchor_1, 0.0)
        back = np.where(anchor_2 > 0, anchor_1 / anchor_2, 0.0)
    x = of_x @ (one + (1 - one) * ratio)
    y = of_y @ ((1 - one) + one * back)
    return Table(neat.x.scale, x), Table(neat.y.scale, y)


def share_of_first(neat: Neat, weight: float | None) -> float:
    if weight is None:
        return neat.of_x.n / (neat.of_x.n + neat.of_y.n)
    if not 0 <= weight <= 1:
        raise ValueError(f"a weight of the group of form X lies from 0 to 1: {weight}")
    return weight


def _length(joint: Joint) -> float:
    down, across = joint.down, joint.across
    return (down.maximum - down.minimum) / (across.maximum - across.minimum)


def _regression(joint: Joint) -> float:
    return joint.covariance / joint.second.variance


def _effective_length(joint: Joint, internal: bool) -> float:
    """How many times as long as the anchor the total is, in true-score units (Angoff 1971; eqs 4.53, 4.54)."""
    if internal:
        return joint.first.variance / joint.covariance
    return (joint.first.variance + joint.covariance) / (joint.second.variance + joint.covariance)


def _smoothed(neat: Neat, smoothing: Smoothing | None) -> Neat:
    if smoothing is None:
        return neat
    of_x = smoothing.pair(neat.of_x, internal=neat.internal)
    return Neat(of_x, smoothing.pair(neat.of_y, internal=neat.internal), internal=False)


def _smoothed_name(name: str, smoothing: Smoothing | None) -> str:
    return name if smoothing is None else f"{name}, {smoothing.joint_name}"
