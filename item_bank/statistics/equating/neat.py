"""Linear equating through an anchor: the groups that took the forms may differ in ability (Kolen & Brennan 2014,
chapter 4).

Group 1 took form X, group 2 form Y, both the anchor V. Methods that speak of a synthetic population weigh group 1 by
`weight` and group 2 by the rest; by default in proportion to their sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.equating.designs import Data, Neat, anchored, spread
from item_bank.statistics.equating.observed import Method
from item_bank.statistics.equating.tables import Joint
from item_bank.statistics.responses import Floats


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
    """True scores of total and anchor are perfectly related (observed-score method, Levine 1955)."""

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
    """Levine's true-score method, its result applied to observed scores (Hanson 1991)."""

    @property
    def name(self) -> str:
        return "Levine true-score linear"

    def equivalents(self, data: Data) -> Floats:
        neat = anchored(data, self.name)
        of_x, of_y = _effective_length(neat.of_x, neat.internal), _effective_length(neat.of_y, neat.internal)
        apart = neat.of_x.second.mean - neat.of_y.second.mean
        return of_y / of_x * (data.x.scale.points - data.x.mean) + data.y.mean + of_y * apart


@dataclass(frozen=True, slots=True)
class ChainedLinear(Method):
    """Form X to the anchor in group 1, the anchor to form Y in group 2, both linear (Angoff 1971)."""

    @property
    def name(self) -> str:
        return "chained linear"

    def equivalents(self, data: Data) -> Floats:
        neat = anchored(data, self.name)
        from_x, to_y = neat.of_x.second, neat.of_y.second
        anchor = (data.x.scale.points - data.x.mean) / spread(data.x, "form X") * spread(from_x, "the anchor")
        away = (anchor + from_x.mean - to_y.mean) / spread(to_y, "the anchor")
        return np.asarray(away * spread(data.y, "form Y") + data.y.mean)


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
    """How many times as long as the anchor the total is, in true-score units (Angoff 1971)."""
    if internal:
        return joint.first.variance / joint.covariance
    return (joint.first.variance + joint.covariance) / (joint.second.variance + joint.covariance)
