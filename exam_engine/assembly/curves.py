"""Distributions of several sets as lines for an SVG: the template only writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 40
#: Of more sets than this the outermost ones are drawn.
MOST = 6


@dataclass(frozen=True, slots=True)
class Line:
    """`number`: of the set, from 0; `points`: of an SVG polyline."""

    number: int
    points: str


@dataclass(frozen=True, slots=True)
class Curves:
    """`rows`: (from, to, share of each set) in at most ten bands of scores, for the table; shares in hundredths."""

    lines: tuple[Line, ...]
    across: tuple[tuple[float, float], ...]
    rows: tuple[tuple[float, float, tuple[float, ...]], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def curves(scores: Sequence[float], shares: Sequence[Sequence[float]]) -> Curves:
    """scores ascending from 0 in equal steps; shares: for each set one for each score."""
    smooth = [_smooth(one) for one in shares]
    top = max(max(one) for one in smooth)
    most = scores[-1] or 1.0

    def at(score: float) -> float:
        return round(LEFT + score / most * (WIDTH - LEFT - RIGHT), 1)

    lines = []
    for number in _drawn(scores, shares):
        height = HEIGHT - TOP - BOTTOM
        points = " ".join(
            f"{at(score)},{round(HEIGHT - BOTTOM - share / top * height, 1)}"
            for score, share in zip(scores, smooth[number], strict=True)
        )
        lines.append(Line(number, points))
    marks = [most * step / 10 for step in range(11)]
    return Curves(tuple(lines), tuple((at(mark), mark) for mark in marks), tuple(_bands(scores, shares, marks)))


def _smooth(shares: Sequence[float]) -> list[float]:
    """Over a twentieth of the scale: parts of a point are not equally easy to reach, which looks like teeth."""
    reach = max(1, len(shares) // 40)
    whole = [sum(shares[max(0, at - reach) : at + reach + 1]) for at in range(len(shares))]
    return [value / (min(len(shares), at + reach + 1) - max(0, at - reach)) for at, value in enumerate(whole)]


def _drawn(scores: Sequence[float], shares: Sequence[Sequence[float]]) -> list[int]:
    if len(shares) <= MOST:
        return list(range(len(shares)))
    means = [sum(score * share for score, share in zip(scores, one, strict=True)) for one in shares]
    order = sorted(range(len(shares)), key=lambda number: means[number])
    return [order[0], order[-1]]


def _bands(
    scores: Sequence[float], shares: Sequence[Sequence[float]], marks: Sequence[float]
) -> list[tuple[float, float, tuple[float, ...]]]:
    found = []
    for low, high in pairwise(marks):
        inside = [n for n, score in enumerate(scores) if low <= score < high or (high == marks[-1] and score == high)]
        found.append((low, high, tuple(100 * sum(one[n] for n in inside) for one in shares)))
    return found
