"""The distribution of a sitting's scores in figures and as a picture. Pure, from score → number of candidates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Summary:
    """`sd` with divisor n − 1, None for fewer than two candidates; the others None without any."""

    n: int
    mean: Fraction | None = None
    sd: float | None = None
    median: Fraction | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None


def summary(frequencies: Mapping[Decimal, int]) -> Summary:
    n = sum(frequencies.values())
    if n == 0:
        return Summary(0)
    scores = sorted(frequencies)
    mean = sum((Fraction(score) * frequencies[score] for score in scores), Fraction(0)) / n
    squares = sum(((Fraction(score) - mean) ** 2 * frequencies[score] for score in scores), Fraction(0))
    middle = (_at(frequencies, (n - 1) // 2) + _at(frequencies, n // 2)) / 2
    sd = math.sqrt(squares / (n - 1)) if n > 1 else None
    return Summary(n, mean, sd, middle, scores[0], scores[-1])


def _at(frequencies: Mapping[Decimal, int], rank: int) -> Fraction:
    """The score of that rank, the lowest having rank 0."""
    scores = sorted(frequencies)
    sums = accumulate(frequencies[score] for score in scores)
    return Fraction(next(score for score, reached in zip(scores, sums, strict=True) if reached > rank))


@dataclass(frozen=True, slots=True)
class Bar:
    """Candidates with `low` ≤ score < `high`; the last bar includes its upper edge."""

    low: Fraction
    high: Fraction
    count: int


def bars(frequencies: Mapping[Decimal, int], maximum: Fraction, classes: int = 20) -> tuple[Bar, ...]:
    width = maximum / classes
    counts = [0] * classes
    for score, count in frequencies.items():
        counts[max(0, min(classes - 1, math.floor(Fraction(score) / width)))] += count
    return tuple(Bar(width * place, width * (place + 1), count) for place, count in enumerate(counts))
