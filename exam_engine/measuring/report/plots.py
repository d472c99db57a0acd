"""Charts as SVG text: numbers in, presentation attributes, so that a page and a printed sheet show the same. Classes
let the pages of the service give them the colours of day and night (style/study.css).

Lines are told apart by colour, by dashes and by marks: a copy in black and white says as much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 480, 280
TOP, BOTTOM, LEFT, RIGHT = 12, 46, 58, 14
INK, GRID, BAR = "#222222", "#dddddd", "#9db4cc"
COLOURS = ("#1b4f8a", "#b3470f", "#2d6a36", "#7a3b8f", "#6b5b00", "#444444", "#a01c4d", "#00707a")
DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "4 2", "1 4", "6 2 1 2 1 2")
FONT = "Libertinus Serif, Georgia, serif"
Point = tuple[float, float]
Told = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, which differ; ticks at round steps."""

    label: str
    low: float
    high: float

    def ticks(self, most: int = 8) -> list[float]:
        step = round_step((self.high - self.low) / most)
        first = math.ceil(self.low / step - 1e-9)
        return [at * step for at in range(first, math.floor(self.high / step + 1e-9) + 1)]

    def share(self, value: float) -> float:
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Line:
    """`joined` points make a line, others stand alone; `marked` ones have a mark each. `right`: by the second axis."""

    name: str
    points: Sequence[Point]
    joined: bool = True
    marked: bool = False
    right: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    low: float
    high: float
    value: float


def round_step(least: float) -> float:
    """The next of 1, 2, 5 × a power of ten."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next((power * one for one in (1, 2, 5) if power * one >= least * (1 - 1e-9)), power * 10)


def ceiling(value: float) -> float:
    """A round end for an axis from 0 that holds `value`."""
    step = round_step(value / 5)
    return max(1, math.ceil(value / step - 1e-9)) * step


def chart(
    label: str,
    x: Axis,
    y: Axis,
    told: Told,
    *,
    bars: Sequence[Bar] = (),
    lines: Sequence[Line] = (),
    right: Axis | None = None,
    ticks: Sequence[float] | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> str:
    """One chart with a legend below if there are several lines. told: how a number on an axis is written; label: what
    the picture shows, for those who do not see it."""
    frame = _Frame(x, y, right, *size)
    parts = [*frame.axes(told, x.ticks() if ticks is None else ticks)]
    parts += [frame.bar(one) for one in bars]
    for place, line in enumerate(lines):
        parts += frame.line(line, place)
    rows, tall = _legend(lines, *size) if len(lines) > 1 else ([], size[1])
    return svg(label, size[0], tall, [*parts, *rows])


def svg(label: str, width: int, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}" font-family="{FONT}" font-size="13" fill="{INK}">'
    )
    return "".join(
        [head, f'<rect class="p-paper" width="{width}" height="{height}" fill="#ffffff"/>', *parts, "</svg>"]
    )


def text(x: float, y: float, said: str, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(said)}</text>'


def rule(x1: float, y1: float, x2: float, y2: float, colour: str = GRID) -> str:
    place = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line class="{"p-ink" if colour == INK else "p-grid"}" {place} stroke="{colour}" stroke-width="1"/>'


def rectangle(x: float, y: float, width: float, height: float, colour: str = BAR) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
    return f'<rect class="p-bar" {place} fill="{colour}"/>'


@dataclass(frozen=True, slots=True)
class _Frame:
    x: Axis
    y: Axis
    second: Axis | None
    width: int
    height: int

    @property
    def end(self) -> float:
        return self.width - (LEFT if self.second else RIGHT)

    @property
    def base(self) -> float:
        return self.height - BOTTOM

    def across(self, value: float) -> float:
        return LEFT + self.x.share(value) * (self.end - LEFT)

    def up(self, value: float, *, right: bool = False) -> float:
        axis = self.second if right and self.second else self.y
        return self.base - axis.share(value) * (self.base - TOP)

    def axes(self, told: Told, ticks: Sequence[float]) -> Iterator[str]:
        for value in self.y.ticks(5):
            yield rule(LEFT, self.up(value), self.end, self.up(value))
            yield text(LEFT - 7, self.up(value) + 4.5, told(value), "end")
        if self.second:
            for value in self.second.ticks(5):
                yield text(self.end + 7, self.up(value, right=True) + 4.5, told(value))
            yield self._beside(self.width - 6, self.second.label)
        for value in ticks:
            yield rule(self.across(value), self.base, self.across(value), self.base + 4, INK)
            yield text(self.across(value), self.base + 18, told(value), "middle")
        yield rule(LEFT, self.base, self.end, self.base, INK)
        yield text((LEFT + self.end) / 2, self.height - 8, self.x.label, "middle")
        yield self._beside(15, self.y.label)

    def _beside(self, x: float, said: str) -> str:
        middle = (TOP + self.base) / 2
        return text(x, middle, said, "middle", f' transform="rotate(-90 {x:.1f} {middle:.1f})"')

    def bar(self, one: Bar) -> str:
        left, right, top = self.across(one.low), self.across(one.high), self.up(one.value)
        return rectangle(left + 0.5, top, right - left - 1, self.base - top)

    def line(self, line: Line, place: int) -> Iterator[str]:
        points = [(self.across(x), self.up(y, right=line.right)) for x, y in line.points if math.isfinite(x + y)]
        if line.joined and len(points) > 1:
            yield _joined(points, place, strong=line.strong)
        if line.marked or not line.joined:
            for x, y in points:
                yield _mark(x, y, place)


def _joined(points: Sequence[Point], place: int, *, strong: bool) -> str:
    dash = DASHES[place % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash and not strong else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    colour, wide = COLOURS[place % len(COLOURS)], 3 if strong else 1.8
    kind = f"p-line p-{place % len(COLOURS)}"
    return f'<polyline class="{kind}" points="{path}" fill="none" stroke="{colour}" stroke-width="{wide}"{dashed}/>'


def _mark(x: float, y: float, place: int) -> str:
    """Circle, square, triangle, diamond, and the same again hollow."""
    colour = COLOURS[place % len(COLOURS)]
    filled = colour if place % 8 < 4 else "#ffffff"
    kind = f"p-mark p-{place % len(COLOURS)}{'' if place % 8 < 4 else ' p-hollow'}"
    ink = f'class="{kind}" fill="{filled}" stroke="{colour}" stroke-width="1.5"'
    corners: Sequence[Point]
    match place % 4:
        case 0:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" {ink}/>'
        case 1:
            return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" {ink}/>'
        case 2:
            corners = ((0, -5), (4.5, 3.5), (-4.5, 3.5))
        case _:
            corners = ((0, -5), (5, 0), (0, 5), (-5, 0))
    return f'<polygon points="{" ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in corners)}" {ink}/>'


def _legend(lines: Sequence[Line], width: int, top: int) -> tuple[list[str], int]:
    """Entries in rows, as many to a row as fit by a rough width of letters."""
    parts, x, y = [], float(LEFT), top + 14
    for place, line in enumerate(lines):
        wide = 52 + 7.2 * len(line.name)
        if x > LEFT and x + wide > width - RIGHT:
            x, y = float(LEFT), y + 22
        if line.joined:
            parts.append(_joined([(x, y - 4), (x + 30, y - 4)], place, strong=line.strong))
        if line.marked or not line.joined:
            parts.append(_mark(x + 15, y - 4, place))
        parts.append(text(x + 37, y, line.name))
        x += wide
    return parts, y + 12
