"""A composite's rules as a teacher would say them, where they say no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from item_bank.content.model import Composite, Item, Part
from item_bank.content.processing.rules import MAXIMA, SCORE
from item_bank.content.rational import rational_or_none, rational_text
from item_bank.formats import building
from item_bank.formats.simple.describing_parts import simple_of
from item_bank.formats.simple.making import made
from item_bank.formats.simple.model import TOLD, Simple
from item_bank.formats.simple.points import total_points
from item_bank.formats.simple.terms import OwnRules, terms_of


def described(item: Item) -> tuple[Simple, ...] | None:
    """One for each part; None where the item has rules of its own."""
    composite = item.interaction
    if not isinstance(composite, Composite):
        return None
    try:
        found = _described(composite)
    except (OwnRules, LookupError, ValueError, ArithmeticError):
        return None
    by_hand = [number for number, part in enumerate(composite.parts) if TOLD[part.type] == "hand"]
    worth = rational_or_none(item.points) or Fraction(0)
    if by_hand:
        found = _with_the_rest(composite.parts, found, by_hand[0], worth)
    # Another maximum than the parts have together is a rule of its own, too.
    return found if total_points(composite.parts, found) == worth else None


def _with_the_rest(parts: Sequence[Part], found: tuple[Simple, ...], first: int, worth: Fraction) -> tuple[Simple, ...]:
    """No rule says what a part is worth that a person marks: together they have what the others leave."""
    none = tuple(
        msgspec.structs.replace(one, points="0") if TOLD[part.type] == "hand" else one
        for part, one in zip(parts, found, strict=True)
    )
    rest = max(worth - total_points(parts, none), Fraction(0))
    return (*none[:first], msgspec.structs.replace(none[first], points=rational_text(rest)), *none[first + 1 :])


def _described(composite: Composite) -> tuple[Simple, ...]:
    declared = {one.identifier: one for one in composite.declarations if one.kind == "response"}
    names = [part.id for part in composite.parts]
    if composite.adaptive or composite.drawing.rules or len(set(names)) < len(names) or set(declared) != set(names):
        raise OwnRules
    outcomes = {one.identifier for one in composite.declarations if one.kind != "response"}
    remarks = {one.identifier: one.markup for one in composite.feedback if one.outcome == building.FEEDBACK}
    if outcomes - {SCORE, *MAXIMA, building.FEEDBACK} or len(remarks) < len(composite.feedback):
        raise OwnRules
    terms = terms_of(composite)
    found = tuple(simple_of(part, declared[part.id], terms.pop(part.id, [])) for part in composite.parts)
    if terms or (remarks and made(composite.parts, found, remarks) != composite):
        raise OwnRules
    return found
