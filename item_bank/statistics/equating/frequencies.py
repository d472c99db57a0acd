"""Equating whole distributions through an anchor (Kolen & Brennan 2014, chapter 5). Groups and weights as in `neat`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from item_bank.statistics.equating.designs import Data, Neat, anchored
from item_bank.statistics.equating.loglinear import Smoothing
from item_bank.statistics.equating.neat import Synthetic, share_of_first
from item_bank.statistics.equating.observed import Method, place_of_rank, ranks, same_rank
from item_bank.statistics.equating.tables import Table
from item_bank.statistics.responses import Floats


class Weigh(StrEnum):
    """What the weight of frequency estimation multiplies. It makes no difference for groups of the same size.

    COUNTS: numbers of persons, as Albano's equate (2016) does, so that 0.5 counts every person alike. SHARES: shares
    of each group, so that 0.5 counts the groups alike (Braun & Holland 1982).
    """

    COUNTS = "counts"
    SHARES = "shares"


@dataclass(frozen=True, slots=True)
class BraunHolland(Method):
    """Linear equating of the synthetic distributions of frequency estimation (Braun & Holland 1982)."""

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
class ChainedEquipercentile(Method):
    """Form X to the anchor in group 1, the anchor to form Y in group 2, both equipercentile (Angoff 1971)."""

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
    the same anchor score (Angoff 1971; Braun & Holland 1982)."""

    smoothing: Smoothing | None = None
    weight: float | None = None
    weigh: Weigh = Weigh.COUNTS

    @property
    def name(self) -> str:
        return _smoothed_name("frequency estimation equipercentile", self.smoothing)

    def equivalents(self, data: Data) -> Floats:
        neat = _smoothed(anchored(data, self.name), self.smoothing)
        return same_rank(*estimate_frequencies(neat, self.weight, self.weigh))


def estimate_frequencies(neat: Neat, weight: float | None, weigh: Weigh) -> tuple[Table, Table]:
    """Distributions of both forms in the synthetic population, as shares.

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


def _smoothed(neat: Neat, smoothing: Smoothing | None) -> Neat:
    if smoothing is None:
        return neat
    of_x = smoothing.pair(neat.of_x, internal=neat.internal)
    return Neat(of_x, smoothing.pair(neat.of_y, internal=neat.internal), internal=False)


def _smoothed_name(name: str, smoothing: Smoothing | None) -> str:
    return name if smoothing is None else f"{name}, {smoothing.joint_name}"
