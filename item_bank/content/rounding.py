"""Named rules for rounding a total: once, half up, on the exact value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rounds to the nearest multiple of `step`, halves upwards; `places` decimals show every such multiple."""

    name: str
    step: Fraction
    places: int

    def round(self, exact: Fraction) -> Fraction:
        return math.floor(exact / self.step + Fraction(1, 2)) * self.step

    def text(self, exact: Fraction) -> str:
        """The rounded value with a decimal point and all places: "6.30"."""
        scaled = self.round(exact) * 10**self.places
        digits = f"{abs(scaled.numerator):0{self.places + 1}d}"
        sign = "-" if scaled < 0 else ""
        return sign + (f"{digits[: -self.places]}.{digits[-self.places :]}" if self.places else digits)


#: `none-2dp`: no rounding beyond the two decimals of a mark list (graduation exam); `half-up-1dp`: secondary school;
#: `integer`: primary school; quarters and halves: common in class tests.
POLICIES: Mapping[str, Rounding] = {
    rule.name: rule
    for rule in (
        Rounding("none-2dp", Fraction(1, 100), 2),
        Rounding("half-up-1dp", Fraction(1, 10), 1),
        Rounding("half-up-quarter", Fraction(1, 4), 2),
        Rounding("half-up-half", Fraction(1, 2), 1),
        Rounding("integer", Fraction(1), 0),
    )
}
