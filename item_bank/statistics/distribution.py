"""The distribution of total scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.checks import known
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Distribution:
    """n persons; mean, its standard error, median, quartiles (type 7 of Hyndman & Fan 1996), extremes in points.

    sd: divisor n − 1. skewness, kurtosis: m₃/s³ and m₄/s⁴ − 3 with that s and central moments of divisor n
    (b₁ and b₂ of Joanes & Gill 1998). NaN where not defined.
    """

    n: int
    mean: float
    mean_error: float
    sd: float
    skewness: float
    kurtosis: float
    minimum: float
    lower_quartile: float
    median: float
    upper_quartile: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """counts[i] persons with edges[i] ≤ score < edges[i + 1]; the last class includes its upper edge."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


def distribution(scores: Floats) -> Distribution:
    """scores: (n,), n ≥ 1, complete."""
    n = scores.size
    if n == 0:
        raise ValueError("a distribution needs the score of one person or more")
    known("scores", scores)
    sd = float(scores.std(ddof=1)) if n > 1 else float("nan")
    deviations = scores - scores.mean()
    varies = sd > 1e-12 * max(1.0, float(np.abs(scores).max()))
    quartiles = np.quantile(scores, (0.25, 0.5, 0.75))
    return Distribution(
        n=n,
        mean=float(scores.mean()),
        mean_error=sd / float(np.sqrt(n)),
        sd=sd,
        skewness=float(np.mean(deviations**3)) / sd**3 if varies else float("nan"),
        kurtosis=float(np.mean(deviations**4)) / sd**4 - 3 if varies else float("nan"),
        minimum=float(scores.min()),
        lower_quartile=float(quartiles[0]),
        median=float(quartiles[1]),
        upper_quartile=float(quartiles[2]),
        maximum=float(scores.max()),
    )


def undefined(n: int) -> Distribution:
    """Of n persons whose totals are not of one test."""
    return Distribution(n, *(float("nan"),) * 10)


def histogram(scores: Floats, maximum: float, classes: int = 20, step: float | None = None) -> Histogram:
    """Equal classes from 0 to `maximum`, above 0; scores outside count in the nearest class. step: width of a class in
    points, in place of how many there are; the last is narrower where the maximum is no whole number of steps."""
    if not 0 < maximum < np.inf or classes < 1 or (step is not None and not step > 0):
        raise ValueError("a histogram needs a maximum above 0, and one class or more")
    known("scores", scores)
    if step is None:
        edges = np.linspace(0.0, maximum, classes + 1)
    else:
        edges = np.append(np.arange(np.ceil(maximum / step - 1e-9)) * step, maximum)
    # A score on an edge belongs above it even where the float is a hair below.
    inside = np.clip(scores + 1e-9 * maximum, 0.0, maximum)
    counts, _ = np.histogram(inside, bins=edges)
    return Histogram(tuple(edges.tolist()), tuple(int(count) for count in counts))
