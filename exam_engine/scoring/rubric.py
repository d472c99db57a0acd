"""What a marker enters: points for each rubric point, or for the whole response. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from exam_engine.kit.errors import _
from item_bank.content.model import Essay, Item
from item_bank.content.rational import rational, rational_or_none

WHOLE = "whole"
_MOST_STEPS = 9


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to give points for. `steps` are the values to choose from; empty where they would be too many."""

    id: str
    text: str
    most: Fraction
    steps: tuple[Fraction, ...]

    @property
    def field(self) -> str:
        return f"points-{self.id}"


@dataclass(frozen=True, slots=True)
class Given:
    """`errors`: field → msgid. `points` is what the response earns, of the item's maximum."""

    points: Fraction
    by_criterion: Mapping[str, str]
    errors: Mapping[str, str]


def criteria(item: Item) -> tuple[Criterion, ...]:
    """The rubric's points, or one for the whole where there are none or they do not add up to the item's maximum."""
    rubric = item.interaction.rubric if isinstance(item.interaction, Essay) else ()
    found = tuple(_criterion(point.id, point.text, rational(point.points)) for point in rubric)
    if found and sum(one.most for one in found) == item.maximum:
        return found
    return (_criterion(WHOLE, "", item.maximum),)


def read(item: Item, form: Mapping[str, object]) -> Given:
    errors, values = {}, {}
    for one in criteria(item):
        text = form.get(one.field)
        value = rational_or_none(text) if isinstance(text, str) else None
        if value is None:
            errors[one.field] = _("Please give points, for example 0.5.")
        elif not 0 <= value <= one.most:
            errors[one.field] = _("The points lie between 0 and the most this can earn.")
        else:
            values[one.id] = value
    return Given(sum(values.values(), Fraction(0)), {name: str(value) for name, value in values.items()}, errors)


def _criterion(identifier: str, text: str, most: Fraction) -> Criterion:
    for step in (Fraction(1, 4), Fraction(1, 10), Fraction(1, 5), Fraction(1, 2), Fraction(1)):
        count = most / step
        if count.denominator == 1 and count < _MOST_STEPS:
            return Criterion(identifier, text, most, tuple(step * n for n in range(count.numerator + 1)))
    return Criterion(identifier, text, most, ())
