"""Equating of observed scores where both forms were taken in one population."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from item_bank.statistics.equating.designs import Data, Design, margins, spread
from item_bank.statistics.equating.loglinear import Smoothing
from item_bank.statistics.equating.tables import Table
from item_bank.statistics.responses import Floats


class Method(ABC):
    """A way of finding the score on form Y that is worth as much as each score on form X."""

    __slots__ = ()

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def equivalents(self, data: Data) -> Floats:
        """(points of form X,) equivalents in points of form Y. ValueError where the data cannot support the method."""

    def errors(self, data: Data) -> Floats:
        """(points of form X,) large-sample standard errors in points; NaN where only the bootstrap gives them."""
        return np.full(data.x.scale.size, np.nan)


@dataclass(frozen=True, slots=True)
class Identity(Method):
    """A score is worth itself: forms are taken to be equally hard."""

    @property
    def name(self) -> str:
        return "identity"

    def equivalents(self, data: Data) -> Floats:
        if data.x.scale != data.y.scale:
            raise ValueError("forms marked on different scales are not the same: use circle-arc or mean equating")
        return data.x.scale.points

    def errors(self, data: Data) -> Floats:
        return np.zeros(data.x.scale.size)


@dataclass(frozen=True, slots=True)
class Mean(Method):
    """The same distance from the mean (Kolen & Brennan 2014, eq. 2.5)."""

    @property
    def name(self) -> str:
        return "mean"

    def equivalents(self, data: Data) -> Floats:
        x, y = margins(data, self.name)
        return x.scale.points - x.mean + y.mean

    def errors(self, data: Data) -> Floats:
        x, y = margins(data, self.name)
        if data.design is not Design.RANDOM_GROUPS:
            return np.full(x.scale.size, np.nan)
        return np.full(x.scale.size, np.sqrt(x.variance / x.n + y.variance / y.n))


@dataclass(frozen=True, slots=True)
class Linear(Method):
    """The same standardised distance from the mean (Kolen & Brennan 2014, eq. 2.10)."""

    @property
    def name(self) -> str:
        return "linear"

    def equivalents(self, data: Data) -> Floats:
        x, y = margins(data, self.name)
        return (x.scale.points - x.mean) / spread(x, "form X") * spread(y, "form Y") + y.mean

    def errors(self, data: Data) -> Floats:
        """Delta method without assuming normal scores (Braun & Holland 1982), random groups."""
        x, y = margins(data, self.name)
        if data.design is not Design.RANDOM_GROUPS:
            return np.full(x.scale.size, np.nan)
        z = (x.scale.points - x.mean) / spread(x, "form X")
        return np.asarray(np.sqrt(y.variance * (_delta(x, z) + _delta(y, z))))


@dataclass(frozen=True, slots=True)
class Equipercentile(Method):
    """The same percentile rank (Kolen & Brennan 2014, eqs 2.16–2.18), of log-linear smoothed distributions where
    `smoothing` is given."""

    smoothing: Smoothing | None = None

    @property
    def name(self) -> str:
        return "equipercentile" if self.smoothing is None else f"equipercentile, {self.smoothing.name}"

    def equivalents(self, data: Data) -> Floats:
        x, y = margins(data, self.name)
        if self.smoothing is not None:
            x, y = self.smoothing.table(x), self.smoothing.table(y)
        return same_rank(x, y)

    def errors(self, data: Data) -> Floats:
        """Lord 1982, random groups without smoothing; 0 at the scale's ends."""
        x, y = margins(data, self.name)
        if data.design is not Design.RANDOM_GROUPS or self.smoothing is not None:
            return np.full(x.scale.size, np.nan)
        rank = ranks(x, np.arange(x.scale.size, dtype=np.float64))
        reached = y.cumulative
        place = _upper(reached, rank)
        below = np.where(place > 0, reached[place - 1], 0.0)
        share = reached[place] - below
        with np.errstate(invalid="ignore", divide="ignore"):
            variance = rank * (1 - rank) * (1 / x.n + 1 / y.n)
            variance -= (reached[place] - rank) * (rank - below) / (share * y.n)
            errors = np.sqrt(np.maximum(variance, 0)) / share
        return np.where((rank < NEAR) | (rank > 1 - NEAR), 0.0, errors)


#: Cumulative shares are sums of floats: equal ones may differ in the last digits.
NEAR = 1e-10


def ranks(table: Table, place: Floats) -> Floats:
    """Share of persons below a place of the scale, each score spread evenly over half a step to both sides
    (percentile rank ÷ 100; Kolen & Brennan 2014, eq. 2.14). place: any shape, in steps from the minimum."""
    edges = np.arange(table.scale.size + 1) - 0.5
    return np.asarray(np.interp(place, edges, np.concatenate(([0.0], table.cumulative))))


def place_of_rank(table: Table, rank: Floats) -> Floats:
    """The inverse of `ranks` (eq. 2.18): of the scores whose cumulative share is above the rank, the lowest.

    A rank of 0 gives half a step below the scale and one of 1 half a step above it, also where nobody has the scores
    next to its ends. Any other rank that fits a whole stretch without persons gives the upper end of the stretch.
    """
    reached = table.cumulative
    place = _upper(reached, rank)
    below = np.where(place > 0, reached[place - 1], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = place - 0.5 + np.clip((rank - below) / (reached[place] - below), 0.0, 1.0)
    return np.where(rank < NEAR, -0.5, np.where(rank > 1 - NEAR, reached.size - 0.5, found))


def same_rank(x: Table, y: Table) -> Floats:
    """(points of x,) scores on y's scale with the same percentile rank."""
    return y.scale.at(place_of_rank(y, ranks(x, np.arange(x.scale.size, dtype=np.float64))))


def _upper(reached: Floats, rank: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int_]]:
    found = np.searchsorted(reached, rank + NEAR, side="right")
    return np.asarray(np.minimum(found, reached.size - 1))


def _delta(table: Table, z: Floats) -> Floats:
    """Variance that one group's mean and standard deviation add at z, in units of its own variance."""
    sd = np.sqrt(table.variance)
    skewness, kurtosis = table.moment(3) / sd**3, table.moment(4) / sd**4
    return np.asarray((1 + skewness * z + (kurtosis - 1) / 4 * z**2) / table.n)
