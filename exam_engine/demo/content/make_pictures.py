"""Draws the demo school's pictures with numpy alone: `python -m exam_engine.demo.content.make_pictures`."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Point = tuple[float, float]

WIDTH, HEIGHT = 480, 480
UNIT = 80.0  # pixels per unit of the axes
ORIGIN: Point = (240.0, 320.0)
PICTURES = Path(__file__).parent / "pictures"

_TURN = np.linspace(0, 2 * np.pi, 25)
#: Strokes of the labels in a box 0..1 wide and 0..1.6 high, y upwards.
GLYPHS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "1": (((0.2, 1.25), (0.55, 1.6), (0.55, 0)),),
    "3": (((0.1, 1.6), (0.85, 1.6), (0.4, 0.95), (0.75, 0.8), (0.85, 0.45), (0.7, 0.1), (0.35, 0), (0.1, 0.15)),),
    "−": (((0.1, 0.75), (0.9, 0.75)),),
    "x": (((0.1, 1.0), (0.9, 0)), ((0.9, 1.0), (0.1, 0))),
    "y": (((0.1, 1.0), (0.5, 0.1)), ((0.9, 1.0), (0.3, -0.5))),
    "O": (tuple((0.5 + 0.45 * float(np.cos(t)), 0.8 + 0.8 * float(np.sin(t))) for t in _TURN),),
}


def cubic(x: Array) -> Array:
    return x**3 - 3 * x + 1


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "cubic.png").write_bytes(png(draw_cubic()))


def draw_cubic() -> NDArray[np.uint8]:
    """The graph of y = x³ − 3x + 1 with axes, dashed help lines; shape (HEIGHT, WIDTH), grey 0–255."""
    page = np.ones((HEIGHT, WIDTH))
    _axes(page)
    for x, y in ((-1.0, 3.0), (1.0, -1.0)):
        for line in _dashes((x, 0.0), (x, y)) + _dashes((x, y), (0.0, y)):
            _stroke(page, line, 1.2, 0.35)
        _stroke(page, [(x, y), (x, y)], 8, 0.0)
    x_values = np.linspace(-2.06, 2.06, 400)
    _stroke(page, list(zip(x_values.tolist(), cubic(x_values).tolist(), strict=True)), 3.2, 0.0)
    _labels(page)
    return np.rint(page * 255).astype(np.uint8)


def _axes(page: Array) -> None:
    for tip, foot, wings in (
        ((2.8, 0.0), (-2.8, 0.0), ((2.65, 0.07), (2.65, -0.07))),
        ((0.0, 3.9), (0.0, -1.9), ((0.07, 3.75), (-0.07, 3.75))),
    ):
        _stroke(page, [foot, tip], 1.8, 0.15)
        _stroke(page, [wings[0], tip, wings[1]], 1.8, 0.15)


def _labels(page: Array) -> None:
    places = (
        ("x", (2.62, -0.32)), ("y", (0.16, 3.66)), ("O", (-0.3, -0.34)), ("1", (0.92, 0.12)), ("−1", (-1.25, -0.34)),
        ("3", (0.12, 2.89)), ("−1", (-0.45, -1.12)), ("1", (0.14, 0.98)),
    )  # fmt: skip
    for text, place in places:
        _text(page, text, place)


def _text(page: Array, text: str, place: Point) -> None:
    size = 0.14
    for index, letter in enumerate(text):
        left = place[0] + index * size * 1.25
        for stroke in GLYPHS[letter]:
            _stroke(page, [(left + size * x, place[1] + size * y) for x, y in stroke], 1.8, 0.0)


def _dashes(start: Point, end: Point) -> list[list[Point]]:
    count = max(1, round(float(np.hypot(end[0] - start[0], end[1] - start[1])) * 6))
    steps = np.linspace(np.array(start), np.array(end), 2 * count + 1)
    return [
        [(float(a[0]), float(a[1])), (float(b[0]), float(b[1]))] for a, b in zip(steps[::2], steps[1::2], strict=False)
    ]


def _stroke(page: Array, points: Sequence[Point], width: float, ink: float) -> None:
    """Draws a polyline, smoothed at its edge by the distance of each pixel's centre."""
    pixels = [(ORIGIN[0] + UNIT * x, ORIGIN[1] - UNIT * y) for x, y in points]
    for (x0, y0), (x1, y1) in pairwise(pixels):
        rows, columns = _box(min(y0, y1), max(y0, y1), width, HEIGHT), _box(min(x0, x1), max(x0, x1), width, WIDTH)
        y, x = np.mgrid[rows, columns] + 0.5
        square = (x1 - x0) ** 2 + (y1 - y0) ** 2
        share = np.zeros_like(x) if square == 0 else ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / square
        share = np.clip(share, 0, 1)
        distance = np.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0))
        cover = np.clip(width / 2 - distance + 0.5, 0, 1)
        page[rows, columns] = np.minimum(page[rows, columns], 1 - cover * (1 - ink))


def _box(low: float, high: float, width: float, limit: int) -> slice:
    return slice(max(0, int(low - width - 2)), min(limit, int(high + width + 3)))


def png(grey: NDArray[np.uint8]) -> bytes:
    """An 8-bit greyscale PNG (ISO/IEC 15948) of an array of shape (height, width)."""
    height, width = grey.shape
    rows = b"".join(b"\0" + row.tobytes() for row in grey)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    main()
