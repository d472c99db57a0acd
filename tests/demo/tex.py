"""Reads the little TeX that the demo's options are written in, so that keys can be recomputed and compared."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_FRACTION = re.compile(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


def python(tex: str) -> str:
    """`\\dfrac{15\\pi}{2}` → `((15*pi)/(2))`; `-x^3+3x+1` → `-x**3+3*x+1`."""
    text = tex.replace("$", "").replace("{,}", ".").replace(r"\cdot", "*").replace(" ", "")
    text = text.replace(r"\sin x", r"\sinx").replace(r"\sinx", "sin(x)").replace(r"\cosx", "cos(x)")
    text = _ROOT.sub(r"(\1)**(1/2)", text)
    text = _FRACTION.sub(r"((\1)/(\2))", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text).replace("^", "**").replace(r"\pi", "pi")
    return re.sub(r"(?<=[0-9)])(?=[a-z(])", "*", text)


def value(tex: str, x: float = 0.0) -> float:
    """The number that the formula is at x; the constant C of an antiderivative is 0."""
    names = {"pi": math.pi, "sin": math.sin, "cos": math.cos, "x": x, "C": 0.0}
    return float(eval(python(tex), {"__builtins__": {}}, names))


def number(text: str) -> float | None:
    """The first number in an option: `0,04 N.` → 0.04; `$1{,}67\\cdot 10^5$ J.` → 167000.0."""
    if text.startswith("$") and text.count("$") == 2:
        try:
            return value(text.split("$")[1])
        except (SyntaxError, NameError):
            return None
    found = _NUMBER.match(text)
    return float(found.group().replace(",", ".")) if found else None


def rounded(exact: Fraction | float, places: int) -> str:
    """As a pupil writes it on the answer sheet: rounded half up, decimal comma, no needless zeros."""
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator) if isinstance(exact, Fraction) else Decimal(exact)
    text = str(decimal.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)) if places else str(round(decimal))
    return text.replace(".", ",")
