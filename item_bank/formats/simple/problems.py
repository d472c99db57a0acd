"""Why the marking that a teacher described cannot be used yet."""

from __future__ import annotations

from collections.abc import Iterator

from item_bank.content.model import Part
from item_bank.content.rational import rational_or_none
from item_bank.content.sentence import N_, Sentence
from item_bank.formats.simple.areas import area_of
from item_bank.formats.simple.model import TOLD, Simple, things
from item_bank.formats.simple.points import most_of

LONGEST = 300


def marking_problems(part: Part, simple: Simple) -> Iterator[str]:
    told = TOLD.get(part.type, "none")
    if told == "none":
        return
    numbers = [simple.points, simple.wrong, simple.tolerance, *(one.points for one in simple.answers)]
    if any(rational_or_none(text) is None for text in numbers):
        yield Sentence.of(N_("Points and tolerances are numbers."))
        return
    if (rational_or_none(simple.tolerance) or 0) < 0:
        yield Sentence.of(N_("A tolerance is not below 0."))
    if told != "hand" and not simple.answers:
        yield Sentence.of(N_("Say what is right here."))
    elif told != "hand" and most_of(part, simple) <= 0:
        yield Sentence.of(N_("A right answer earns points above 0."))
    if (rational_or_none(simple.wrong) or 0) > 0:
        yield Sentence.of(N_("A wrong answer does not earn points."))
    yield from _of_answers(part, simple)


def _of_answers(part: Part, simple: Simple) -> Iterator[str]:
    told = TOLD[part.type]
    values = [one.value for one in simple.answers]
    if told in ("id", "sequence", "pair"):
        known = {one.id for one in things(part)}
        if any(not set(value.split(" ")) <= known for value in values):
            yield Sentence.of(N_("A right answer is no longer among the choices."))
        if told == "sequence" and len(set(values)) < len(values):
            yield Sentence.of(N_("A choice stands twice in the right order."))
    elif told == "area":
        if any(area_of(value) is None for value in values):
            yield Sentence.of(N_("The numbers of an area do not make its shape."))
    elif told == "number" or simple.numeric:
        if any(rational_or_none(value) is None for value in values):
            yield Sentence.of(N_("A right answer is not a number."))
    elif any(not value.strip() or len(value) > LONGEST for value in values):
        yield Sentence.of(N_("A right answer is empty or too long."))
