"""How many points a part, and the item, can earn by what a teacher said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from item_bank.content.model import Part
from item_bank.content.rational import rational_or_none
from item_bank.formats.simple.model import TOLD, Answer, Simple, things

NOTHING = Fraction(0)


def number_of(text: str) -> Fraction:
    """Nothing for what is no number: `marking_problems` says so."""
    return rational_or_none(text) or NOTHING


def total_points(parts: Sequence[Part], marking: Sequence[Simple]) -> Fraction:
    return sum((most_of(part, simple) for part, simple in zip(parts, marking, strict=True)), NOTHING)


def most_of(part: Part, simple: Simple) -> Fraction:
    told = TOLD.get(part.type, "none")
    if told == "none":
        return NOTHING
    if told == "hand" or (simple.way == "all" and told in ("id", "sequence", "pair")):
        return max(number_of(simple.points), NOTHING)
    earned = [(one, number_of(one.points)) for one in simple.answers]
    if told == "pair":
        return _of_pairs(part, earned)
    if told == "sequence" or simple.several:
        return sum((points for _one, points in earned if points > 0), NOTHING)
    return max([NOTHING, *(points for _one, points in earned)])


def _of_pairs(part: Part, earned: Iterable[tuple[Answer, Fraction]]) -> Fraction:
    """Of pairs that share a choice, a gap or an area which takes only one, the best."""
    once = {one.id for one in things(part) if one.most == 1}
    best: dict[str, Fraction] = {}
    for one, points in earned:
        if points <= 0:
            continue
        ends = one.value.split(" ")
        # The second end is the gap or area that is filled; only where it takes any number, the first one counts.
        shared = next((end for end in reversed(ends) if end in once), one.value)
        best[shared] = max(best.get(shared, NOTHING), points)
    return sum(best.values(), NOTHING)
