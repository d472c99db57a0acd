"""Score scales and frequency tables: all that observed-score equating needs to know of the persons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Scale:
    """Possible scores: from minimum to maximum, both included, a step apart, all in points."""

    maximum: float
    minimum: float = 0.0
    step: float = 1.0

    def __post_init__(self) -> None:
        if not (np.isfinite([self.maximum, self.minimum, self.step]).all() and self.maximum > self.minimum):
            raise ValueError(f"a scale ends above its beginning: {self.minimum} to {self.maximum}")
        steps = (self.maximum - self.minimum) / self.step if self.step > 0 else 0.5
        if abs(steps - round(steps)) > 1e-6:
            raise ValueError(f"{self.minimum} to {self.maximum} is no whole number of steps of {self.step}")

    @property
    def size(self) -> int:
        return round((self.maximum - self.minimum) / self.step) + 1

    @property
    def points(self) -> Floats:
        return self.at(np.arange(self.size, dtype=np.float64))

    def at(self, place: Floats) -> Floats:
        """Score at a place, which counts steps from the minimum and need not be whole."""
        return np.asarray(self.minimum + self.step * place)

    def places(self, scores: ArrayLike) -> NDArray[np.int_]:
        """(n,) scores → whole places. ValueError for a score that the scale does not have."""
        values = np.asarray(scores, dtype=np.float64)
        exact = (values - self.minimum) / self.step
        with np.errstate(invalid="ignore"):
            whole = np.rint(exact)
            off = ~((np.abs(exact - whole) < 1e-6) & (whole >= 0) & (whole < self.size))
        if off.any():
            raise ValueError(
                f"score {values[off][0]} is not on the scale {self.minimum} to {self.maximum} in steps of {self.step}: "
                "leave out who has no score, and give the scale that the form was marked on"
            )
        return whole.astype(np.int_)


@dataclass(frozen=True, slots=True)
class Table:
    """counts: (points of the scale,) persons with each score; fractions, as smoothing gives, are welcome."""

    scale: Scale
    counts: Floats

    def __post_init__(self) -> None:
        _check(self.counts, (self.scale.size,))

    @property
    def n(self) -> float:
        return float(self.counts.sum())

    @property
    def mean(self) -> float:
        return float(self.counts @ self.scale.points) / self.n

    @property
    def variance(self) -> float:
        """Divisor n − 1; NaN for one person."""
        return self.moment(2) * self.n / (self.n - 1) if self.n > 1 else float("nan")

    def moment(self, order: int) -> float:
        """Central moment, divisor n."""
        return float(self.counts @ (self.scale.points - self.mean) ** order) / self.n

    @property
    def cumulative(self) -> Floats:
        """(points,) share of persons with this score or less."""
        return np.asarray(np.cumsum(self.counts) / self.n)

    def resample(self, rng: np.random.Generator) -> Table:
        return Table(self.scale, _draw(self.counts, rng))


@dataclass(frozen=True, slots=True)
class Joint:
    """counts: persons with each pair of scores, (points of the scale down, points of the scale across)."""

    down: Scale
    across: Scale
    counts: Floats

    def __post_init__(self) -> None:
        _check(self.counts, (self.down.size, self.across.size))

    @property
    def n(self) -> float:
        return float(self.counts.sum())

    @property
    def first(self) -> Table:
        return Table(self.down, self.counts.sum(axis=1))

    @property
    def second(self) -> Table:
        return Table(self.across, self.counts.sum(axis=0))

    @property
    def covariance(self) -> float:
        """Divisor n − 1; NaN for one person."""
        away, aside = self.down.points - self.first.mean, self.across.points - self.second.mean
        return float(away @ self.counts @ aside) / (self.n - 1) if self.n > 1 else float("nan")

    def resample(self, rng: np.random.Generator) -> Joint:
        return Joint(self.down, self.across, _draw(self.counts, rng))


def tally(scores: ArrayLike, scale: Scale) -> Table:
    """(n,) scores → how many have each. ValueError for nobody or for a score off the scale."""
    return Table(scale, np.bincount(scale.places(scores), minlength=scale.size).astype(np.float64))


def tally_pairs(first: ArrayLike, second: ArrayLike, down: Scale, across: Scale) -> Joint:
    """(n,) and (n,) scores of the same persons → how many have each pair."""
    rows, columns = down.places(first), across.places(second)
    if rows.shape != columns.shape:
        raise ValueError(f"{rows.size} scores beside {columns.size}: a pair for each person is needed")
    cells = np.bincount(rows * across.size + columns, minlength=down.size * across.size)
    return Joint(down, across, cells.reshape(down.size, across.size).astype(np.float64))


def _draw(counts: Floats, rng: np.random.Generator) -> Floats:
    """As many persons again, drawn with replacement: of persons who only differ by their cell, the counts tell all."""
    n = round(float(counts.sum()))
    return rng.multinomial(n, (counts / counts.sum()).ravel()).reshape(counts.shape).astype(np.float64)


def _check(counts: Floats, shape: tuple[int, ...]) -> None:
    if counts.shape != shape:
        raise ValueError(f"{counts.shape} counts for a scale of {shape} scores")
    if not (np.isfinite(counts).all() and (counts >= 0).all() and counts.sum() > 0):
        raise ValueError("counts are finite, not negative, and of one person or more")
