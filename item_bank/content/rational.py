"""Exact rationals written as text: "1/3", "0.25", "-0,5". The only way from text to a number that earns points."""

from __future__ import annotations

import re
from fractions import Fraction

# Bounded, because Fraction("1e999999999") would fill the memory.
_RATIONAL = re.compile(r"([+-]?\d{1,20})(?:[.,](\d{1,20}))?(?:/([1-9]\d{0,19}))?", re.ASCII)


def rational(text: str) -> Fraction:
    """The exact value; raises ValueError for anything else, however large or odd the text."""
    match = _RATIONAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a number: {text[:40]!r}")
    whole, decimals, divisor = match.groups()
    value = Fraction(f"{whole}.{decimals}" if decimals else whole)
    return value / int(divisor) if divisor else value


def rational_or_none(text: str) -> Fraction | None:
    try:
        return rational(text)
    except ValueError:
        return None


def rational_text(value: Fraction) -> str:
    """The shortest exact text: a decimal where it ends within six places, else "p/q". `rational` reads it back."""
    for places in range(7):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}d}"
            sign = "-" if value < 0 else ""
            return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    return f"{value.numerator}/{value.denominator}"
