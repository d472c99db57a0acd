"""Carrying out a script of an item's algebra: names get values, chance comes from the variant's own numbers.

Source: Maxima manual, "Evaluation" (`ev`, `numer`, `simp`), "Arrays", "Program Flow", "Mathematical Functions". As the
programs that MathAssess items are written for, it begins with `simp: false`: what is kept of a computation outside
`ev(…, simp)` would be shown as it was written, which is not done here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from item_bank.content.processing import numbers
from item_bank.content.processing.algebra.grammar import Tree
from item_bank.content.processing.algebra.polynomials import Polynomial, constant, unknown
from item_bank.content.processing.scope import Below
from item_bank.content.processing.values import ProcessingError, Unsupported, number_text

Known = Polynomial | bool | str | list["Known"]
MOST_STEPS = 20_000
MOST_ELEMENTS = 1_000
_CONSTANTS = {"%pi": math.pi, "%e": math.e}
_FLAGS = {"simp", "numer", "float"}
#: Chance is the variant's own: states of Maxima's generator say nothing.
_IGNORED = {"make_random_state", "set_random_state", "kill", "display2d", "print"}
_ROUNDS: dict[str, Callable[[Fraction], int]] = {
    "floor": math.floor, "entier": math.floor, "ceiling": math.ceil, "truncate": math.trunc, "round": round,
    "signum": lambda x: (x > 0) - (x < 0),
}  # fmt: skip
_GATHERS: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "gcd": numbers.greatest_divisor,
    "lcm": numbers.least_multiple,
    "max": max,
    "min": min,
}
_SAME_NAME = ("exp", "sin", "cos", "tan", "sec", "csc", "cot", "asin", "acos", "atan", "sinh", "cosh", "tanh")
_DOUBLES = {"log": "ln", **dict(zip(_SAME_NAME, _SAME_NAME, strict=True))}
_COMPARED: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


@dataclass(slots=True)
class Program:
    """`values`: names with what they hold; `kept_as_written`: those that hold a computation nobody simplified."""

    below: Below
    values: dict[str, Known] = field(default_factory=dict)
    kept_as_written: set[str] = field(default_factory=set)
    #: Names of arrays, whose elements count from 0; those of lists count from 1.
    _arrays: set[str] = field(default_factory=set)
    _flags: set[str] = field(default_factory=set)
    steps: int = 0

    def run(self, script: Sequence[Tree]) -> Known:
        """The last statement's value. Raises ProcessingError, Unsupported for what is not known here."""
        last: Known = True
        for statement in script:
            last = self.value(statement)
        return last

    def value(self, tree: Tree) -> Known:
        self._spend(1)
        match tree.kind:
            case "number":
                return constant(Fraction(tree.text), exact=tree.text.isdigit())
            case "text":
                return tree.text
            case "name":
                return self._named(tree.text)
            case "list":
                return [self.value(part) for part in tree.parts]
            case "element":
                return self._elements(tree)[self._place(tree)]
            case "call":
                return self._called(tree.text, tree.parts)
            case "negate":
                return -self._polynomial(tree.parts[0])
            case "and" | "or" | "not":
                return self._logic(tree.kind, tree.parts)
            case "set" | "if" | "loop" | "nothing":
                return self._statement(tree)
        return self._operator(tree.kind, *tree.parts)

    def _spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise ProcessingError(f"the script takes more than {MOST_STEPS} steps")

    def _statement(self, tree: Tree) -> Known:
        match tree.kind:
            case "set":
                return self._set(*tree.parts)
            case "if":
                test, then, other = tree.parts
                return self.value(then if self._truth(test) else other)
            case "loop":
                return self._loop(*tree.parts)
        return False

    def _named(self, name: str) -> Known:
        if name in ("true", "false"):
            return name == "true"
        if name in self.values:
            return self.values[name]
        if name in _CONSTANTS:
            return constant(self._double(_CONSTANTS[name]), exact=False)
        if name.startswith("%"):
            raise Unsupported(f"“{name}” is not known here")
        return unknown(name)

    def _double(self, found: float | Fraction | None) -> Fraction:
        """A number that is not exact, where the script wants one."""
        if not self._flags & {"numer", "float"}:
            raise Unsupported("a number that is not exact is told as a formula, which is not done here")
        if found is None:
            raise ProcessingError("the result is no number")
        return Fraction(found)

    def _set(self, target: Tree, wanted: Tree) -> Known:
        value = self.value(wanted)
        if target.kind == "element":
            self._elements(target)[self._place(target)] = value
            return value
        name = target.text
        if name in _FLAGS:
            (self._flags.add if value is True else self._flags.discard)(name)
            return value
        self.values[name] = value
        (self.kept_as_written.discard if self._settled(wanted) else self.kept_as_written.add)(name)
        return value

    def _settled(self, tree: Tree) -> bool:
        """Nothing is left to simplify in it."""
        if "simp" in self._flags or tree.kind in ("number", "text"):
            return True
        if tree.kind == "name":
            return tree.text not in self.kept_as_written
        if tree.kind == "call" and tree.text == "ev":
            return any(flag == Tree("name", "simp") for flag in tree.parts[1:])
        if tree.kind == "if":
            return all(map(self._settled, tree.parts[1:]))
        return tree.kind in ("element", "list") or (tree.kind == "call" and tree.text in ("random", "is", "equal"))

    def _elements(self, tree: Tree) -> list[Known]:
        found = self.value(tree.parts[0])
        if not isinstance(found, list) or len(tree.parts) != 2:
            raise Unsupported("an element is taken from what has none")
        return found

    def _place(self, tree: Tree) -> int:
        of, place = tree.parts[0], self._number(tree.parts[1])
        at = int(place) - (0 if of.kind == "name" and of.text in self._arrays else 1)
        if place.denominator != 1 or not 0 <= at < len(self._elements(tree)):
            raise ProcessingError(f"there is no element {number_text(place)}")
        return at

    def _polynomial(self, tree: Tree) -> Polynomial:
        found = self.value(tree)
        if not isinstance(found, Polynomial):
            raise ProcessingError("an expression in numbers is expected")
        return found

    def _number(self, tree: Tree) -> Fraction:
        found = self._polynomial(tree).number
        if found is None:
            raise Unsupported("a number is expected where an unknown stands")
        return found

    def _truth(self, tree: Tree) -> bool:
        found = self.value(tree)
        if not isinstance(found, bool):
            raise ProcessingError("true or false is expected")
        return found

    def _logic(self, kind: str, parts: Sequence[Tree]) -> bool:
        if kind == "not":
            return not self._truth(parts[0])
        if kind == "and":
            return all(self._truth(part) for part in parts)
        return any(self._truth(part) for part in parts)

    def _same(self, left: Tree, right: Tree) -> bool:
        one, other = self.value(left), self.value(right)
        if isinstance(one, list) and isinstance(other, list):  # may hold itself, or the same list time and again
            raise Unsupported("lists are not compared here")
        return one == other

    def _operator(self, sign: str, left: Tree, right: Tree) -> Known:
        if sign in ("=", "#"):
            return self._same(left, right) == (sign == "=")
        if sign in _COMPARED:
            return _COMPARED[sign](self._number(left), self._number(right))
        one = self._polynomial(left)
        if sign == "^":
            return self._power(one, self._number(right))
        other = self._polynomial(right)
        match sign:
            case "+":
                return one + other
            case "-":
                return one - other
            case "*":
                self._spend(len(one.terms) * len(other.terms))
                return one * other
        return one / other

    def _power(self, base: Polynomial, exponent: Fraction) -> Polynomial:
        number = base.number
        if exponent.denominator == 1 and (number is None or exponent >= 0):
            if number is None:
                self._spend((int(exponent) * len(base.terms)) ** 2)
            return base ** int(exponent)
        if number is None:
            raise Unsupported("a root of an unknown is not computed here")
        if exponent.denominator == 1:
            return constant(Fraction(1), exact=base.exact) / base ** -int(exponent)
        root = _exact_root(number, exponent)
        return constant(self._double(numbers.power(number, exponent)) if root is None else root, exact=root is not None)

    def _loop(self, name: Tree, start: Tree, step: Tree, thru: Tree, during: Tree, until: Tree, body: Tree) -> Known:
        if name.kind == "name":
            self.values[name.text] = self.value(start) if start.kind != "nothing" else constant(Fraction(1))
        while not self._over(name, thru, during, until):
            self.value(body)
            if name.kind == "name":
                by = self._polynomial(step) if step.kind != "nothing" else constant(Fraction(1))
                self.values[name.text] = self._polynomial(name) + by
        return True

    def _over(self, name: Tree, thru: Tree, during: Tree, until: Tree) -> bool:
        self._spend(1)
        if thru.kind != "nothing" and name.kind == "name" and self._number(name) > self._number(thru):
            return True
        if during.kind != "nothing" and not self._truth(during):
            return True
        return until.kind != "nothing" and self._truth(until)

    def _called(self, name: str, parts: Sequence[Tree]) -> Known:
        if name in _IGNORED:
            return True
        if name == "block":
            return self.run(parts) if parts else True
        if name == "ev" and parts:
            return self._evaluated(parts[0], parts[1:])
        if name in ("array", "fillarray"):
            return self._array(name, parts)
        if name == "is" and len(parts) == 1:
            return self._truth(parts[0])
        if name == "equal" and len(parts) == 2:
            return self._same(*parts)
        if name in _GATHERS and parts:
            return constant(_GATHERS[name]([self._number(part) for part in parts]))
        if name == "mod" and len(parts) == 2:
            number, divisor = (self._number(part) for part in parts)
            return constant(number % divisor if divisor else number)
        if len(parts) == 1:
            return self._of_one(name, parts[0])
        raise Unsupported(f"“{name}” of {len(parts)} is not known here")

    def _evaluated(self, tree: Tree, flags: Sequence[Tree]) -> Known:
        names = {flag.text for flag in flags if flag.kind == "name"}
        if len(names) < len(flags) or names - _FLAGS:
            raise Unsupported("“ev” is known here with simp, numer and float alone")
        before = set(self._flags)
        self._flags |= names
        try:
            found = self.value(tree)
        finally:
            self._flags = before
        if names & {"numer", "float"} and isinstance(found, Polynomial):
            return Polynomial(found.terms, exact=False)
        return found

    def _array(self, name: str, parts: Sequence[Tree]) -> Known:
        if len(parts) != 2 or parts[0].kind != "name":
            raise Unsupported(f"“{name}” is known here for one row alone")
        array = parts[0].text
        if name == "array":
            last = self._number(parts[1])
            if last.denominator != 1 or not 0 <= last < MOST_ELEMENTS:
                raise Unsupported(f"an array has at most {MOST_ELEMENTS} elements")
            self._spend(int(last))
            self.values[array] = [constant(Fraction(0))] * (int(last) + 1)
            self._arrays.add(array)
            return True
        room, given = self.values.get(array), self.value(parts[1])
        if not isinstance(room, list) or not isinstance(given, list) or not given:
            raise ProcessingError("only an array is filled, from a list")
        self._spend(len(room))
        room[:] = [given[min(place, len(given) - 1)] for place in range(len(room))]
        return True

    def _of_one(self, name: str, part: Tree) -> Known:
        value = self._polynomial(part)
        number = value.number
        if number is None:
            raise Unsupported(f"“{name}” of an unknown is not computed here")
        match name:
            case "abs":
                return constant(abs(number), exact=value.exact)
            case "random":
                if number.denominator != 1 or not 1 <= number <= 10**9:
                    raise Unsupported("“random” is known here for whole numbers alone")
                return constant(Fraction(self.below(int(number))))
            case "sqrt":
                return self._power(value, Fraction(1, 2))
            case "float":
                return constant(number, exact=False)
            case "evenp" | "oddp":
                return number % 2 == (name == "oddp")
            case "integerp":
                return number.denominator == 1
            case "factorial" if number.denominator == 1 and 0 <= number <= 100:
                return constant(Fraction(math.factorial(int(number))))
        if name in _ROUNDS:
            return constant(Fraction(_ROUNDS[name](number)))
        if name in _DOUBLES:
            return constant(self._double(numbers.computed(_DOUBLES[name], [number])), exact=False)
        raise Unsupported(f"“{name}” is not known here")


def _exact_root(number: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent != Fraction(1, 2) or number < 0:
        return None
    above, below = math.isqrt(number.numerator), math.isqrt(number.denominator)
    return Fraction(above, below) if above**2 == number.numerator and below**2 == number.denominator else None
