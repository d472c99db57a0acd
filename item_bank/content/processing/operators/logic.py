"""Truth in three values: NULL is neither true nor false."""

from __future__ import annotations

from item_bank.content.processing.declared import Node
from item_bank.content.processing.expressions import (
    operands,
    operator,
    whole_attribute,
)
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import (
    Maybe,
    boolean,
    truth,
)


@operator("not")
def _not(node: Node, scope: Scope) -> Maybe:
    (value,) = operands(node, scope, 1)
    found = truth(value)
    return None if found is None else boolean(not found)


@operator("and")
def _and(node: Node, scope: Scope) -> Maybe:
    """False beats NULL, NULL beats true."""
    found = [truth(value) for value in operands(node, scope)]
    return boolean(False) if False in found else None if None in found else boolean(True)


@operator("or")
def _or(node: Node, scope: Scope) -> Maybe:
    found = [truth(value) for value in operands(node, scope)]
    return boolean(True) if True in found else None if None in found else boolean(False)


@operator("anyN")
def _any_n(node: Node, scope: Scope) -> Maybe:
    """NULL where the unknown ones decide."""
    found = [truth(value) for value in operands(node, scope)]
    least, most = whole_attribute(node, "min", scope), whole_attribute(node, "max", scope)
    sure, open_ = found.count(True), found.count(None)
    if least <= sure and sure + open_ <= most:
        return boolean(True)
    return boolean(False) if sure > most or sure + open_ < least else None
