"""Arithmetic of expressions: exact where it can be, through a double where it cannot."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce

from item_bank.content.processing.values import MOST_BITS, ProcessingError

#: One function for each `mathOperator` (QTI 2.2, table of mathOperator names); atan2 takes two numbers.
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sin": math.sin, "cos": math.cos, "tan": math.tan,
    "sec": lambda x: 1 / math.cos(x), "csc": lambda x: 1 / math.sin(x), "cot": lambda x: 1 / math.tan(x),
    "asin": math.asin, "acos": math.acos, "atan": math.atan,
    "asec": lambda x: math.acos(1 / x), "acsc": lambda x: math.asin(1 / x), "acot": lambda x: math.atan(1 / x),
    "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh,
    "sech": lambda x: 1 / math.cosh(x), "csch": lambda x: 1 / math.sinh(x), "coth": lambda x: 1 / math.tanh(x),
    "log": math.log10, "ln": math.log, "exp": math.exp,
    "toDegrees": math.degrees, "toRadians": math.radians,
}  # fmt: skip
EXACT: dict[str, Callable[[Fraction], Fraction]] = {
    "abs": abs,
    "signum": lambda x: Fraction((x > 0) - (x < 0)),
    "floor": lambda x: Fraction(math.floor(x)),
    "ceil": lambda x: Fraction(math.ceil(x)),
}
STATISTICS: dict[str, Callable[[Sequence[Fraction]], Fraction | float]] = {
    "mean": statistics.mean,
    "sampleVariance": statistics.variance,
    "sampleSD": statistics.stdev,
    "popVariance": statistics.pvariance,
    "popSD": statistics.pstdev,
}
MOST_FIGURES = 60


def through_double(compute: Callable[[], float]) -> Fraction | None:
    """None, QTI's NULL, where the result is no finite number."""
    try:
        found = compute()
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return Fraction(found) if math.isfinite(found) else None


def computed(name: str, values: Sequence[Fraction]) -> Fraction | None:
    """`mathOperator`. Raises ProcessingError for a name or a number of operands that it does not know."""
    if name == "atan2" and len(values) == 2:
        return through_double(lambda: math.atan2(float(values[0]), float(values[1])))
    if len(values) == 1 and name in EXACT:
        return EXACT[name](values[0])
    if len(values) == 1 and name in FUNCTIONS:
        return through_double(lambda: FUNCTIONS[name](float(values[0])))
    raise ProcessingError(f"“{name[:40]}” of {len(values)} numbers is not known")


def summary(name: str, values: Sequence[Fraction]) -> Fraction | None:
    """`statsOperator`; NULL for a sample of one where two are needed."""
    if name not in STATISTICS:
        raise ProcessingError(f"“{name[:40]}” is not known")
    # Exact sums of many different fractions would grow without measure.
    long = sum(denominator.bit_length() for denominator in {one.denominator for one in values}) > 4 * MOST_BITS
    try:
        return Fraction(STATISTICS[name]([Fraction(float(one)) for one in values] if long else values))
    except (statistics.StatisticsError, OverflowError):
        return None


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """Exact for small whole exponents."""
    if exponent.denominator == 1 and abs(exponent) <= 64 and (base or exponent > 0):
        return base ** int(exponent)
    return through_double(
        lambda: float(base) ** float(exponent) if base >= 0 or exponent.denominator == 1 else math.nan
    )


def rounded(value: Fraction, mode: str, figures: int) -> Fraction | None:
    """To `figures` significant figures or decimal places, halves upwards. NULL for zero significant figures."""
    if not 0 <= figures <= MOST_FIGURES:
        raise ProcessingError(f"{figures} figures are not between 0 and {MOST_FIGURES}")
    if mode == "decimalPlaces":
        places = figures
    elif figures == 0:
        return None
    else:
        places = figures - 1 - magnitude(value) if value else 0
    scale = Fraction(10) ** places
    return math.floor(abs(value) * scale + Fraction(1, 2)) / scale * (1 if value >= 0 else -1)


def magnitude(value: Fraction) -> int:
    """The power of ten of the first figure: 0 for 1 to 9, −1 for 0.1."""
    place = len(str(abs(value.numerator))) - len(str(value.denominator))
    return place if abs(value) >= Fraction(10) ** place else place - 1


def nearest(value: Fraction) -> Fraction:
    """Halves upwards (QTI 2.2, round: 6.5 is 7, −6.5 is −6)."""
    return Fraction(math.floor(value + Fraction(1, 2)))


def whole(values: Sequence[Fraction]) -> list[int]:
    if any(one.denominator != 1 for one in values):
        raise ProcessingError("whole numbers are expected")
    return [int(one) for one in values]


def greatest_divisor(values: Sequence[Fraction]) -> Fraction:
    return Fraction(reduce(math.gcd, whole(values)))


def least_multiple(values: Sequence[Fraction]) -> Fraction:
    return Fraction(reduce(_common_multiple, whole(values)))


def _common_multiple(one: int, other: int) -> int:
    found = math.lcm(one, other)
    if found.bit_length() > MOST_BITS:
        raise ProcessingError("a number grew beyond what can be told")
    return found
