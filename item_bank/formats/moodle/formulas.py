"""Formulas of Moodle's calculated questions, computed as Moodle does: with doubles, by the functions that it permits.

Source: Moodle documentation, "Calculated question type", "Available functions". Nothing is ever evaluated as a program:
the text is read by a grammar of numbers, variables, + - * / % ( ) and the functions below.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from item_bank.formats.model import N_, ReadProblem

_TOKEN = re.compile(r"\s*(?:([0-9]+\.?[0-9]*(?:[eE][-+]?[0-9]{1,3})?|\.[0-9]+)|\{([^{}]{1,60})\}|([a-z][a-z0-9]*)|(.))")
MAX_CHARS, MAX_DEPTH = 2_000, 50
_FUNCTIONS: dict[str, tuple[int, int, Callable[..., float]]] = {
    **{name: (1, 1, getattr(math, name)) for name in ("acos", "asin", "atan", "cos", "sin", "tan", "exp", "sqrt")},
    **{name: (1, 1, getattr(math, name)) for name in ("acosh", "asinh", "atanh", "cosh", "sinh", "tanh", "expm1")},
    **{name: (1, 1, getattr(math, name)) for name in ("ceil", "floor", "log10", "log1p")},
    "abs": (1, 1, abs),
    "atan2": (2, 2, math.atan2),
    "deg2rad": (1, 1, math.radians),
    "rad2deg": (1, 1, math.degrees),
    "fmod": (2, 2, math.fmod),
    "log": (1, 2, math.log),
    "max": (2, 20, max),
    "min": (2, 20, min),
    "pi": (0, 0, lambda: math.pi),
    "pow": (2, 2, math.pow),
    "round": (1, 2, lambda value, places=0.0: math.floor(abs(value) * 10**places + 0.5) / 10**places * _sign(value)),
    "is_nan": (1, 1, lambda value: float(math.isnan(value))),
}


def _sign(value: float) -> float:
    return math.copysign(1.0, value)


def computed(formula: str, values: Mapping[str, float]) -> float:
    """Raises ReadProblem."""
    if len(formula) > MAX_CHARS:
        raise _wrong(formula)
    try:
        found = _Reader(formula, values).whole()
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        raise _wrong(formula) from None
    if not math.isfinite(found):
        raise _wrong(formula)
    return found


def _wrong(formula: str) -> ReadProblem:
    message = N_("The formula %(text)s cannot be computed.")
    return ReadProblem("formula_unreadable", message, text=formula.strip()[:60] or "—")


class _Reader:
    """Sums of products of factors; a minus in front binds weaker than a power, which is a function here."""

    def __init__(self, formula: str, values: Mapping[str, float]) -> None:
        self.tokens = [found for found in _TOKEN.finditer(formula.strip()) if found[0].strip()]
        self.values = values
        self.at = 0
        self.depth = 0

    def whole(self) -> float:
        value = self._sum()
        if self.at != len(self.tokens):
            raise ValueError
        return value

    def _sign(self) -> str:
        return (self.tokens[self.at][4] or "") if self.at < len(self.tokens) else ""

    def _take(self, sign: str) -> None:
        if self._sign() != sign:
            raise ValueError
        self.at += 1

    def _sum(self) -> float:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError
        value = self._product()
        while (sign := self._sign()) in ("+", "-"):
            self.at += 1
            other = self._product()
            value = value + other if sign == "+" else value - other
        self.depth -= 1
        return value

    def _product(self) -> float:
        value = self._factor()
        while (sign := self._sign()) in ("*", "/", "%"):
            self.at += 1
            other = self._factor()
            value = value * other if sign == "*" else value / other if sign == "/" else math.fmod(value, other)
        return value

    def _factor(self) -> float:
        negative = False
        while (sign := self._sign()) in ("+", "-"):
            self.at += 1
            negative ^= sign == "-"
        value = self._value()
        return -value if negative else value

    def _value(self) -> float:
        if self.at >= len(self.tokens):
            raise ValueError
        found = self.tokens[self.at]
        if found[4] == "(":
            self.at += 1
            value = self._sum()
            self._take(")")
            return value
        self.at += 1
        if found[1]:
            return float(found[1])
        if found[2]:
            if found[2] not in self.values:
                raise ValueError
            return self.values[found[2]]
        return self._call(found[3] or "")

    def _call(self, name: str) -> float:
        least, most, function = _FUNCTIONS.get(name, (1, 0, abs))
        self._take("(")
        given: list[float] = []
        while self._sign() != ")":
            if given:
                self._take(",")
            given.append(self._sum())
        self._take(")")
        if not least <= len(given) <= most:
            raise ValueError
        return float(function(*given))


def shown(value: float, length: int, significant: bool) -> str:
    """As Moodle shows a result: so many decimals, or so many significant figures."""
    if not significant:
        return f"{value:.{min(max(length, 0), 15)}f}"
    told = f"{value:.{min(max(length, 1), 15) - 1}e}"
    mantissa, exponent = told.split("e")
    power = int(exponent)
    if -5 < power < 15:
        return f"{value:.{max(min(max(length, 1), 15) - 1 - power, 0)}f}"
    return f"{mantissa}e{power}"
