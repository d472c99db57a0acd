"""Areas of pictures in QTI 1.2 (ASI XML Binding 1.2, rarea and areatype)."""

from __future__ import annotations

import re
from fractions import Fraction

from item_bank.content.processing.declared import Area
from item_bank.content.processing.values import ProcessingError, number_text, parsed_number

_SPLIT = re.compile(r"[\s,;]+")


def area_of_text(text: str, kind: str, *, corners: bool = False) -> Area | None:
    """Rectangle: left, top, width, height (with `corners`: left, top, right, bottom). Ellipse: the middle, width and
    height. Bounded: corners of a polygon. None where the numbers do not make the shape."""
    try:
        numbers = [parsed_number(one) for one in _SPLIT.split(text.strip()) if one]
    except ProcessingError:
        return None
    match kind.lower() or "ellipse":
        case "rectangle" if len(numbers) >= 4:
            left, top, third, fourth = numbers[:4]
            right, bottom = (third, fourth) if corners else (left + third, top + fourth)
            return Area("rect", _texts(left, top, right, bottom))
        case "ellipse" if len(numbers) >= 4 and numbers[2] > 0 and numbers[3] > 0:
            return Area("ellipse", _texts(numbers[0], numbers[1], numbers[2] / 2, numbers[3] / 2))
        case "ellipse" if len(numbers) == 3 and numbers[2] > 0:
            return Area("circle", _texts(*numbers))
        case "bounded" if len(numbers) >= 6 and len(numbers) % 2 == 0:
            return Area("poly", _texts(*numbers))
    return None


def _texts(*numbers: Fraction) -> tuple[str, ...]:
    return tuple(map(number_text, numbers))
