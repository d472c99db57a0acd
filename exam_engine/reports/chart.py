"""A bar chart as numbers for an SVG: the template only writes them down. Units are those of the viewBox, top left 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exam_engine.reports.summary import Bar

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 20, 40


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    bar: Bar

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    value: Fraction


@dataclass(frozen=True, slots=True)
class Chart:
    columns: tuple[Column, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    mean_at: float | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM
    right: int = WIDTH - RIGHT
    top: int = TOP


def bar_chart(bars: Sequence[Bar], mean: Fraction | None) -> Chart:
    maximum = bars[-1].high
    most = _nice(max((bar.count for bar in bars), default=0))
    columns = []
    for bar in bars:
        x, end, y = _x(bar.low, maximum), _x(bar.high, maximum), _y(bar.count, most)
        columns.append(Column(round(x + 1, 1), y, round(end - x - 2, 1), round(HEIGHT - BOTTOM - y, 1), bar))
    marks = [maximum * step / 10 for step in range(11)]
    heights = [Fraction(most * step, 4) for step in range(5)]
    return Chart(
        tuple(columns),
        tuple(Tick(_x(value, maximum), value) for value in marks),
        tuple(Tick(_y(value, most), value) for value in heights),
        None if mean is None else _x(min(mean, maximum), maximum),
    )


def _x(value: Fraction, maximum: Fraction) -> float:
    return round(LEFT + float(value / maximum) * (WIDTH - LEFT - RIGHT), 1)


def _y(value: Fraction | int, most: int) -> float:
    return round(HEIGHT - BOTTOM - float(Fraction(value) / most) * (HEIGHT - TOP - BOTTOM), 1)


def _nice(most: int) -> int:
    """The next count that four equal steps of whole candidates reach: 4, 8, 20, 40, 60, 80, 100, 200, …"""
    if most <= 8:
        return 4 if most <= 4 else 8
    step = 10 ** (math.floor(math.log10(most)) - 1) * 20 if most >= 100 else 20
    return math.ceil(most / step) * step
