"""Bands of marks that people count in: ≥ 8, ≥ 6.5, ≥ 5 and < 5 of a scale to 10, on any scale. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

#: Shares of the scale from which a band goes up (circular 22/2021/TT-BGDĐT, article 9).
CUTS = (Fraction(1, 2), Fraction(13, 20), Fraction(4, 5))


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` up to, but without, `high`; None: there is no end."""

    low: Fraction
    high: Fraction | None

    def count(self, frequencies: Mapping[Decimal, int]) -> int:
        return sum(n for mark, n in frequencies.items() if self.low <= mark and (self.high is None or mark < self.high))


def bands(scale: Fraction) -> Sequence[Band]:
    """The highest first."""
    edges = [Fraction(0), *(cut * scale for cut in CUTS)]
    highs: list[Fraction | None] = [*edges[1:], None]
    return [Band(low, high) for low, high in zip(edges, highs, strict=True)][::-1]
