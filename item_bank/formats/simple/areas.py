"""Areas of a picture as one text: the shape, then its numbers with commas between them ("circle 60,70,24")."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from item_bank.content.processing.areas import contains
from item_bank.content.processing.declared import Area
from item_bank.content.processing.values import ProcessingError

_ORIGIN = (Fraction(0), Fraction(0))


def area_text(area: Area) -> str:
    return f"{area.shape} {','.join(one.strip() for one in area.coords)}".strip()


def area_of(text: str) -> Area | None:
    """None where the numbers do not make the shape."""
    shape, _space, coords = text.partition(" ")
    try:
        area = msgspec.convert({"shape": shape, "coords": coords.split(",") if coords else []}, Area)
    except msgspec.ValidationError:
        return None
    return area if is_sound(area) else None


def is_sound(area: Area) -> bool:
    try:
        contains(area.shape, area.coords, _ORIGIN)
    except ProcessingError:
        return False
    return True
