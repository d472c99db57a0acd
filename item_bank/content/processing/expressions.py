"""The value of an expression: a function for each of its names, in QTI 2.2's spelling."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from item_bank.content.processing.declared import Node
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import Maybe, ProcessingError, Unsupported, Value, number_text, parsed_number

Operator = Callable[[Node, Scope], Maybe]
OPERATORS: dict[str, Operator] = {}


def evaluate(node: Node, scope: Scope) -> Maybe:
    """Raises ProcessingError, Unsupported for what nobody but its maker knows."""
    scope.spend(1)
    operator = OPERATORS.get(node.name)
    if operator is None:
        raise Unsupported(f"<{node.name}> is not known here")
    found = operator(node, scope)
    if found is not None and not found.single:
        scope.spend(len(found.atoms))  # whoever takes it goes through all of it
    return found


def operator(*names: str) -> Callable[[Operator], Operator]:
    def register(function: Operator) -> Operator:
        OPERATORS.update(dict.fromkeys(names, function))
        return function

    return register


def operands(node: Node, scope: Scope, count: int | None = None) -> list[Maybe]:
    if count is not None and len(node.children) != count:
        raise ProcessingError(f"<{node.name}> takes {count} operands, not {len(node.children)}")
    return [evaluate(child, scope) for child in node.children]


def both_operands(node: Node, scope: Scope) -> tuple[Value, Value] | None:
    """Two operands; None where either is NULL."""
    first, second = operands(node, scope, 2)
    return None if first is None or second is None else (first, second)


def all_numbers(node: Node, scope: Scope) -> tuple[list[Fraction], str] | None:
    """Of all operands, containers opened, and the type that a sum or product of them has: `integer` where every operand
    is one. None where any is NULL."""
    values = operands(node, scope)
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    found = [atom for value in known for atom in value.atoms if isinstance(atom, Fraction)]
    if not found or len(found) < sum(len(value.atoms) for value in known):
        raise ProcessingError(f"<{node.name}> takes numbers, at least one")
    return found, "integer" if {value.base for value in known} == {"integer"} else "float"


def attribute(node: Node, name: str, scope: Scope, default: str = "") -> str:
    """An attribute; where it names a variable, that one's value."""
    text = node.attributes.get(name, default)
    if text and text in scope.declared and text not in scope.correct:
        value = scope.value(text)
        if value is None or not value.single:
            raise ProcessingError(f"“{text}” has no single value")
        atom = value.atoms[0]
        return number_text(atom) if isinstance(atom, Fraction) else str(atom)
    return text


def whole_attribute(node: Node, name: str, scope: Scope, default: str = "") -> int:
    value = parsed_number(attribute(node, name, scope, default))
    if value.denominator != 1:
        raise ProcessingError(f"“{name}” of <{node.name}> is a whole number, not {number_text(value)}")
    return int(value)


def flag(node: Node, name: str, default: bool) -> bool:
    text = node.attributes.get(name, "").strip().lower()
    return default if not text else text in {"true", "1"}
