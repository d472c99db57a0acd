"""Expressions that compare."""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.processing import numbers, patterns
from item_bank.content.processing.areas import contains
from item_bank.content.processing.declared import Node
from item_bank.content.processing.expressions import (
    attribute,
    both_operands,
    flag,
    operands,
    operator,
    whole_attribute,
)
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import (
    Maybe,
    ProcessingError,
    boolean,
    fraction,
    parsed_number,
    same,
)


@operator("match")
def _match(node: Node, scope: Scope) -> Maybe:
    both = both_operands(node, scope)
    return both and boolean(same(*both))


def _texts(node: Node, scope: Scope) -> tuple[str, str] | None:
    both = both_operands(node, scope)
    if both is None:
        return None
    first, second = (value.atoms[0] for value in both)
    if not (isinstance(first, str) and isinstance(second, str)):
        raise ProcessingError(f"<{node.name}> takes texts")
    return first, second


@operator("stringMatch")
def _string_match(node: Node, scope: Scope) -> Maybe:
    texts = _texts(node, scope)
    if texts is None:
        return None
    one, other = texts if flag(node, "caseSensitive", True) else (texts[0].casefold(), texts[1].casefold())
    return boolean(other in one if flag(node, "substring", False) else one == other)


@operator("substring")
def _substring(node: Node, scope: Scope) -> Maybe:
    texts = _texts(node, scope)
    if texts is None:
        return None
    part, whole = texts if flag(node, "caseSensitive", True) else (texts[0].casefold(), texts[1].casefold())
    return boolean(part in whole)


@operator("patternMatch")
def _pattern_match(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    if value is None:
        return None
    text, pattern = value.atoms[0], attribute(node, "pattern", scope)
    scope.spend(patterns.effort(pattern))
    return boolean(patterns.fits(pattern, text if isinstance(text, str) else str(text)))


@operator("equal")
def _equal(node: Node, scope: Scope) -> Maybe:
    """Within tolerance of the first operand: absolute, or in percent of it."""
    both = both_operands(node, scope)
    if both is None:
        return None
    first, second = fraction(both[0]), fraction(both[1])
    mode = node.attributes.get("toleranceMode", "exact")
    if mode == "exact":
        return boolean(first == second)
    below, above = _tolerances(node, scope)
    if mode == "relative":
        below, above = abs(first) * below / 100, abs(first) * above / 100
    elif mode != "absolute":
        raise ProcessingError(f"the tolerance mode “{mode[:40]}” is not known")
    low, high = first - below, first + above
    over = second >= low if flag(node, "includeLowerBound", True) else second > low
    under = second <= high if flag(node, "includeUpperBound", True) else second < high
    return boolean(over and under)


def _tolerances(node: Node, scope: Scope) -> tuple[Fraction, Fraction]:
    words = node.attributes.get("tolerance", "").split()
    if not 1 <= len(words) <= 2:
        raise ProcessingError("<equal> has no tolerance")
    found = [parsed_number(attribute(Node("", {"t": word}), "t", scope)) for word in words]
    return found[0], found[-1]


@operator("equalRounded")
def _equal_rounded(node: Node, scope: Scope) -> Maybe:
    both = both_operands(node, scope)
    if both is None:
        return None
    mode, figures = node.attributes.get("roundingMode", "significantFigures"), whole_attribute(node, "figures", scope)
    first, second = (numbers.rounded(fraction(value), mode, figures) for value in both)
    return boolean(first == second)


@operator("inside")
def _inside(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    if value is None:
        return None
    shape, coords = node.attributes.get("shape", ""), node.attributes.get("coords", "").replace(",", " ").split()
    points = [(atom[0], atom[1]) for atom in value.atoms if isinstance(atom, tuple)]
    scope.spend(len(coords) * len(points))
    return boolean(any(contains(shape, coords, point) for point in points))  # type: ignore[arg-type]


@operator("lt", "gt", "lte", "gte", "durationLT", "durationGTE")
def _compared(node: Node, scope: Scope) -> Maybe:
    both = both_operands(node, scope)
    if both is None:
        return None
    first, second = fraction(both[0]), fraction(both[1])
    match node.name:
        case "lt" | "durationLT":
            return boolean(first < second)
        case "gt":
            return boolean(first > second)
        case "lte":
            return boolean(first <= second)
    return boolean(first >= second)
