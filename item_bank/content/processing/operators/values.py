"""Expressions that give a value: constants, variables, tables of points, chance."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from item_bank.content.processing import mappings
from item_bank.content.processing.declared import Node
from item_bank.content.processing.expressions import (
    attribute,
    operator,
    whole_attribute,
)
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import (
    Maybe,
    ProcessingError,
    Value,
    number,
    of_fields,
    parsed,
    parsed_number,
    single,
)


@operator("baseValue")
def _base_value(node: Node, _scope: Scope) -> Maybe:
    return _constant(node.attributes.get("baseType", ""), node.text)


@lru_cache(maxsize=4096)
def _constant(base: str, text: str) -> Value:
    return single(base, parsed(base, text))


@operator("variable")
def _variable(node: Node, scope: Scope) -> Maybe:
    return scope.value(node.attributes.get("identifier", ""))


@operator("correct")
def _correct(node: Node, scope: Scope) -> Maybe:
    return scope.correct_of(node.attributes.get("identifier", ""))


@operator("default")
def _default(node: Node, scope: Scope) -> Maybe:
    declared = scope.declaration(node.attributes.get("identifier", ""))
    return of_fields(declared, declared.default)


@operator("null")
def _null(_node: Node, _scope: Scope) -> Maybe:
    return None


@operator("mapResponse")
def _map_response(node: Node, scope: Scope) -> Maybe:
    name = node.attributes.get("identifier", "")
    declared = scope.declaration(name)
    scope.spend(len(declared.mapping.entries) if declared.mapping else 0)
    return mappings.mapped(declared, scope.value(name))


@operator("mapResponsePoint")
def _map_response_point(node: Node, scope: Scope) -> Maybe:
    name = node.attributes.get("identifier", "")
    declared, value = scope.declaration(name), scope.value(name)
    corners = sum(len(one.area.coords) for one in declared.areas.entries) if declared.areas else 0
    scope.spend(corners * (len(value.atoms) if value else 0))
    return mappings.mapped_points(declared, value)


@operator("mathConstant")
def _math_constant(node: Node, _scope: Scope) -> Maybe:
    known = {"pi": math.pi, "e": math.e}
    name = node.attributes.get("name", "")
    if name not in known:
        raise ProcessingError(f"“{name[:40]}” is not known")
    return number(Fraction(known[name]))


@operator("randomInteger")
def _random_integer(node: Node, scope: Scope) -> Maybe:
    low, high = whole_attribute(node, "min", scope, "0"), whole_attribute(node, "max", scope)
    step = whole_attribute(node, "step", scope, "1")
    if step < 1 or high < low or (high - low) // step >= 2**63:
        raise ProcessingError("the bounds of a random number are the wrong way round, or too far apart")
    return number(Fraction(low + step * scope.below((high - low) // step + 1)), "integer")


@operator("randomFloat")
def _random_float(node: Node, scope: Scope) -> Maybe:
    low = parsed_number(attribute(node, "min", scope, "0"))
    high = parsed_number(attribute(node, "max", scope))
    if high < low:
        raise ProcessingError("the bounds of a random number are the wrong way round")
    return number(low + (high - low) * Fraction(scope.below(2**32), 2**32))
