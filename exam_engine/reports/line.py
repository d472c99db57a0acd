"""A line over time as numbers for an SVG: shares from 0 to 1, one point a test. Units are those of the viewBox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exam_engine.reports.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Tick


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    value: Fraction
    firm: bool = True


@dataclass(frozen=True, slots=True)
class LineChart:
    """`points` stand beside the tests; `path` is the points attribute of the polyline, which passes the firm ones."""

    points: tuple[Point, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM

    @property
    def path(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points if point.firm)


def line_chart(values: Sequence[tuple[Fraction, bool]]) -> LineChart:
    """Shares, and whether each is firm, in the order of time, evenly spaced: tests are weeks or days apart, and only
    their order matters here."""
    room = WIDTH - LEFT - RIGHT
    step = room / len(values) if values else room
    points = [
        Point(round(LEFT + step * (n + 0.5), 1), _y(value), value, firm) for n, (value, firm) in enumerate(values)
    ]
    marks = [Fraction(n, 4) for n in range(5)]
    return LineChart(tuple(points), tuple(Tick(_y(mark), mark) for mark in marks))


def _y(share: Fraction) -> float:
    return round(HEIGHT - BOTTOM - float(min(max(share, Fraction(0)), Fraction(1))) * (HEIGHT - TOP - BOTTOM), 1)
