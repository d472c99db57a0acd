"""Polynomials in named unknowns with exact coefficients: what an item's algebra computes with and shows.

A number is a polynomial without unknowns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from item_bank.content.processing.values import ProcessingError, Unsupported, bounded, number_text

#: A product of unknowns, each with its power, in alphabetical order.
Monomial = tuple[tuple[str, int], ...]
MOST_TERMS = 200
MOST_POWER = 64


@dataclass(frozen=True, slots=True)
class Polynomial:
    """`terms`: coefficients other than zero. `exact`: no double had a part in it."""

    terms: Mapping[Monomial, Fraction]
    exact: bool = True

    @property
    def number(self) -> Fraction | None:
        """Its value where it has no unknowns."""
        return self.terms.get((), Fraction(0)) if not set(self.terms) - {()} else None

    def __add__(self, other: Polynomial) -> Polynomial:
        names = dict.fromkeys((*self.terms, *other.terms))
        sums = {name: self.terms.get(name, Fraction(0)) + other.terms.get(name, Fraction(0)) for name in names}
        return _made(sums, exact=self.exact and other.exact)

    def __mul__(self, other: Polynomial) -> Polynomial:
        products: dict[Monomial, Fraction] = {}
        for one, first in self.terms.items():
            for two, second in other.terms.items():
                name = _joined(one, two)
                products[name] = products.get(name, Fraction(0)) + first * second
        return _made(products, exact=self.exact and other.exact)

    def __neg__(self) -> Polynomial:
        return self * constant(Fraction(-1))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + -other

    def __truediv__(self, other: Polynomial) -> Polynomial:
        divisor = other.number
        if divisor is None:
            raise Unsupported("division by an unknown is not computed here")
        if not divisor:
            raise ProcessingError("division by zero")
        return self * constant(1 / divisor, exact=other.exact)

    def __pow__(self, exponent: int) -> Polynomial:
        if not 0 <= exponent <= MOST_POWER:
            raise Unsupported(f"the power {exponent} of an unknown is not computed here")
        return reduce(lambda product, one: product * one, [self] * exponent, constant(Fraction(1)))

    def by_degree(self) -> list[tuple[Monomial, Fraction]]:
        """As people write it: the highest powers first."""
        return sorted(self.terms.items(), key=lambda term: (-sum(power for _, power in term[0]), term[0]))


def constant(value: Fraction, *, exact: bool = True) -> Polynomial:
    return _made({(): value}, exact=exact)


def unknown(name: str) -> Polynomial:
    return Polynomial({((name, 1),): Fraction(1)})


def _made(terms: Mapping[Monomial, Fraction], *, exact: bool) -> Polynomial:
    kept = {name: bounded(value) for name, value in terms.items() if value}
    if len(kept) > MOST_TERMS or any(power > MOST_POWER for name in kept for _, power in name):
        raise ProcessingError("an expression grew beyond what can be told")
    return Polynomial(kept, exact)


def _joined(one: Monomial, other: Monomial) -> Monomial:
    powers = dict(one)
    for name, power in other:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


@dataclass(frozen=True, slots=True)
class _Script:
    """How the parts of a polynomial are written."""

    digits: Callable[[str], str]
    name: Callable[[str], str]
    power: Callable[[str, str], str]
    ratio: Callable[[str, str], str]
    sign: Callable[[str], str]
    minus: str
    times: str


_MAXIMA = _Script(
    digits=lambda text: text,
    name=lambda text: text,
    power=lambda base, exponent: f"{base}^{exponent}",
    ratio=lambda above, below: f"{above}/{below}",
    sign=lambda sign: sign,
    minus="-",
    times="*",
)
_MATHML = _Script(
    digits=lambda text: f"<mn>{text}</mn>",
    name=lambda text: f"<mi>{text}</mi>",
    power=lambda base, exponent: f"<msup>{base}{exponent}</msup>",
    ratio=lambda above, below: f"<mfrac>{above}{below}</mfrac>",
    sign=lambda sign: f"<mo>{sign}</mo>",
    minus="−",
    times="",
)


def as_maxima(value: Polynomial) -> str:
    return _written(value, _MAXIMA)


def as_mathml(value: Polynomial) -> str:
    return f"<mrow>{_written(value, _MATHML)}</mrow>"


def _written(value: Polynomial, script: _Script) -> str:
    parts = []
    for place, (name, coefficient) in enumerate(value.by_degree()):
        if place or coefficient < 0:
            parts.append(script.sign(script.minus if coefficient < 0 else "+"))
        parts.append(_term(name, abs(coefficient), value.exact, script))
    return "".join(parts) or script.digits("0")


def _term(name: Monomial, coefficient: Fraction, exact: bool, script: _Script) -> str:
    factors = [
        script.name(one) if power == 1 else script.power(script.name(one), script.digits(str(power)))
        for one, power in name
    ]
    if exact and coefficient.denominator > 1:
        above, below = (script.digits(str(part)) for part in coefficient.as_integer_ratio())
        factors.insert(0, script.ratio(above, below))
    elif coefficient != 1 or not factors:
        factors.insert(0, script.digits(number_text(coefficient)))
    return script.times.join(factors)
