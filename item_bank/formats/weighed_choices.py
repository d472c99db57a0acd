"""Options with weights, as Moodle has them → the usual kinds of choice, or a composite where these cannot hold them."""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.model import Composite, MultipleChoice, Option, Part, PartChoice, SingleChoice
from item_bank.content.rational import rational
from item_bank.formats.building import Marked, composite, mapped
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_


def weighed_choice(
    options: tuple[Option, ...], points: Fraction, entry: Entry, *, single: bool, shuffle: bool = True
) -> SingleChoice | MultipleChoice | Composite:
    """One option earns its weight; several earn their sum, not below nothing nor above everything."""
    weights = [rational(option.weight) for option in options]
    positive = [weight for weight in weights if weight > 0]
    broken = len(options) < 2 or not positive  # the usual kinds say so
    usual = broken or all(abs(weight) <= 1 for weight in weights)
    if usual and single and (broken or 1 in weights):
        return SingleChoice(options, shuffle=shuffle)
    if usual and not single and (broken or sum(positive) >= 1):
        return MultipleChoice(options, partial=True, shuffle=shuffle)
    if any(option.feedback for option in options):
        entry.note("feedback_dropped", N_("Feedback on the options is not kept."))
    part = choice_part("RESPONSE", options, single=single, shuffle=shuffle)
    return composite([marked_choice(part, options, points, single=single)], points, least=None)


def choice_part(identifier: str, options: tuple[Option, ...], *, single: bool, shuffle: bool) -> Part:
    choices = tuple(PartChoice(option.id, option.markup, pinned=option.pinned) for option in options)
    return Part(identifier, "choice", choices=choices, most=1 if single else 0, shuffle=shuffle)


def marked_choice(part: Part, options: tuple[Option, ...], points: Fraction, *, single: bool) -> Marked:
    weights = {option.id: rational(option.weight) * points for option in options}
    if single:
        return mapped(part, "single", "identifier", weights)
    return mapped(part, "multiple", "identifier", weights, bounds=(Fraction(0), points))
