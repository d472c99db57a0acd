"""Whether a point lies in an area of a picture (HTML 4.01, image maps; the `ellipse` is QTI's own)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from item_bank.content.processing.values import ProcessingError, parsed_number

Point = tuple[Fraction, Fraction]


def contains(shape: str, coords: Sequence[str], point: Point) -> bool:
    """Edges belong to the area. Raises ProcessingError where the coordinates do not make the shape."""
    numbers = [parsed_number(one) for one in coords if not one.strip().endswith("%")]
    x, y = point
    match shape, numbers:
        case "default", _:
            return True
        case "rect", [left, top, right, bottom]:
            return min(left, right) <= x <= max(left, right) and min(top, bottom) <= y <= max(top, bottom)
        case "circle", [across, down, radius]:
            return (x - across) ** 2 + (y - down) ** 2 <= radius**2
        case "ellipse", [across, down, wide, high] if wide and high:
            return ((x - across) / wide) ** 2 + ((y - down) / high) ** 2 <= 1
        case "poly", [_, _, _, _, *_] if len(numbers) % 2 == 0:
            return _in_polygon(list(zip(numbers[::2], numbers[1::2], strict=True)), point)
    raise ProcessingError(f"{len(coords)} coordinates make no {shape[:20]}")


def _in_polygon(corners: list[Point], point: Point) -> bool:
    """A ray to the right crosses the outline an odd number of times."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
