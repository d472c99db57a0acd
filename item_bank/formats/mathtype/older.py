"""Templates of MTEF 3 and 4 (Equation Editor 3, MathType 3.5) as version 5 numbers them."""

from __future__ import annotations

from item_bank.formats.mathtype.errors import MtefError

_BOTH = 3
_OLDER = {16: 12, 17: 13, 39: 23, 40: 26, 45: 30}
#: Sums, products, coproducts, unions, intersections: two selectors each, limits above and below or beside.
_OPERATORS = {29: 16, 31: 17, 33: 18, 35: 19, 37: 20}
_INTERVALS = {8: 0x22, 9: 0x33, 10: 0x23, 11: 0x12, 12: 0x30}


def renumbered(selector: int, variation: int) -> tuple[int, int]:
    """Version 3 and 4 have a selector for what version 5 tells by variations."""
    if selector <= 7:
        return selector, {0: _BOTH, 1: 1, 2: 2}.get(variation, _BOTH)
    if selector in _INTERVALS:
        return 9, _INTERVALS[selector]
    if selector == 13:
        return 10, variation
    if selector in (14, 41):
        return 11, 2 if selector == 41 else 0
    if selector in (15, 44):
        return {0: 28, 1: 27, 2: 29}.get(variation, 29), int(selector == 44)
    if selector in (18, 19, 20):
        return 14, {18: 0x10, 19: 0x20, 20: 0x30}[selector] | (8 if variation else 4)
    if 21 <= selector <= 26:
        return 15, (selector - 21) % 3 + 1 | (0x40 if selector >= 24 else 0)
    if selector in (27, 28):
        return 24, int(selector == 27)
    if (base := selector - (selector + 1) % 2) in _OPERATORS:
        return _OPERATORS[base], 0x40 if selector == base else 0
    if selector in (42, 43):
        return selector - 21, 0x40 if selector == 43 else 0
    if selector in _OLDER:
        return _OLDER[selector], variation
    raise MtefError
