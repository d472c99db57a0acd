"""Expressions over containers of values."""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.processing.declared import Node
from item_bank.content.processing.expressions import (
    both_operands,
    operands,
    operator,
    whole_attribute,
)
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import (
    Maybe,
    ProcessingError,
    boolean,
    container,
    counted,
    number,
    same_atom,
    single,
)

#: Of `repeat`, and of the container that it makes.
MOST_REPEATS, MOST_MEMBERS = 1_000, 10_000


@operator("multiple", "ordered")
def _container(node: Node, scope: Scope) -> Maybe:
    found = [value for value in operands(node, scope) if value is not None]
    atoms = [atom for value in found for atom in value.atoms]
    return container(node.name, found[0].base, atoms) if found else None


@operator("containerSize")
def _container_size(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    return number(Fraction(len(value.atoms) if value else 0), "integer")


@operator("isNull")
def _is_null(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    return boolean(value is None or value.atoms == ("",))


@operator("index")
def _index(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    place = whole_attribute(node, "n", scope)
    if value is None or not 1 <= place <= len(value.atoms):
        return None
    return single(value.base, value.atoms[place - 1])


@operator("fieldValue")
def _field_value(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    return value.field(node.attributes.get("fieldIdentifier", "")) if value else None


@operator("random")
def _random(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    return single(value.base, value.atoms[scope.below(len(value.atoms))]) if value else None


@operator("member")
def _member(node: Node, scope: Scope) -> Maybe:
    both = both_operands(node, scope)
    return both and boolean(any(same_atom(both[1].base, both[0].atoms[0], atom) for atom in both[1].atoms))


@operator("delete")
def _delete(node: Node, scope: Scope) -> Maybe:
    both = both_operands(node, scope)
    if both is None:
        return None
    one, many = both
    return container(many.cardinality, many.base, (a for a in many.atoms if not same_atom(many.base, one.atoms[0], a)))


@operator("contains")
def _contains(node: Node, scope: Scope) -> Maybe:
    both = both_operands(node, scope)
    if both is None:
        return None
    whole, part = both
    if whole.cardinality == "ordered":
        wide = len(part.atoms)
        scope.spend(len(whole.atoms) * wide)
        runs = (whole.atoms[start : start + wide] for start in range(len(whole.atoms) - wide + 1))
        return boolean(
            any(all(same_atom(whole.base, a, b) for a, b in zip(run, part.atoms, strict=True)) for run in runs)
        )
    return boolean(counted(whole.base, part) <= counted(whole.base, whole))


@operator("repeat")
def _repeat(node: Node, scope: Scope) -> Maybe:
    times = whole_attribute(node, "numberRepeats", scope)
    if times > MOST_REPEATS:
        raise ProcessingError(f"<repeat> repeats at most {MOST_REPEATS} times")
    found = [value for _time in range(times) for value in operands(node, scope) if value is not None]
    atoms = [atom for value in found for atom in value.atoms]
    if len(atoms) > MOST_MEMBERS:
        raise ProcessingError(f"<repeat> makes more than {MOST_MEMBERS} values")
    return container("ordered", found[0].base, atoms) if found else None
