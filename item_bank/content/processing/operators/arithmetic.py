"""Arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce

from item_bank.content.processing import numbers
from item_bank.content.processing.declared import Node
from item_bank.content.processing.expressions import (
    all_numbers,
    both_operands,
    operands,
    operator,
    whole_attribute,
)
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import (
    Maybe,
    bounded,
    fraction,
    number,
)


@operator("sum", "product", "max", "min", "gcd", "lcm")
def _gathered(node: Node, scope: Scope) -> Maybe:
    found = all_numbers(node, scope)
    if found is None:
        return None
    gather: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
        "sum": lambda values: reduce(lambda one, other: bounded(one + other), values),
        "product": lambda values: reduce(lambda one, other: bounded(one * other), values),
        "max": max,
        "min": min,
        "gcd": numbers.greatest_divisor,
        "lcm": numbers.least_multiple,
    }
    values, base = found
    return number(gather[node.name](values), base)


@operator("subtract", "divide", "power", "integerDivide", "integerModulus")
def _of_two(node: Node, scope: Scope) -> Maybe:
    both = both_operands(node, scope)
    if both is None:
        return None
    first, second = fraction(both[0]), fraction(both[1])
    integers = both[0].base == both[1].base == "integer"
    found: Fraction | None
    match node.name:
        case "subtract":
            return number(first - second, "integer" if integers else "float")
        case "divide":
            return number(first / second) if second else None
        case "power":
            found = numbers.power(first, second)
            return (
                None if found is None else number(found, "integer" if integers and found.denominator == 1 else "float")
            )
    if not second:
        return None
    numbers.whole([first, second])
    quotient = Fraction(math.floor(first / second))
    return number(quotient if node.name == "integerDivide" else first - second * quotient, "integer")


@operator("truncate", "round", "integerToFloat")
def _of_one(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    if value is None:
        return None
    found = fraction(value)
    match node.name:
        case "truncate":
            return number(Fraction(math.trunc(found)), "integer")
        case "round":
            return number(numbers.nearest(found), "integer")
    return number(found)


@operator("roundTo")
def _round_to(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    if value is None:
        return None
    mode, figures = node.attributes.get("roundingMode", "significantFigures"), whole_attribute(node, "figures", scope)
    found = numbers.rounded(fraction(value), mode, figures)
    return None if found is None else number(found)


@operator("mathOperator")
def _math_operator(node: Node, scope: Scope) -> Maybe:
    given = all_numbers(node, scope)
    found = None if given is None else numbers.computed(node.attributes.get("name", ""), given[0])
    whole = node.attributes.get("name") in {"floor", "ceil", "signum"}
    return None if found is None else number(found, "integer" if whole else "float")


@operator("statsOperator")
def _stats_operator(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    if value is None:
        return None
    values = [atom for atom in value.atoms if isinstance(atom, Fraction)]
    found = numbers.summary(node.attributes.get("name", ""), values)
    return None if found is None else number(found)
